// The keys of the page: one listener for all, quiet while somebody types; `?` shows what is bound, by group.
//
// bind(["ArrowLeft"], "Previous frame", "Player", run, { repeat: true }) → unbind
//   keys    "a", "Shift+ArrowUp", "Alt+o", "Ctrl+z", "?", "Shift+Digit1" (a place on the keyboard), one or several
//   run     (event, key) => …; return false to leave the key to an older binding, or to the browser
//   when    () => boolean: asked at each press; the newest binding that says yes wins
//   repeat  also while the key is held; release: called when it is let go; typing: also in text fields; modal: also in dialogs
const bindings = new Set();
const held = new Map(); // code of a key that is down → the bindings that await its release
const TYPED = new Set(["text", "search", "email", "url", "number", "password", "tel", "date", "time", "datetime-local", "month", "week"]);
const ALWAYS = new Set(["alt+p", "escape"]); // heard while typing, too
const NAMES = {
  " ": "Space", space: "Space", arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓", escape: "Esc",
  home: "Home", end: "End", enter: "Enter", delete: "Del", backspace: "⌫", tab: "Tab", pageup: "PgUp", pagedown: "PgDn",
};
const CONTROLS = "button, a[href], summary, input, [role=button]";
let listening = false;
let clicked = null; // the control that has the focus because it was clicked

export function bind(keys, label, group, run, options = {}) {
  const binding = { keys: [keys].flat().map(parse), label, group, run, ...options };
  bindings.add(binding);
  listen();
  return () => bindings.delete(binding);
}

/** Does, in turn, what was pressed before the page could. Such events are marked `early`: they were pressed on nothing. */
export function letKeys() {
  for (const { type, ...pressed } of globalThis.takeEarlyKeys?.() ?? []) {
    const target = document.activeElement ?? document.body;
    const event = new KeyboardEvent(type, { ...pressed, bubbles: true, cancelable: true, composed: true });
    event.early = true;
    const left = target.dispatchEvent(event) && type === "keydown" && pressed.key.length === 1;
    if (left && isTyping(target)) document.execCommand("insertText", false, pressed.key);
  }
}

/** What a person calls a key: "Shift+ArrowUp" → "Shift ↑". */
export function keyName(key) {
  const { parts, name } = split(key);
  const last = NAMES[name.toLowerCase()] ?? (name.length === 1 ? name : name.replace(/^(Key|Digit)/, ""));
  return [...parts.map((part) => part[0].toUpperCase() + part.slice(1)), last].join(" ");
}

/** The little box that shows a key beside what it does. */
export function keyCap(key) {
  const cap = document.createElement("kbd");
  cap.textContent = keyName(key);
  cap.setAttribute("aria-hidden", "true"); // the control says it by aria-keyshortcuts
  return cap;
}

/** A key as aria-keyshortcuts has it. */
export const ariaKey = (key) => split(key).parts.map((p) => (p === "ctrl" ? "Control" : p[0].toUpperCase() + p.slice(1))).concat(split(key).name).join("+");

