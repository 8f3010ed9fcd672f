// A form whose answer a passkey gives: made (data-passkey="make") or used ("prove").
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const button = form.querySelector("button[type=submit]");
  const said = form.querySelector("[data-passkey-said]");
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  for (const name of ["excludeCredentials", "allowCredentials"])
    for (const each of options[name] ?? []) each.id = bytes(each.id);
  if (options.user) options.user.id = bytes(options.user.id);

  const ask = () =>
    form.dataset.passkey === "make"
      ? navigator.credentials.create({ publicKey: options })
      : navigator.credentials.get({ publicKey: options });

  const written = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"])
      if (credential.response[name]) response[name] = text(credential.response[name]);
    if (credential.response.userHandle) response.userHandle = text(credential.response.userHandle);
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    said.textContent = "Suivez ce que demande votre navigateur.";
    try {
      form.elements.answer.value = written(await ask());
      form.submit();
    } catch (error) {
      said.textContent =
        error.name === "InvalidStateError"
          ? "Cette clé est déjà enregistrée sur votre compte. Prenez-en une autre."
          : "La clé n’a pas répondu. Essayez à nouveau.";
    }
  });
  for (const each of document.querySelectorAll("[data-passkey-needs]")) each.hidden = true;
  button.disabled = false;
})();
