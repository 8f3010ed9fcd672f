// Reads a block aloud: « Écouter », then « Arrêter ». The buttons are made here, so that they are
// absent without JavaScript, without speech synthesis, and without a French voice of the device's own.
// A voice that is not local would send the words of the page, thus what it is about, to a third
// party: such a voice is never taken, even where it is the only one, and the buttons then stay away.
// Only what the page asks is read, never what somebody typed: others may hear.
(() => {
  const synth = window.speechSynthesis;
  if (!synth || !window.SpeechSynthesisUtterance) return;

  const SILENT = "button, input, select, textarea, datalist, script, details, img, .no-speech, [hidden], [aria-hidden=true]";
  const BLOCKS = "p, li, h1, h2, h3, legend, label, dt, dd";
  let said; // where the state is said to screen readers
  let speaking = null; // the button whose block is being read

  function frenchVoice() {
    const local = synth.getVoices().filter((v) => v.localService && /^fr\b/i.test(v.lang.replace("_", "-")));
    return local.find((v) => v.default) ?? local.find((v) => /^fr[-_]FR/i.test(v.lang)) ?? local[0];
  }

  // One utterance a sentence or a line: long ones are cut off by some browsers.
  function sentences(block) {
    const texts = [];
    const write = (node) => {
      if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
      else if (node.nodeType !== Node.ELEMENT_NODE || node.matches(SILENT)) return;
      else if (node.tagName === "BR") texts.push("\n");
      else {
        const apart = node.matches(BLOCKS);
        if (apart) texts.push("\n");
        node.childNodes.forEach(write);
        if (apart) texts.push("\n");
      }
    };
    write(block);
    return texts.join("").split(/\n|(?<=[.?!…])\s+/)
      .map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => /[\p{L}\p{N}]/u.test(text));
  }

  function rest(words) {
    if (speaking) speaking.firstChild.data = "Écouter";
    speaking = null;
    said.textContent = words;
  }

  function stop(words) {
    rest(words);
    synth.cancel();
  }

  function start(button, block) {
    const voice = frenchVoice();
    stop("");
    if (!voice) return rest("La lecture n’est plus possible.");
    const queue = sentences(block).map((text) => {
      const utterance = new SpeechSynthesisUtterance(text);
      Object.assign(utterance, { voice, lang: voice.lang, rate: 0.9 });
      // What was cancelled speaks up late: only the block that is being read is listened to.
      utterance.onerror = () => speaking === button && current.has(utterance) && stop("La lecture n’a pas marché.");
      return utterance;
    });
    const current = new Set(queue);
    if (!queue.length) return;
    queue.at(-1).onend = () => speaking === button && current.has(queue.at(-1)) && rest("Lecture terminée.");
    speaking = button;
    button.firstChild.data = "Arrêter";
    said.textContent = "Lecture en cours.";
    queue.forEach((utterance) => synth.speak(utterance));
  }

  function equip(block) {
    const heading = block.querySelector("h1, h2, h3, legend, label");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-primary speak no-print" });
    const about = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    about.textContent = heading ? ` : ${heading.textContent.replace(/\s+/g, " ").trim()}` : " cette partie";
    button.append("Écouter", about);
    button.addEventListener("click", () => (speaking === button ? stop("Lecture arrêtée.") : start(button, block)));
    const place = block.querySelector(":scope > h1, :scope > h2");
    if (place) place.after(button);
    else block.before(button);
  }

  function begin() {
    if (said || !frenchVoice()) return;
    said = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    said.setAttribute("role", "status");
    document.getElementById("contenu").append(said);
    document.querySelectorAll("[data-speak]").forEach(equip);
  }

  addEventListener("pagehide", () => synth.cancel());
  synth.addEventListener?.("voiceschanged", begin); // some browsers learn their voices late
  begin();
})();
