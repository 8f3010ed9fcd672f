// Filters the themes of a sentence as one types. Without this file, all of them are shown.
(() => {
  const form = document.querySelector("form[data-sentence]");
  if (!form) return;
  const field = form.querySelector("#filtrer");
  const told = form.querySelector("#filtre-dit");
  const boxes = [...form.querySelectorAll(".form-check")];
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[’']/g, " ");
  const words = new Map(boxes.map((box) => [box, fold(box.textContent)]));
  form.querySelector(".filter-themes").hidden = false;

  const shown = () => boxes.filter((box) => !box.hidden);
  function filter() {
    const wanted = fold(field.value).split(/\s+/).filter(Boolean);
    for (const box of boxes) box.hidden = !wanted.every((word) => words.get(box).includes(word));
    for (const family of form.querySelectorAll("[role=group]")) {
      family.hidden = !family.querySelector(".form-check:not([hidden])");
    }
    told.textContent = wanted.length ? `${shown().length} thème${shown().length > 1 ? "s" : ""}` : "";
  }
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !field.value.trim()) return; // an empty field: the form is sent
    event.preventDefault();
    const first = shown()[0]?.querySelector("input");
    if (!first) return;
    first.checked = !first.checked;
    const label = shown()[0].textContent.trim();
    field.value = "";
    filter();
    told.textContent = `${label} : ${first.checked ? "coché" : "décoché"}`;
  });
  // Going to the sentence that the address names takes the focus away: it is given once that is done.
  const begin = () => setTimeout(() => field.focus({ preventScroll: true }));
  if (!document.querySelector(".error-summary") && location.hash) addEventListener("load", begin);
})();
