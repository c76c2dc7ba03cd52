// How far what was sent has come: a bar in the list's row, on the take in the rail and on the Board's card, until it is there.
import { get } from "./api.js";
import { on } from "./live.js";
import { make } from "./stage/build.js";

const parts = new Map(); // "SEQ01 2" → { slate, take, part }

export function mount() {
  on("progress", heard);
  on("work", ({ ended_at: ended, slates }) => {
    if (!ended) return;
    for (const [key, each] of parts) if (slates.includes(each.slate)) parts.delete(key);
    paint();
  });
  for (const kind of ["view", "take", "record"]) on(kind, () => parts.size && setTimeout(paint, 120)); // after rows and takes were swapped
  on("reset", seed);
  seed();
}

/** What is under way already when the page opens. */
async function seed() {
  const { works } = await get("/jobs").catch(() => ({ works: [] }));
  for (const { ended_at: ended, progress } of works) {
    for (const [name, part] of ended ? [] : Object.entries(progress)) {
      const [, slate, take] = name.match(/^(.+)_T(\d+)$/) ?? [];
      if (slate && !parts.has(`${slate} ${Number(take)}`)) heard({ slate, take: Number(take), part });
    }
  }
}

function heard({ slate, take, part }) {
  parts.set(`${slate} ${take}`, { slate, take, part });
  paint();
}

/** Paints what is known again: after a part of the page was exchanged. */
export function paint() {
  const slates = Map.groupBy(parts.values(), (each) => each.slate);
  for (const bar of document.querySelectorAll("progress.made")) if (!parts.has(bar.dataset.of) && !slates.has(bar.dataset.of)) bar.remove();
  for (const [slate, takes] of slates) {
    const mean = takes.reduce((sum, each) => sum + each.part, 0) / takes.length;
    const name = CSS.escape(slate);
    show(document.querySelector(`#rows .row[data-slate="${name}"] .what`), slate, slate, mean);
    show(document.querySelector(`#board .card[data-slate="${name}"] .card-state`), slate, slate, mean);
  }
  const shown = document.querySelector("#rail .takes [data-take]")?.closest("[data-part]")?.querySelector("h2")?.textContent ?? "";
  for (const [key, { slate, take, part }] of parts) {
    if (shown.endsWith(` ${slate}`)) show(document.querySelector(`#rail .take[data-take="${take}"] .what`), key, `take ${take}`, part);
  }
}

function show(place, key, name, part) {
  if (!place) return;
  let bar = place.querySelector("progress.made");
  if (!bar) place.append((bar = make("progress", { class: "made", max: "1" })));
  bar.dataset.of = key;
  bar.value = part;
  bar.setAttribute("aria-label", `${name} is being made`);
}
