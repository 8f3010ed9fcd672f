// Looks for the counter from which PBKDF2 derives a key with the announced beginning (ALTCHA, PoW v2).
onmessage = async ({ data: asked }) => {
  const nonce = fromHex(asked.nonce);
  const password = new Uint8Array(nonce.length + 4);
  const counterIn = new DataView(password.buffer, nonce.length);
  password.set(nonce);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(asked.salt), iterations: asked.cost };
  for (let counter = 0; counter <= 0xffffffff; counter++) {
    counterIn.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = toHex(await crypto.subtle.deriveBits(how, key, asked.keyLength * 8));
    if (derivedKey.startsWith(asked.keyPrefix)) return postMessage({ counter, derivedKey });
  }
};

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function toHex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
