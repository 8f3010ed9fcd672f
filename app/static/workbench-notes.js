// Notes: beside the text, each where its words are; or one at a time in the panel.
import { codings, panel, sections } from "./workbench-model.js";

export const noteOf = (id) => document.querySelector(`.proposal[data-id="${id}"]`);
export const dashed = (id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

export function fill(place, html) {
  const hadFocus = place.contains(document.activeElement);
  place.innerHTML = html;
  if (hadFocus) place.focus({ preventScroll: true });
}
// In the panel: this coding's note, and the steps there are from it.
export function showInPanel(coding, html) {
  panel.dataset.id = coding.id;
  panel.id = `codage-${dashed(coding.id)}`;
  fill(panel, html);
  const at = codings.indexOf(coding);
  document.querySelectorAll("[data-step]").forEach((link) => { link.hidden = !codings[at + Number(link.dataset.step)]; });
}
export function dropNote(id) {
  const note = noteOf(id)?.closest(".note");
  if (panel || !note) return;
  noteOf(id).remove();
  if (!note.querySelector(".proposal")) note.remove();
}
export function placeNote(coding, html) {
  if (panel) {
    if (panel.dataset.id === coding.id) fill(panel, html);
    return;
  }
  let proposal = noteOf(coding.id);
  const li = proposal?.closest(".note");
  if (!li || Number(li.dataset.start) !== coding.s || Number(li.dataset.end) !== coding.e) {
    if (li) dropNote(coding.id);
    proposal = Object.assign(document.createElement("div"), { className: "proposal", id: `codage-${dashed(coding.id)}`, tabIndex: -1 });
    proposal.dataset.id = coding.id;
    noteAt(coding).append(proposal);
  }
  fill(proposal, html);
  proposal.querySelectorAll(".visually-hidden").forEach((of) => {
    if (!of.querySelector("[data-number]")) of.insertAdjacentHTML("beforeend", ", note <span data-number></span>");
  });
  const told = proposal.closest(".note").querySelector(".note-n [data-number]").textContent;
  proposal.querySelectorAll("[data-number]").forEach((each) => { each.textContent = told; });
}
function noteAt({ a, s, e }) {
  const list = [...sections.get(a).querySelectorAll(".notes")].find((each) => s >= Number(each.dataset.start) && s < Number(each.dataset.end));
  const notes = [...list.children], start = (note) => Number(note.dataset.start), end = (note) => Number(note.dataset.end);
  const there = notes.find((note) => start(note) === s && end(note) === e);
  if (there) return there;
  const note = Object.assign(document.createElement("li"), { className: "note" });
  Object.assign(note.dataset, { start: s, end: e });
  note.innerHTML = `<a class="note-n" href="#extrait-${a}-${s}-${e}"><span class="visually-hidden">Passage </span><span data-number></span></a>`;
  list.insertBefore(note, notes.find((each) => start(each) > s || (start(each) === s && end(each) > e)) ?? null);
  return note;
}
export function renumberNotes() {
  document.querySelectorAll(".notes > .note").forEach((note, rank) => {
    note.id = `note-${rank + 1}`;
    note.querySelectorAll("[data-number]").forEach((place) => { place.textContent = rank + 1; });
  });
}
