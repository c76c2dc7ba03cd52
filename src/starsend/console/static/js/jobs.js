// What this server works at: how far each piece of work is, with Stop; what was stopped or refused while the page is open.
import { plainRemedy } from "./plain.js";
import { get, post } from "./api.js";
import { on } from "./live.js";
import { make } from "./stage/build.js";
import { refuse, toast } from "./toast.js";
import { price } from "./usd.js";

const WHAT = {
  run: "Making what is due", generate: "Making", resume: "Going on", finish: "Finishing", reconcile: "Looking for lost takes",
  resend: "Buying again", basket: "Sending the basket",
};
const ENDS = { done: "done", failed: "ended with faults", stopped: "stopped; it can be gone on with" };
const MOST_ENDED = 3;
const MOST_FAULTS = 6;
const works = new Map(); // id → work as the server told it
const seen = new Set(); // those that were at work while this page was open: their end is said
let place = null;
let listen = () => undefined;

/** Shows works in `root`; `changed` is told how many are at work. */
export function mountJobs(root, changed = () => undefined) {
  place = root;
  listen = changed;
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-stop]");
    if (button) stop(button);
  });
  on("work", (work) => { works.set(work.id, work); show(); });
  on("progress", ({ slate, take, part }) => {
    const name = `${slate}_T${String(take).padStart(3, "0")}`;
    for (const work of works.values()) {
      if (work.ended_at || !work.slates.includes(slate)) continue;
      work.progress[name] = part;
      show();
    }
  });
  on("reset", () => read().catch(() => undefined));
  return read().catch(() => undefined);
}

/** Those that are at work now. */
export const running = () => [...works.values()].filter((work) => !work.ended_at);

async function read() {
  const told = await get("/jobs");
  works.clear();
  for (const work of told.works) works.set(work.id, work);
  show();
}

function show() {
  for (const work of running()) seen.add(work.id);
  const ended = [...works.values()].filter((work) => work.ended_at && seen.has(work.id)).sort((one, other) => (one.ended_at < other.ended_at ? 1 : -1));
  const shown = [...running(), ...ended.slice(0, MOST_ENDED)];
  place.hidden = !shown.length;
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.stop : null;
  place.replaceChildren(...shown.map(row));
  if (focused) place.querySelector(`[data-stop="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  listen(running().length);
}

function row(work) {
  const names = work.slates.length > 4 ? `${work.slates.length} slates` : work.slates.join(", ");
  const faults = work.results.filter((each) => each.error && each.error.code !== "interrupted");
  const open = Object.values(work.progress).filter((part) => part < 1);
  const done = work.results.length;
  const sum = done + open.reduce((all, part) => all + part, 0);
  const words = work.ended_at ? ENDS[work.state] ?? work.state : work.stopping ? "stopping: what is being sent is waited for" : work.state === "waiting" ? "waits its turn" : `${done} of ${work.slates.length || "?"} done`;
  return make("div", { class: `job is-${work.state}`, "data-job": work.id },
    make("p", { class: "open-head" }, make("b", { text: `${WHAT[work.kind] ?? work.kind}${work.part ? ` of ${work.part}` : ""}` }), make("span", { class: "muted", text: names }), make("span", { class: "num", title: `$${work.estimate_usd}`, text: price(work.estimate_usd) })),
    work.ended_at ? null : make("progress", { max: String(Math.max(1, work.slates.length)), value: String(sum), "aria-label": WHAT[work.kind] ?? work.kind }),
    make("p", { class: "muted", text: words }),
    ...faults.slice(0, MOST_FAULTS).map((each) => make("p", { class: "fault", text: `${each.slate}: ${each.error.message}` })),
    faults.length > MOST_FAULTS ? make("p", { class: "fault", text: `… and ${faults.length - MOST_FAULTS} more` }) : null,
    work.error && work.error.code !== "interrupted" ? make("p", { class: "fault", text: `${work.error.message} ${plainRemedy(work.error.code, work.error.remedy)}` }) : null,
    work.ended_at || work.stopping ? null : make("p", { class: "actions" },
      make("button", { type: "button", "data-stop": work.id, title: "As Ctrl-C: nothing new is sent; what providers make goes on there, and can be gone on with", text: "Stop" })));
}

async function stop(button) {
  button.disabled = true;
  try {
    const { work } = await post(`/jobs/${button.dataset.stop}/stop`);
    works.set(work.id, work);
    toast("Stopping. Nothing new is sent; what was begun can be gone on with.");
  } catch (error) {
    refuse(error);
  }
  show();
}
