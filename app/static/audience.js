// Says how many people a choice speaks to while it is made. Without this file, the next page says it.
(() => {
  const form = document.querySelector("form[data-count]");
  const told = form?.querySelector(".counted");
  if (!told) return;
  let asked = 0, timer = null;
  const words = (count) => `${count.toLocaleString("fr-FR")}\u00a0${count < 2 ? "personne recevrait" : "personnes recevraient"} ce message.`;

  async function count() {
    const mine = ++asked;
    try {
      const reply = await fetch(form.dataset.count, { method: "POST", body: new FormData(form) });
      const found = reply.ok ? await reply.json() : null;
      if (found && mine === asked) told.textContent = words(found.count);
    } catch { /* offline: what was said before stays */ }
  }

  form.addEventListener("change", (event) => {
    if (!event.target.closest("[data-audience]")) return;
    clearTimeout(timer);
    timer = setTimeout(count, 200);
  });
  count(); // what was chosen before this file came, or was restored by the browser
})();
