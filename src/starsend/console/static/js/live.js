// Live events of the project: one EventSource, resumed by the browser with Last-Event-ID; told to whoever listens.
const listeners = new Map();

export function on(kind, listen) {
  if (!listeners.has(kind)) listeners.set(kind, new Set());
  listeners.get(kind).add(listen);
  return () => listeners.get(kind).delete(listen);
}

export function tell(kind, data) {
  for (const listen of listeners.get(kind) ?? []) listen(data);
}

export function connect() {
  const { project, lastEvent } = document.body.dataset;
  const source = new EventSource(`/api/v1/projects/${project}/events?after=${encodeURIComponent(lastEvent)}`);
  for (const kind of ["record", "progress", "work", "plan", "basket", "reset"]) {
    source.addEventListener(kind, (event) => tell(kind, JSON.parse(event.data)));
  }
  source.onopen = () => document.body.removeAttribute("data-offline");
  source.onerror = () => document.body.setAttribute("data-offline", "");
}
