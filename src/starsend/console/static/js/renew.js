// Renews a part of the page from the server's HTML by keys (data-key): what is the same stays, with its focus and scroll.

/** Fetches a part; null where it can't be reached: what is there stays, and is read again when it can. */
export async function partOf(path) {
  const response = await fetch(path).catch(() => null);
  return response?.ok ? response.text().catch(() => null) : null;
}

export function fragment(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}

/** Makes `root` hold what `html` says. Gives the keys of elements that are new. */
export function renew(root, html) {
  const fresh = [];
  const focused = root.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  const scrolled = [...root.querySelectorAll("[data-key]")].filter((each) => each.scrollTop || each.scrollLeft)
    .map((each) => [each, each.scrollTop, each.scrollLeft]);
  merge(root, fragment(html), fresh);
  for (const [each, top, left] of scrolled) if (each.isConnected) Object.assign(each, { scrollTop: top, scrollLeft: left });
  if (focused && !root.contains(document.activeElement)) root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return fresh;
}

const keyOf = (element) => element.closest?.("[data-key]")?.dataset.key ?? null;
const busy = (element) => element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

function merge(old, next, fresh) {
  const held = new Map([...old.children].filter((each) => each.dataset.key).map((each) => [each.dataset.key, each]));
  const wanted = [...next.childNodes].map((node) => {
    const key = node.dataset?.key;
    const there = key === undefined ? null : held.get(key);
    if (!there) {
      if (key !== undefined) fresh.push(key);
      return node;
    }
    if (there.isEqualNode(node) || busy(there)) return there;
    const deep = there.tagName === node.tagName && node.querySelector("[data-key]");
    if (!deep) {
      if (there.tagName === "DETAILS") node.open = there.open;
      return node;
    }
    for (const { name, value } of node.attributes) if (there.getAttribute(name) !== value) there.setAttribute(name, value);
    for (const { name } of [...there.attributes]) if (!node.hasAttribute(name) && name !== "open") there.removeAttribute(name);
    merge(there, node, fresh);
    return there;
  });
  let place = old.firstChild;
  for (const node of wanted) {
    if (node === place) place = place.nextSibling;
    else old.insertBefore(node, place);
  }
  const kept = new Set(wanted);
  for (const node of [...old.childNodes]) if (!kept.has(node)) node.remove();
}

/** Calls `run` soon after the last of many calls, and never twice at the same time. */
export function soon(run, ms = 200) {
  let timer = 0;
  let running = false;
  let again = false;
  const go = async () => {
    if (running) return void (again = true);
    running = true;
    try {
      await run();
    } finally {
      running = false;
      if (again) { again = false; call(); }
    }
  };
  const call = () => { clearTimeout(timer); timer = setTimeout(go, ms); };
  return call;
}
