// Asking the server, and saying in French why it did not answer.
export const SIGNED_OUT = "Votre session est finie\u00a0: rechargez la page pour vous reconnecter. Rien n’est enregistré.";
const STALE = "Cette page est restée ouverte trop longtemps\u00a0: rechargez-la. Rien n’est enregistré.";
const CUT_OFF = "Pas de connexion\u00a0: rien n’est enregistré. Réessayez.";
const JSON_ONLY = { Accept: "application/json" };

export async function ask(url, options = {}) {
  let reply;
  try { reply = await fetch(url, { headers: JSON_ONLY, ...options }); } catch { throw new Error(CUT_OFF); }
  if (!reply.headers.get("Content-Type")?.startsWith("application/json")) {
    throw new Error(reply.redirected ? SIGNED_OUT : reply.status === 400 ? STALE : `Cela n’a pas marché (${reply.status}). Rien n’est enregistré.`);
  }
  return reply.json();
}
