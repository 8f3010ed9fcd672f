// The text of a testimony and the codings on it. Places are in code points, as the server counts them;
// a browser counts UTF-16 units, and « 👩‍🏫 » would shift all that follows.
export const count = (text) => { let number = 0; for (const _ of text) number += 1; return number; };
const REF = "ref"; // the numbers of the notes stand among the words without being of them

const plain = (part) => [...part.childNodes].filter((node) => node.className !== REF).map((node) => node.textContent).join("");
const key = (coding) => `${coding.a}-${coding.s}-${coding.e}`;

export function readCodings(data) {
  const all = [];
  for (const typed of document.querySelectorAll(".passage[data-reponse]")) {
    const a = Number(typed.dataset.reponse);
    for (const [id, s, e, f, t, x = 0] of data[a] ?? []) all.push({ id, a, s, e, f, t, x });
  }
  return all;
}

// One part of an answer, with where it begins; where it ends is where the next begins.
const known = new Map();
function parts(a) {
  if (!known.has(a)) {
    const found = [...document.querySelectorAll(`.typed[data-reponse="${a}"] .part`)];
    known.set(a, found.map((part, rank) => ({
      part, start: Number(part.dataset.start), end: Number(found[rank + 1]?.dataset.start ?? Infinity),
    })));
  }
  return known.get(a);
}
const partsOver = ({ a, s, e }) => parts(a).filter((each) => each.start < e && each.end > s);

// Each piece of these parts with where it stands.
function* pieces(span) {
  for (const { part, start } of partsOver(span)) {
    let at = start;
    for (const node of part.childNodes) {
      if (node.className === REF) continue;
      const end = at + count(node.textContent);
      yield { node, start: at, end };
      at = end;
    }
  }
}

export function marksOf(span) {
  return [...pieces(span)].filter(({ node, start, end }) => node.nodeName === "MARK" && start >= span.s && end <= span.e)
    .map(({ node }) => node);
}

export function placeOf(mark) {
  const a = Number(mark.closest(".typed").dataset.reponse);
  const start = Number(mark.closest(".part").dataset.start);
  for (const piece of pieces({ a, s: start, e: start + 1 })) if (piece.node === mark) return { a, s: piece.start, e: piece.end };
  return null;
}

// As views/typed.mark_class: what is rejected counts only where nothing else stands.
const PROPOSED = 0, REJECTED = 3;
function markClass(over) {
  const standing = over.filter((coding) => coding.t !== REJECTED);
  const families = new Set((standing.length ? standing : over).map((coding) => coding.f));
  const fate = standing.length ? (standing.some((coding) => coding.t !== PROPOSED) ? " is-kept" : "") : " is-out";
  return `ex fam-${families.size === 1 ? [...families][0] : "mixed"}${fate}`;
}

function reference(number) {
  const link = document.createElement("a"), hidden = document.createElement("span");
  link.className = REF;
  link.href = `#note-${number}`;
  hidden.className = "visually-hidden";
  hidden.textContent = "note ";
  link.append(hidden, String(number));
  return link;
}

// Cuts anew the parts over which a coding came, went or changed. `numbers`: of the notes, if they are beside.
export function recut(span, codings, { numbers = null, hasAnchors = true } = {}) {
  for (const { part, start, end } of partsOver(span)) {
    const text = Array.from(plain(part)), last = Math.min(end, start + text.length);
    const here = codings.filter((coding) => coding.a === span.a && coding.s < last && coding.e > start);
    const bounds = new Set([start, last]);
    for (const { s, e } of here) { if (s > start) bounds.add(s); if (e < last) bounds.add(e); }
    const places = [...bounds].sort((one, other) => one - other), cut = document.createDocumentFragment();
    places.slice(0, -1).forEach((at, rank) => {
      const until = places[rank + 1], words = text.slice(at - start, until - start).join("");
      const over = here.filter((coding) => coding.s <= at && coding.e >= until);
      if (!over.length) cut.append(words);
      else cut.append(...marked(words, over, at, hasAnchors));
      if (!numbers) return;
      const ending = new Map(over.filter((coding) => coding.e === until).map((coding) => [key(coding), coding]));
      [...ending.values()].sort((one, other) => one.s - other.s).forEach((coding) => cut.append(reference(numbers.get(key(coding)))));
    });
    part.replaceChildren(cut);
  }
}

function marked(words, over, at, hasAnchors) {
  const mark = document.createElement("mark");
  mark.className = markClass(over);
  mark.textContent = words;
  const ids = hasAnchors ? [...new Set(over.filter((coding) => coding.s === at).map(key))].sort() : [];
  if (ids.length) mark.id = `extrait-${ids.shift()}`;
  const others = ids.map((id) => Object.assign(document.createElement("span"), { id: `extrait-${id}` }));
  return [...others, mark];
}

// The numbers of the notes, in reading order: one for all that stands on the same words.
export function numbered(codings) {
  const numbers = new Map();
  for (const coding of codings) if (!numbers.has(key(coding))) numbers.set(key(coding), numbers.size + 1);
  return numbers;
}

// What is selected in one answer, without the white space at its ends; nothing if it goes over two answers.
export function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0), places = [];
  const root = range.commonAncestorContainer, scope = root.nodeType === Node.ELEMENT_NODE ? root : root.parentElement;
  const inside = scope.closest(".part") ? [scope.closest(".part")] : [...scope.querySelectorAll(".part")];
  for (const part of inside) {
    if (!range.intersectsNode(part)) continue;
    const whole = document.createRange();
    whole.selectNodeContents(part);
    const kept = whole.cloneRange();
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) > 0) kept.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) < 0) kept.setEnd(range.endContainer, range.endOffset);
    const before = whole.cloneRange();
    before.setEnd(kept.startContainer, kept.startOffset);
    const start = Number(part.dataset.start) + count(words(before)), text = words(kept);
    if (text) places.push({ a: Number(part.closest(".typed").dataset.reponse), s: start, text });
  }
  if (!places.length || places.some((each) => each.a !== places[0].a)) return null;
  const text = places.map((each) => each.text).join(""), s = places[0].s + count(text) - count(text.trimStart());
  return text.trim() ? { a: places[0].a, s, e: s + count(text.trim()), words: text.trim() } : null;
}

function words(range) {
  const copy = range.cloneContents();
  copy.querySelectorAll(`.${REF}`).forEach((each) => each.remove());
  // A selection that begins or ends inside a number takes a piece of it along.
  if (range.startContainer.parentElement?.closest(`.${REF}`) && range.commonAncestorContainer.parentElement?.closest(`.${REF}`)) return "";
  return copy.textContent;
}

// A span as ranges of the document, to be shown without changing it.
export function* rangesOf(span) {
  for (const { part, start } of partsOver(span)) {
    let at = start;
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (at < span.e && walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest(`.${REF}`)) continue;
      const letters = Array.from(node.data), from = Math.max(span.s - at, 0), to = Math.min(span.e - at, letters.length);
      if (from < to) {
        const range = document.createRange();
        range.setStart(node, letters.slice(0, from).join("").length);
        range.setEnd(node, letters.slice(0, to).join("").length);
        yield range;
      }
      at += letters.length;
    }
  }
}
