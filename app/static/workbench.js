// The workbench: keys, what others do meanwhile, corrections in place. Without this file, each act has its page.
import { SIGNED_OUT, ask } from "./workbench-asking.js";
import { areKeysOn, offerKeys, saves } from "./workbench-keys.js";
import { advance, by, byId, codings, insert, panel, noneLeft, remove, say, sections, setting, tell, toDecide } from "./workbench-model.js";
import { dashed, dropNote, noteOf, placeNote, renumberNotes, showInPanel } from "./workbench-notes.js";
import { marksOf, numbered, placeOf, rangesOf, recut, selected } from "./workbench-text.js";

const EVERY = 4000, LATEST = 60000;
const OPENED_ANEW = "Ce témoignage ou la grille ont changé entre-temps.";
const HALF_MADE = "Ce que vous avez commencé n’est pas enregistré\u00a0: enregistrez, ou annulez par Échap.";
const bench = by("atelier"), hasAnchors = codings.length <= 10000;
const { lu: read } = setting;
let { rang: rank } = setting;
let current = null, isOver = false, isDirty = false, lastPlace = null, settling = null;

function post(url, body) {
  body.set("depuis", rank);
  return ask(url, { method: "POST", body });
}
let turn = Promise.resolve(); // one act after the other, in the order of the keys
const inTurn = (act) => { turn = turn.then(act).catch((error) => say(error.message)); return turn; };

// ---- What changed, here or elsewhere
function take(told) {
  if (told.recharger || (told.lu && told.lu !== read)) return openAnew();
  if (told.rang < rank) return; // older than what is shown
  rank = told.rang;
  let isMoved = false;
  for (const each of told.codages) isMoved = change(each) || isMoved;
  if (told.codages.length) {
    if (isMoved && !panel) renumber();
    tell();
    show();
  }
  if (told.memos !== undefined) by("memos").innerHTML = told.memos;
}

// One coding as it now is; says whether one came, went or moved.
function change(told) {
  const was = byId.get(told.id);
  if (told.parti) {
    if (!was) return false;
    remove(was);
    byId.delete(told.id);
    if (current === was) leave();
    recutAll(was);
    dropNote(told.id);
    return true;
  }
  const { note, ...now } = told;
  const isMoved = !was || was.s !== now.s || was.e !== now.e;
  const before = was && { ...was };
  if (isMoved && was) remove(was);
  const coding = Object.assign(was ?? {}, now);
  if (isMoved) insert(coding);
  byId.set(coding.id, coding);
  if (before) recutAll(before);
  if (isMoved) recutAll(coding);
  placeNote(coding, note);
  return isMoved;
}
function renumber() {
  renumberNotes();
  for (const a of sections.keys()) recutAll({ a, s: 0, e: Infinity });
}
const recutAll = (span) => recut(span, codings, { numbers: panel ? null : numbered(codings), hasAnchors });

