// Keeps what somebody types, every few seconds at most. Without this file the buttons do it.
// A request without a reply is asked again as it was: what it carried may have arrived.
(() => {
  const EVERY = 5000, FIRST = 1500, PATIENCE = 15000, KEEPALIVE_LIMIT = 60000;
  const OFFLINE = "Pas de connexion\u00a0: gardez cette page ouverte, nous réessayons.";
  const LATER = "Pas encore enregistré\u00a0: nous réessayons. Gardez cette page ouverte.";
  const form = document.querySelector("form[data-autosave]");
  const status = form?.querySelector(".saving");
  if (!status) return;

  const isWord = ([name]) => name.startsWith("q_");
  const words = () => JSON.stringify([...new FormData(form)].filter(isWord));
  // A page that came back with its words, or that the browser filled again, holds more than the server.
  const isChanged = (field) => ("defaultChecked" in field && field.checked !== field.defaultChecked)
    || (field.matches("textarea, [type=text]") && field.value !== field.defaultValue);
  const isAhead = "unsaved" in form.dataset || [...form.elements].some(isChanged);
  let seen = form.elements.seen.value;
  let kept = isAhead ? "" : words(); // what the server is known to hold
  let unanswered = null; // {body, words}: the request whose reply never came, or is awaited
  // Words to compare with those of another tab are kept by the button only, knowingly.
  let isStopped = "paused" in form.dataset;
  let isAsking = false, isLeaving = false, isCutOff = false;
  let timer = null, askedAt = -EVERY;

  function say(text, { isTrouble = true, isAlert = false, isAloud = true } = {}) {
    if (status.textContent === text) return;
    status.classList.toggle("is-trouble", isTrouble); // which stays in sight, wherever one types
    status.setAttribute("role", isAlert ? "alert" : "status");
    status.setAttribute("aria-live", isAlert ? "assertive" : isAloud ? "polite" : "off");
    status.textContent = text;
  }

  function request() {
    const body = new FormData(form);
    body.set("seen", seen);
    if (unanswered) {
      for (const [name, value] of [...unanswered.body].filter(isWord)) body.append(`tried_${name}`, value);
    }
    return { body, words: words() };
  }

  async function ask(asked, options = {}) {
    unanswered = asked;
    isAsking = true;
    askedAt = performance.now();
    try {
      const reply = await fetch(form.dataset.autosave, {
        method: "POST", body: asked.body, signal: AbortSignal.timeout?.(PATIENCE), ...options,
      });
      await hear(reply, asked);
    } catch {
      isCutOff = true;
      say(OFFLINE);
    } finally {
      isAsking = false;
      wait();
    }
  }

  async function hear(reply, asked) {
    if (reply.ok) {
      const told = await reply.json();
      if (unanswered !== asked) return; // a newer request has left since then
      seen = told.seen;
      kept = asked.words;
      unanswered = null;
      const at = new Date(told.saved_at);
      const minutes = String(at.getMinutes()).padStart(2, "0");
      const isNews = isCutOff || !status.textContent;
      isCutOff = false;
      // Said aloud once, then only shown: nobody needs to hear it every minute.
      say(`Enregistré à ${at.getHours()}\u00a0h\u00a0${minutes}`, { isTrouble: false, isAloud: isNews });
    } else if (reply.status >= 500 || reply.status === 429) {
      isCutOff = true;
      say(LATER);
    } else {
      isStopped = true;
      const told = await reply.json().catch(() => ({}));
      say(told.message ?? "Ce que vous écrivez n’est plus enregistré tout seul\u00a0: appuyez sur le bouton pour enregistrer.", { isAlert: true });
    }
  }

  const hasNews = () => words() !== kept;

  function wait() {
    if (isStopped || timer || !(unanswered || hasNews())) return;
    const delay = Math.max(FIRST, askedAt + EVERY - performance.now());
    timer = setTimeout(() => { timer = null; save(); }, delay);
  }

  function save() {
    if (isStopped || isAsking || isLeaving) return;
    if (unanswered) ask(unanswered);
    else if (hasNews()) ask(request());
  }

  // The page may never be seen again: what was typed leaves now, and outlives it.
  function flush() {
    if (isStopped || isLeaving || !hasNews() || unanswered?.words === words()) return;
    const last = request();
    const size = [...last.body].reduce((sum, [, value]) => sum + new TextEncoder().encode(value).length + 150, 0);
    ask(last, { keepalive: size < KEEPALIVE_LIMIT });
  }

  form.addEventListener("input", wait);
  form.addEventListener("change", wait);
  form.addEventListener("formdata", (event) => {
    if (!isLeaving) return;
    event.formData.set("seen", seen);
    for (const [name, value] of [...(unanswered?.body ?? [])].filter(isWord)) event.formData.append(`tried_${name}`, value);
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) { isLeaving = true; return; }
    event.preventDefault(); // the browser's own page of error would take the words away
    isCutOff = true;
    say(OFFLINE, { isAlert: true });
    wait();
  });
  addEventListener("online", save);
  addEventListener("pageshow", () => { isLeaving = false; wait(); });
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  addEventListener("beforeunload", (event) => {
    const isLosing = isCutOff || isStopped || !navigator.onLine;
    if (!isLeaving && isLosing && hasNews()) event.preventDefault();
  });
  wait();
})();
