// What a page is asked in test_rgaa.py. Each function returns what is wrong with it, in words.
window.rgaa = (() => {
  const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";
  const RING = 2; // px, at the least
  let stops = [];

  const words = (node) => `${node.tagName.toLowerCase()} « ${
    (node.labels?.[0] ?? node).innerText?.trim().replace(/\s+/g, " ").slice(0, 40) || node.name || node.id} »`;
  const isShown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isRadioOfGroup = (node) => node.type === "radio" && node !== entry(node);
  const entry = (radio) => {
    const group = [...document.querySelectorAll("input[type=radio]")].filter((each) =>
      each.name === radio.name && each.form === radio.form);
    return group.find((each) => each.checked) ?? group[0];
  };
  const controls = () => [...document.querySelectorAll(CONTROLS)].filter((node) =>
    isShown(node) && !node.disabled && node.tabIndex >= 0 && node.type !== "hidden");
  const zone = (node) => node.closest(".skip, .masthead, .margin, main, .foot")?.className || "main";

  const around = (node) => [node, node.closest(".door")].filter(Boolean); // a door is marked whole
  const ring = (node) => {
    const style = getComputedStyle(node);
    const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    return { width, color: style.outlineColor, inside: parseFloat(style.outlineOffset) < 0 };
  };
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const color = channels(getComputedStyle(each).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const luminance = (color) => {
    const [r, g, b] = color.slice(0, 3).map((value) => value / 255).map((value) =>
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  // Go to the very beginning, and remember what the keyboard should meet from there, and in what order.
  const begin = () => {
    document.body.tabIndex = -1;
    document.body.focus({ preventScroll: false });
    document.body.removeAttribute("tabindex");
    scrollTo(0, 0);
    stops = controls().filter((node) => !isRadioOfGroup(node)).map((node) => ({
      node, before: around(node).map((each) => ring(each).width),
    }));
    return stops.length;
  };

  const focusFaults = (stop) => {
    const { node, before } = stop;
    const marked = around(node).filter((each, n) => ring(each).width >= RING && before[n] < RING)[0];
    if (!marked) return ["no visible focus"];
    const { color, inside } = ring(marked);
    const ratio = contrast(channels(color), ground(inside ? marked : marked.parentElement));
    return ratio < 3 ? [`focus of contrast ${ratio.toFixed(1)}`] : [];
  };
  const placeFaults = (node, previous) => {
    const box = node.getBoundingClientRect(), wrong = [];
    if (box.left < -1 || box.right > innerWidth + 1) wrong.push("focus beside the screen");
    if (box.bottom < 1 || box.top > innerHeight - 1) wrong.push("focus out of sight");
    if (previous && zone(previous) === zone(node)) {
      const first = previous.getClientRects()[0], second = node.getClientRects()[0];
      const isSameLine = second.top < first.bottom - 2 && first.top < second.bottom - 2;
      if (second.bottom <= first.top) wrong.push(`above ${words(previous)}, which came before`);
      if (isSameLine && second.left < first.left) wrong.push(`left of ${words(previous)}, which came before`);
    }
    return wrong;
  };
  // What is wrong where the keyboard now is, after `count` presses of Tab.
  const step = (count) => {
    const stop = stops[count - 1], here = document.activeElement;
    if (here !== stop.node) return [`${words(here)} in the place of ${words(stop.node)}`];
    const wrong = [...focusFaults(stop), ...placeFaults(here, stops[count - 2]?.node)];
    return wrong.map((each) => `${words(here)}: ${each}`);
  };

  const structure = () => {
    const wrong = [], all = (selector) => [...document.querySelectorAll(selector)];
    if (document.documentElement.lang !== "fr") wrong.push("lang");
    if (all("h1").length !== 1 || !document.querySelector("h1").innerText.trim()) wrong.push("h1");
    if (all("main").length !== 1 || document.querySelector("main").id !== "contenu") wrong.push("main");
    if (document.title.replace("- Recueil", "").trim().length < 3) wrong.push("title");
    for (const each of all("fieldset").filter(isShown)) {
      if (!each.querySelector(":scope > legend")?.innerText.trim()) wrong.push(`no legend: ${words(each)}`);
    }
    for (const each of all(".alert, .error-summary, .saving, .receipt-said")) {
      if (!each.closest("[role=status], [role=alert], [aria-live]")) wrong.push(`said to nobody: ${each.className}`);
    }
    for (const each of all(".invalid-feedback")) {
      const tied = document.querySelector(`[aria-describedby~="${each.id}"]`);
      if (!each.id || !tied) wrong.push(`tied to no field: ${each.innerText}`);
    }
    return wrong;
  };
  const fields = () => controls().filter((node) => node.matches("input, select, textarea")).map((node) => ({
    label: node.labels?.[0]?.innerText.trim() ?? "", type: node.type, autocomplete: node.autocomplete,
  }));

  const isHidden = (node) => Boolean(node.closest(".visually-hidden, .skip"));
  const scrolls = (node) => Boolean(node.closest(".table-scroll"));
  const beside = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), wrong = [];
    while (walker.nextNode()) {
      const text = walker.currentNode, parent = text.parentElement;
      if (!text.data.trim() || !isShown(parent) || isHidden(parent) || scrolls(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const boxes = [...range.getClientRects()];
      if (boxes.some((box) => box.right > innerWidth + 1 || box.left < -1)) wrong.push(text.data.trim().slice(0, 40));
    }
    return wrong.map((each) => `beside the screen: ${each}`);
  };
  const clipped = () => [...document.querySelectorAll("body *")].filter((node) => {
    const style = getComputedStyle(node);
    const isCut = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
    const isFixed = node.matches("button, .btn, label, legend");
    return isShown(node) && !isHidden(node) && node.innerText?.trim() && (isCut || isFixed) && !node.matches("select, svg *")
      && (node.scrollWidth > node.clientWidth + 1 && node.clientWidth || (isCut && node.scrollHeight > node.clientHeight + 1));
  }).map((node) => `cut: ${words(node)}`);
  const overlapping = () => {
    const boxes = controls().filter((node) => !isHidden(node)).flatMap((node) =>
      [...node.getClientRects()].map((box) => ({ node, box })));
    return boxes.flatMap(({ node, box }, n) => boxes.slice(n + 1).filter((other) =>
      other.node !== node && !node.contains(other.node)
      && Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 2
      && Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 2,
    ).map((other) => `${words(node)} over ${words(other.node)}`));
  };
  // What is lost or overflows as the page now is; `count` controls were there before.
  const zoomed = (count) => {
    const wrong = [...beside(), ...clipped(), ...overlapping()], wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) wrong.push(`${wide} px wide for ${innerWidth}`);
    if (controls().length !== count) wrong.push(`${controls().length} controls where there were ${count}`);
    return wrong;
  };

  return { begin, step, structure, fields, zoomed, count: () => controls().length };
})();
