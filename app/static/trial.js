// Counts what cues would tag while one writes them. Without this file, a button does it.
(() => {
  const form = document.querySelector("form[data-trial]");
  if (!form) return;
  const QUIET = 700, EVERY = 600;
  const shown = form.querySelector(".trial");
  const status = form.querySelector(".trial-status");
  let typing, latest = 0;

  const say = (words) => { status.textContent = words; };

  async function follow(address, turn) {
    if (turn !== latest) return;
    try {
      const reply = await fetch(address, { cache: "no-store" });
      if (turn !== latest) return;
      if (reply.status === 200) {
        shown.innerHTML = await reply.text();
        say("");
        return;
      }
      if (reply.status !== 202) return;
    } catch { /* offline: asked again */ }
    setTimeout(() => follow(address, turn), EVERY);
  }

  async function ask() {
    const turn = ++latest;
    const sent = new FormData(form);
    sent.set("acte", "essayer");
    say("Les témoignages sont en train d’être lus…");
    try {
      const reply = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      if (turn !== latest) return;
      const told = await reply.json();
      if (reply.ok) follow(told.trial, turn);
      else {
        shown.replaceChildren(); // what other cues gave
        say(told.errors.join(" "));
      }
    } catch { say("Le compte ne répond pas. Le bouton au-dessus essaie à nouveau."); }
  }

  form.querySelectorAll("textarea.cue-lines").forEach((field) => field.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(ask, QUIET);
  }));
  form.querySelector('button[name="acte"]').addEventListener("click", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    ask();
  });
})();
