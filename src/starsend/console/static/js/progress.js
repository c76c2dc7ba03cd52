// How far what was sent has come: a bar in the list's row and on the take in the rail, until it is there.
import { on } from "./live.js";
import { make } from "./stage/build.js";

const parts = new Map(); // "SEQ01_T002" → { slate, take, part }

export function mount() {
  on("progress", ({ slate, take, part }) => {
    parts.set(`${slate} ${take}`, { slate, take, part });
    paint();
  });
  on("work", ({ ended_at: ended, slates }) => {
    if (!ended) return;
    for (const [key, each] of parts) if (slates.includes(each.slate)) parts.delete(key);
    paint();
  });
  for (const kind of ["view", "take", "record"]) on(kind, () => parts.size && setTimeout(paint, 120)); // after rows and takes were swapped
}

function paint() {
  for (const bar of document.querySelectorAll("progress.made")) if (!parts.has(bar.dataset.of)) bar.remove();
  for (const [key, { slate, take, part }] of parts) {
    const shown = document.querySelector("#rail .takes [data-take]")?.closest("[data-part]")?.querySelector("h2")?.textContent ?? "";
    show(document.querySelector(`#rows .row[data-slate="${CSS.escape(slate)}"] .what`), key, slate, part);
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
