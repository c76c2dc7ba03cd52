// What is half typed, kept for each take: a swap, a live event or a reload of the tab loses none of it.
const held = new Map();

const nameOf = (kind, ...parts) => ["starsend", kind, document.body.dataset.project, ...parts].join(" ");

/** The draft of a kind for a slate and take, or null. */
export function draftOf(kind, ...parts) {
  const name = nameOf(kind, ...parts);
  if (!held.has(name)) held.set(name, stored(name));
  return held.get(name);
}

/** Keeps a draft; null forgets it. */
export function keepDraft(draft, kind, ...parts) {
  const name = nameOf(kind, ...parts);
  held.set(name, draft);
  try {
    if (draft === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(draft));
  } catch {
    // no storage, or it is full: the draft lives as long as the page
  }
}

function stored(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}
