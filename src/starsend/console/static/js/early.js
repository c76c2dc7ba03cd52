// Runs before anything is painted, alone and not as a module: keeps the keys that are pressed while the page's modules are
// on their way, in turn. keys.js takes them when the page can act on them.
(() => {
  const KEPT = /^(.|Arrow\w+|Home|End|Page\w+)$/u;
  const MOST = 32;
  const CONTROLS = "input, textarea, select, [contenteditable], button, a[href], summary";
  const kept = [];
  const keep = (event) => {
    if (event.ctrlKey || event.metaKey || event.repeat || !KEPT.test(event.key) || kept.length >= MOST) return;
    if (event.target.closest?.(CONTROLS)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept.push({ type: event.type, key: event.key, code: event.code, shiftKey: event.shiftKey, altKey: event.altKey });
  };
  for (const kind of ["keydown", "keyup"]) document.addEventListener(kind, keep, true);
  globalThis.takeEarlyKeys = () => {
    for (const kind of ["keydown", "keyup"]) document.removeEventListener(kind, keep, true);
    return kept.splice(0);
  };
})();
