// What the workbench holds of a testimony, and what it says of it.
import { readCodings } from "./workbench-text.js";

export const by = (id) => document.getElementById(id);
export const setting = JSON.parse(by("etabli").textContent);
export const codings = readCodings(setting.codages), byId = new Map(codings.map((coding) => [coding.id, coding]));
export const panel = setting.panneau ? by("panneau").querySelector(".proposal") : null; // one note at a time
export const sections = new Map([...document.querySelectorAll(".passage[data-reponse]")].map((each) => [Number(each.dataset.reponse), each]));

export function say(...told) {
  by("dit").replaceChildren(...told.filter(Boolean).flatMap((each) => [each, " "]));
}
const number = (value) => value.toLocaleString("fr-FR").replace(/\u202f/g, "\u00a0");
const plural = (value, one, many) => `${number(value)}\u00a0${value < 2 ? one : many}`;
const decided = () => codings.filter((coding) => coding.t !== 0).length;
export const advance = () => `${number(decided())} décidé${decided() > 1 ? "s" : ""} sur ${number(codings.length)}`;

export function tell() {
  const counts = setting.mots.map(() => 0), answers = new Map();
  for (const coding of codings) {
    counts[coding.t] += 1;
    const of = answers.get(coding.a) ?? { all: 0, waiting: 0 };
    answers.set(coding.a, { all: of.all + 1, waiting: of.waiting + (coding.t === 0) });
  }
  const told = setting.mots.map((words, state) => counts[state] && plural(counts[state], ...words)).filter(Boolean);
  by("compte").textContent = codings.length ? `${plural(codings.length, "extrait", "extraits")}\u00a0: ${told.join(", ")}.` : "Aucun thème.";
  if (by("avancement")) Object.assign(by("avancement"), { max: codings.length, value: decided() });
  if (by("avancement-dit")) by("avancement-dit").textContent = advance();
  for (const place of document.querySelectorAll(".answers-list [data-reponse]")) {
    const { all = 0, waiting = 0 } = answers.get(Number(place.dataset.reponse)) ?? {};
    place.textContent = plural(all, "extrait", "extraits") + (waiting ? `, ${number(waiting)}\u00a0à décider` : "");
  }
}

// Where a coding goes among the others, in reading order.
const rankOf = (a) => [...sections.keys()].indexOf(a);
export function insert(coding) {
  const isAfter = (each) => each.a === coding.a ? each.s > coding.s || (each.s === coding.s && each.e > coding.e) : rankOf(each.a) > rankOf(coding.a);
  const at = codings.findIndex(isAfter);
  codings.splice(at < 0 ? codings.length : at, 0, coding);
}
export const remove = (coding) => codings.splice(codings.indexOf(coding), 1);

// The next coding to decide after one, from the beginning again at the end; where the list that led
// here looks for themes, only those of these themes (`x`) count.
export function toDecide(from) {
  const isWanted = (coding) => coding.t === 0 && (!setting.cherche || coding.x);
  return codings.slice(from ? codings.indexOf(from) + 1 : 0).find(isWanted) ?? codings.find(isWanted);
}
export const noneLeft = `Tout est décidé ici${setting.cherche ? " pour ce que vous cherchez" : ""}. N mène au prochain témoignage à relire.`;
