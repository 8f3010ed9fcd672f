// The keyboard. Letters can be switched off: some speak to their computer, or press keys without meaning to.
import { by } from "./workbench-model.js";

export const areKeysOn = () => localStorage.getItem("recueil-touches") !== "non";

export function offerKeys() {
  by("touches").hidden = false;
  const toggle = by("touches-bascule");
  const told = () => {
    toggle.textContent = areKeysOn() ? "Désactiver les touches" : "Activer les touches";
    document.documentElement.classList.toggle("has-keys", areKeysOn());
  };
  toggle.addEventListener("click", () => { localStorage.setItem("recueil-touches", areKeysOn() ? "non" : "oui"); told(); });
  told();
}

// Ctrl+Enter sends the form that is open, from any of its fields; says whether it did.
export function saves(event, bench) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !bench.contains(event.target)) return false;
  event.preventDefault();
  bench.querySelector("form")?.requestSubmit(bench.querySelector("button.btn-primary"));
  return true;
}