// ---- The coding one is at
function show() {
  document.querySelectorAll("mark.is-current").forEach((mark) => mark.classList.remove("is-current"));
  document.querySelectorAll(".note.is-current").forEach((note) => note.classList.remove("is-current"));
  document.querySelectorAll(".proposal[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
  if (!current) return [];
  const marks = marksOf(current);
  marks.forEach((mark) => mark.classList.add("is-current"));
  const proposal = panel ?? noteOf(current.id);
  proposal?.closest(".note").classList.add("is-current");
  proposal?.setAttribute("aria-current", "true"); // one passage may bear several themes: keys act on this one
  return marks;
}
const leave = () => { current = null; show(); };

async function go(coding, { isFocused = true } = {}) {
  current = coding;
  const mark = show()[0];
  if (panel) await turnPanel(coding);
  const note = panel ?? noteOf(coding.id);
  if (isFocused) note.focus({ preventScroll: true });
  mark?.scrollIntoView({ block: "center" });
  if (!panel) note.closest(".note").scrollIntoView({ block: "nearest" });
}
async function turnPanel(coding) {
  if (panel.dataset.id === coding.id) return;
  const told = await ask(setting.adresses.codage.replace(/0{8}-0{4}-0{4}-0{4}-0{12}(?=[?#]|$)/, `${dashed(coding.id)}/note`));
  if (current !== coding) return;
  showInPanel(coding, told.note);
}
function step(by_) {
  if (!codings.length) return say("Aucun extrait dans ce témoignage.");
  const at = current ? codings.indexOf(current) + by_ : by_ > 0 ? 0 : codings.length - 1;
  if (!codings[at]) return say(by_ > 0 ? "C’est le dernier extrait." : "C’est le premier extrait.");
  return go(codings[at]);
}
function stepToDecide() {
  const next = toDecide(current);
  return next ? go(next) : say(noneLeft);
}

// ---- Acts
const form = () => (panel ?? noteOf(current.id)).querySelector("form.acts");
async function act(name) {
  if (!current) return say("Choisissez d’abord un extrait, par J ou K.");
  if (name === "remettre" && current.t === 4) return say("Posé à la main\u00a0: il se retire, ou se rejette.");
  const body = new FormData(form());
  body.set("acte", name);
  return hear(await post(form().action, body));
}
async function hear(told) {
  take(told);
  if (told.message) say(told.message, told.codages?.length && `${advance()}.`);
}
async function open(url) {
  if (!bench.hidden && isDirty) { field()?.focus(); return say(HALF_MADE); }
  const told = await ask(url);
  put(told.formulaire);
  if (current) marksOf(current)[0]?.scrollIntoView({ block: "center" }); // the form hides half of the page
  field()?.focus({ preventScroll: true });
}
const field = () => bench.querySelector("select, textarea");
function put(html) {
  bench.innerHTML = html;
  bench.hidden = false;
  document.documentElement.classList.add("has-bench");
  preview();
}
function close() {
  bench.hidden = true;
  isDirty = false;
  bench.replaceChildren();
  document.documentElement.classList.remove("has-bench");
  preview();
  if (current) (panel ?? noteOf(current.id))?.focus({ preventScroll: true });
}
function chosen() {
  const editor = bench.querySelector("[data-reponse]");
  if (!editor?.elements.fin?.value) return null;
  return { a: Number(editor.elements.reponse.value), s: Number(editor.elements.debut.value), e: Number(editor.elements.fin.value) };
}
function preview() {
  CSS.highlights?.delete("recueil-choix");
  const span = chosen();
  if (span && CSS.highlights) CSS.highlights.set("recueil-choix", new Highlight(...rangesOf(span)));
}
// The form may have been shown anew since it was pressed: what is sent is what is shown.
async function save(pressed) {
  const editor = bench.querySelector("form"), body = editor && new FormData(editor);
  if (!editor) return;
  if (pressed) body.set("geste", pressed);
  const told = await post(editor.action, body);
  if (told.formulaire) {
    put(told.formulaire);
    isDirty = true;
    const next = bench.querySelector(".error-summary") ? field() : bench.querySelector(`button[value="${pressed}"]:not([hidden])`) ?? field();
    return next.focus();
  }
  close();
  await hear(told);
  if (byId.has(told.codage)) await go(byId.get(told.codage));
}
function addHere() {
  const place = selected() ?? (lastPlace && !by("coder-selection").hidden ? lastPlace : null) ?? current;
  const url = new URL(setting.adresses.coder, location);
  url.searchParams.set("reponse", place?.a ?? [...sections.keys()][0]);
  if (place) { url.searchParams.set("debut", place.s); url.searchParams.set("fin", place.e); }
  return open(url);
}

// ---- Selecting words
function onSelection() {
  const place = selected();
  const editor = bench.querySelector("form[data-reponse]");
  by("coder-selection").hidden = !place || Boolean(editor);
  if (!place) return;
  lastPlace = place;
  if (!editor || (editor.dataset.codage && Number(editor.dataset.reponse) !== place.a)) return;
  Object.assign(editor.elements.reponse, { value: place.a });
  Object.assign(editor.elements.debut, { value: place.s });
  Object.assign(editor.elements.fin, { value: place.e });
  editor.elements.passage.value = place.words;
  by("editeur-contexte")?.remove();
  isDirty = true;
  preview();
}
document.addEventListener("selectionchange", () => { clearTimeout(settling); settling = setTimeout(onSelection, 150); });
by("coder-selection").addEventListener("mousedown", (event) => event.preventDefault());
by("coder-selection").addEventListener("click", () => inTurn(addHere));

// ---- Keys, clicks, forms
const KEYS = {
  j: () => step(1), k: () => step(-1), s: stepToDecide, a: () => act("accepter"), r: () => act("rejeter"), d: () => act("remettre"),
  c: () => openFrom("corriger"), m: () => openFrom("memo"), t: addHere,
  u: async () => hear(await post(by("annuler").action, new FormData(by("annuler")))),
  n: () => { location.href = by("suivant").href; }, "?": () => by("touches-dites").showModal(),
};
function openFrom(what) {
  if (!current && what === "memo") return open(document.querySelector("main > * .leaf > p > [data-open=memo], [data-open=memo]").href);
  if (!current) return say("Choisissez d’abord un extrait, par J ou K.");
  return open(form().querySelector(`[data-open="${what}"]`).href);
}
const isTyping = (target) => bench.contains(target) || target.closest?.("input, textarea, select, dialog[open], [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !bench.hidden && !by("touches-dites").open) { event.preventDefault(); return close(); }
  if (saves(event, bench)) return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act_ = KEYS[event.key.toLowerCase()];
  if (!act_ || !areKeysOn() || isTyping(event.target) || (event.repeat && !"jk".includes(event.key))) return;
  event.preventDefault();
  inTurn(act_);
});
document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (!sent.matches(".proposal form, #annuler, #atelier form")) return;
  event.preventDefault();
  if (sent.matches("#atelier form")) { inTurn(() => save(event.submitter?.value)); return; }
  const proposal = sent.closest(".proposal");
  if (proposal) current = byId.get(proposal.dataset.id) ?? current;
  inTurn(async () => hear(await post(sent.action, new FormData(sent, event.submitter))));
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && (event.button || event.ctrlKey || event.metaKey || event.shiftKey)) return;
  if (link?.dataset.open) {
    event.preventDefault();
    const proposal = link.closest(".proposal");
    if (proposal) { current = byId.get(proposal.dataset.id); show(); }
    inTurn(() => open(link.href));
  } else if (link && "close" in link.dataset && bench.contains(link)) {
    event.preventDefault();
    close();
  } else if (link?.id === "a-decider") {
    event.preventDefault();
    inTurn(stepToDecide);
  } else if (link?.dataset.step) {
    event.preventDefault();
    inTurn(() => step(Number(link.dataset.step)));
  } else if (event.target.matches(".typed mark") && getSelection().isCollapsed) {
    const place = placeOf(event.target);
    const over = codings.filter((each) => each.a === place.a && each.s <= place.s && each.e >= place.e).sort((one, other) => (one.e - one.s) - (other.e - other.s));
    inTurn(() => go(over[(over.indexOf(current) + 1) % over.length], { isFocused: false }));
  }
});
bench.addEventListener("input", (event) => {
  isDirty = true;
  if (event.target.name === "passage") by("editeur-contexte")?.remove();
});
addEventListener("beforeunload", (event) => { if (!bench.hidden && isDirty) event.preventDefault(); });

// ---- What others do meanwhile
function openAnew() {
  if (isOver) return;
  isOver = true;
  const link = Object.assign(document.createElement("a"), { href: location.pathname + location.search, textContent: "Rechargez la page" });
  say(OPENED_ANEW, link, "pour le voir tel qu’il est.");
}
let wait = EVERY, waiting = null;
async function follow() {
  clearTimeout(waiting);
  if (isOver) return;
  if (!document.hidden) {
    try {
      const url = new URL(setting.adresses.changements, location);
      url.searchParams.set("depuis", rank);
      const told = await ask(url);
      take(told);
      if (told.dit?.length) say(told.dit.join(" "));
      wait = EVERY;
    } catch (error) {
      if (error.message === SIGNED_OUT) { isOver = true; say(SIGNED_OUT); }
      wait = Math.min(wait * 2, LATEST);
    }
  }
  waiting = setTimeout(follow, wait);
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) follow(); });

// ---- Beginning
function begin() {
  offerKeys();
  const [, id] = location.hash.match(/^#codage-([0-9a-f-]{36})$/) ?? [];
  const [, a, s, e] = location.hash.match(/^#extrait-(\d+)-(\d+)-(\d+)$/)?.map(Number) ?? [];
  const target = byId.get(id?.replaceAll("-", "")) ?? codings.find((each) => each.a === a && each.s === s && each.e === e);
  if (target) inTurn(() => go(target, { isFocused: false }));
  else if (panel) { current = byId.get(panel.dataset.id) ?? null; show(); }
  waiting = setTimeout(follow, wait);
  document.documentElement.dataset.etabli = "pret";
}
begin();
