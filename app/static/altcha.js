// A proof of work, when the site is under attack (https://altcha.org): computed while one writes.
// Without JavaScript, or without crypto.subtle, the form leaves as it is: another way is open.
for (const field of document.querySelectorAll("input[data-challenge]")) {
  if (window.Worker && window.crypto?.subtle) begin(field);
}

function begin(field) {
  const challenge = JSON.parse(field.dataset.challenge);
  const status = field.nextElementSibling;
  const worker = new Worker(field.dataset.worker);
  let isOver = false;
  let waiting = null; // the button pressed before the end

  function end() {
    isOver = true;
    worker.terminate();
    status.textContent = "";
    if (waiting) field.form.requestSubmit(waiting.button);
  }
  worker.onmessage = ({ data }) => {
    field.value = btoa(JSON.stringify({ challenge, solution: data }));
    end();
  };
  worker.onerror = end;
  field.form.addEventListener("submit", (event) => {
    if (isOver) return;
    event.preventDefault();
    waiting = { button: event.submitter || undefined };
    status.textContent = "Encore un instant : votre navigateur finit un petit calcul, puis l’envoi part tout seul.";
  });
  worker.postMessage(challenge.parameters);
}