export function isTyping(element) {
  if (!element || element === document.body) return false;
  if (element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  return element.tagName === "INPUT" && TYPED.has(element.type);
}

/** All that can be pressed now: group → [{ keys, label }]. */
export function boundKeys() {
  const groups = new Map();
  for (const { keys, label, group } of bindings) {
    if (!label) continue;
    if (!groups.has(group)) groups.set(group, new Map());
    const rows = groups.get(group);
    rows.set(label, [...new Set([...(rows.get(label) ?? []), ...keys.map((key) => key.text)])]);
  }
  return groups;
}

export function showKeys() {
  const dialog = document.getElementById("keys-panel") ?? panel();
  dialog.querySelector(".keys-groups").replaceChildren(...[...boundKeys()].map(([group, rows]) => section(group, rows)));
  if (!dialog.open) dialog.showModal();
}

/** Hears the keys, also on a page that binds none of its own: `?` shows what there is. */
export function listen() {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", pressed);
  document.addEventListener("pointerdown", (event) => (clicked = event.target.closest?.(CONTROLS) ?? null), true);
  document.addEventListener("focusin", (event) => event.target !== clicked && (clicked = null));
  document.addEventListener("keyup", (event) => letGo(event.code, event));
  window.addEventListener("blur", (event) => [...held.keys()].forEach((code) => letGo(code, event)));
  bind("?", "Show these keys", "Page", showKeys);
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.composedPath()[0];
  const typing = isTyping(target);
  const modal = document.querySelector("dialog:modal");
  for (const binding of [...bindings].reverse()) {
    const key = binding.keys.find((one) => matches(one, event));
    if (!key || (event.repeat && !binding.repeat && !binding.release)) continue;
    if (typing && !binding.typing && !ALWAYS.has(key.text.toLowerCase())) continue;
    if (modal && !binding.modal) continue;
    if (leftToControl(target, event) || (binding.when && !binding.when())) continue;
    if (event.repeat && !binding.repeat) return event.preventDefault(); // held: pressed once
    if (binding.run(event, key.text) === false) continue;
    event.preventDefault();
    if (binding.release) held.set(event.code, [...(held.get(event.code) ?? []), binding.release]);
    return;
  }
}

/** Space and Enter press a control that was reached by keyboard; one that was clicked doesn't keep them. */
function leftToControl(target, event) {
  if (event.key !== " " && event.key !== "Enter") return false;
  const control = target.closest?.(CONTROLS);
  return Boolean(control) && (event.key === "Enter" || control !== clicked);
}

function letGo(code, event) {
  for (const release of held.get(code) ?? []) release(event);
  held.delete(code);
}

function split(key) {
  const parts = key.length > 1 ? key.split("+") : [key];
  const name = parts.pop() || "+";
  return { parts: parts.filter(Boolean).map((part) => part.toLowerCase()), name: name === "Space" ? " " : name };
}

function parse(text) {
  const { parts, name } = split(text);
  const has = (part) => parts.includes(part);
  const letter = /^[a-z]$/i.test(name);
  // signs need Shift on one keyboard and none on another: only letters, digits' places and named keys are strict about it
  const strict = letter || name.length > 1 || name === " ";
  const code = letter ? `Key${name.toUpperCase()}` : /^[0-9]$/.test(name) ? `Digit${name}` : name;
  return { text, name, code, letter, strict, shift: has("shift"), ctrl: has("ctrl"), alt: has("alt"), meta: has("meta") };
}

function matches(key, event) {
  const command = event.ctrlKey || (event.metaKey && key.ctrl); // ⌘ stands for Ctrl
  if (Boolean(key.ctrl) !== Boolean(command) || key.alt !== event.altKey) return false;
  if (event.metaKey && !key.ctrl && !key.meta) return false;
  if (key.strict ? key.shift !== event.shiftKey : key.shift && !event.shiftKey) return false;
  if (event.key === key.name || (key.letter && event.key.toLowerCase() === key.name.toLowerCase())) return true;
  const foreign = key.alt || event.key.charCodeAt(0) > 127; // Alt+O types ø; a Cyrillic А is still the key A
  return event.code === key.code && (foreign || key.name === key.code);
}

function panel() {
  const dialog = document.createElement("dialog");
  dialog.id = "keys-panel";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = Object.assign(document.createElement("h2"), { id: "keys-title", textContent: "Keys" });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "keys-close", textContent: "Close " });
  close.append(keyCap("Escape"));
  close.addEventListener("click", () => dialog.close());
  const head = Object.assign(document.createElement("header"), {});
  head.append(title, close);
  const groups = Object.assign(document.createElement("div"), { className: "keys-groups" });
  dialog.append(head, groups);
  dialog.addEventListener("keydown", (event) => event.key === "?" && dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  return dialog;
}

function section(group, rows) {
  const place = document.createElement("section");
  place.append(Object.assign(document.createElement("h3"), { textContent: group }));
  const list = document.createElement("dl");
  for (const [label, keys] of rows) {
    const term = document.createElement("dt");
    const many = keys.length > 4; // 1 2 3 … 9
    (many ? [keys[0], keys.at(-1)] : keys).forEach((key, index) => {
      const cap = keyCap(key);
      cap.removeAttribute("aria-hidden");
      term.append(index ? (many ? " – " : " ") : "", cap);
    });
    list.append(term, Object.assign(document.createElement("dd"), { textContent: label }));
  }
  place.append(list);
  return place;
}
