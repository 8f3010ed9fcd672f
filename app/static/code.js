// Copying and printing the code, and a warning before leaving without it. Without this file the code
// is noted by hand, and the page still keeps it until its button is pressed.
(() => {
  const tools = document.querySelector("[data-code]");
  if (!tools) return;
  const said = document.querySelector(".receipt-said");
  let isKept = false;

  function offer(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-primary";
    button.textContent = label;
    button.addEventListener("click", act);
    tools.append(button);
  }

  if (navigator.clipboard) {
    offer("Copier le code", async () => {
      try {
        await navigator.clipboard.writeText(tools.dataset.code);
        isKept = true;
        said.textContent = "Copié";
      } catch {
        said.textContent = "Votre navigateur refuse la copie\u00a0: notez le code à la main.";
      }
    });
  }
  offer("Imprimer la page", () => { isKept = true; print(); });

  // A form of the page brings the code back with it, or says that it is noted; going on keeps it too.
  document.addEventListener("submit", () => { isKept = true; });
  document.querySelector("[data-goes-on]")?.addEventListener("click", () => { isKept = true; });
  if (!document.querySelector("[data-until-noted]")) return;
  addEventListener("beforeunload", (event) => { if (!isKept) event.preventDefault(); });
})();
