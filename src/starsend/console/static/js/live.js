// Live events of the project: one EventSource, resumed after the last event that was heard; told to whoever listens.
const KINDS = ["record", "progress", "work", "plan", "basket", "workspace", "reset"];
const LONGEST_MS = 10_000;
const listeners = new Map();
let last = document.body.dataset.lastEvent;
let wait = 500;
let away = 0;

/** Listens to events of a kind; gives a function that stops it. */
export function on(kind, listen) {
  if (!listeners.has(kind)) listeners.set(kind, new Set());
  listeners.get(kind).add(listen);
  return () => listeners.get(kind).delete(listen);
}

/** Tells everybody who listens. One listener's fault doesn't keep it from the others. */
export function tell(kind, data) {
  if (KINDS.includes(kind)) document.body.dispatchEvent(new CustomEvent(`live-${kind}`)); // parts that htmx swaps wait for these
  for (const listen of [...(listeners.get(kind) ?? [])]) {
    try {
      listen(data);
    } catch (error) {
      console.error(`a listener of ${kind} failed`, error);
    }
  }
}

/** Connects, and connects again for as long as the page is open: nothing that happened meanwhile is lost. */
export function connect() {
  const { project } = document.body.dataset;
  const source = new EventSource(`/api/v1/projects/${project}/events?after=${encodeURIComponent(last)}`);
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => {
      last = event.lastEventId || last;
      tell(kind, JSON.parse(event.data));
    });
  }
  source.onopen = () => {
    wait = 500;
    clearTimeout(away);
    document.body.removeAttribute("data-offline");
  };
  source.onerror = () => {
    clearTimeout(away);
    away = setTimeout(() => document.body.setAttribute("data-offline", ""), 1500);
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    source.close();
    setTimeout(connect, wait);
    wait = Math.min(LONGEST_MS, wait * 2);
  };
  addEventListener("pagehide", () => source.close(), { once: true });
}

/** A workspace that is gone is named on every page for as long as it is; when it is back, all is read anew. */
on("workspace", ({ there, folder }) => {
  const banner = document.getElementById("workspace-gone");
  banner.querySelector("code").textContent = folder;
  const was = !banner.hidden;
  banner.hidden = there;
  if (there && was) tell("reset", {});
});

addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
