// Follows a campaign that is leaving, or a training. Without this file, loading the page again does it.
(() => {
  const bar = document.querySelector("progress[data-follow]");
  if (!bar) return;
  const EVERY = 3000;
  const status = document.querySelector(".sending-told");
  const number = (count) => count.toLocaleString("fr-FR");

  async function follow() {
    try {
      const reply = await fetch(bar.dataset.follow);
      if (!reply.ok) return;
      const { total, waiting, counts } = await reply.json();
      bar.max = total;
      bar.value = total - waiting;
      for (const [key, count] of Object.entries(counts)) {
        const shown = document.querySelector(`[data-group="${key}"] b`);
        if (shown) shown.textContent = number(count);
      }
      if (!waiting) {
        status.textContent = bar.dataset.done;
        return;
      }
    } catch { /* offline: asked again */ }
    setTimeout(follow, EVERY);
  }
  setTimeout(follow, EVERY);
})();
