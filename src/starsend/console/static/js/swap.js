// Puts parts that the server rendered in the place of the old ones; focus, open details and what is being typed stay.
export function swapParts(html) {
  if (!html) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const part of fresh.content.querySelectorAll("[data-part], #money")) {
    const old = part.id ? document.getElementById(part.id) : document.querySelector(`main [data-part="${part.dataset.part}"]`);
    if (old && !isTypedIn(old) && old.innerHTML !== part.innerHTML) replace(old, part);
  }
}

function replace(old, part) {
  const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const open = [...old.querySelectorAll("details")].map((each) => each.open);
  old.replaceChildren(...part.childNodes);
  old.querySelectorAll("details").forEach((each, place) => { each.open = open[place] ?? each.open; });
  if (focused) old.querySelector(focused)?.focus({ preventScroll: true });
}

function isTypedIn(part) {
  const field = document.activeElement;
  return part.contains(field) && field.matches("input:not([type=checkbox]), textarea, [contenteditable]");
}

function nameOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  for (const key of ["take", "seek", "shot", "slate"]) {
    if (element.dataset?.[key] !== undefined) return `[data-${key}="${CSS.escape(element.dataset[key])}"]`;
  }
  return element.tagName === "SUMMARY" ? "summary" : null;
}
