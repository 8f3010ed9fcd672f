// The page of a passage to choose: says that what is shown above is no longer what is ticked.
(() => {
  const form = document.getElementById("choix");
  const note = document.getElementById("a-revoir");
  if (!form || !note) return;
  const ticked = () => [...form.querySelectorAll("input[type=checkbox]")].map((box) => box.checked).join();
  const before = ticked();
  form.addEventListener("change", () => { note.hidden = ticked() === before; });
})();
