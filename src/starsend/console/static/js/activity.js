// The activity: new rows at the top as they happen, older ones on request; takes at work, and lost ones settled on a person's word.
import { Problem, post } from "./api.js";
import { on } from "./live.js";
import { fragment, partOf, renew, soon } from "./renew.js";
import { refuse, toast } from "./toast.js";

const project = document.body.dataset.project;
const rows = document.getElementById("rows");
const work = document.getElementById("work");
const SAID = { cancel: "asked to stop", resume: "goes on", look: "is looked for", "give-up": "given up", resend: "sent again" };

const happened = soon(async () => {
  const html = await partOf(`/${project}/activity/rows${location.search}`);
  if (html === null) return;
  const held = new Set([...rows.querySelectorAll(".happened")].map((row) => row.dataset.key));
  const fresh = [...fragment(html).querySelectorAll(".happened")].filter((row) => !held.has(row.dataset.key));
  if (!held.size) return void rows.replaceChildren(fragment(html));
  const names = new Map([...fragment(html).querySelectorAll(".day")].map((day) => [day.dataset.day, day]));
  for (const row of fresh.reverse()) put(row, names);
});

/** At the top of its day; a day that is new gets its heading. What somebody reads doesn't move. */
function put(row, names) {
  row.classList.add("is-new");
  setTimeout(() => row.classList.remove("is-new"), 8000);
  const height = document.documentElement.scrollHeight;
  let heading = rows.querySelector(`.day[data-day="${row.dataset.day}"]`);
  if (!heading) {
    heading = names.get(row.dataset.day);
    rows.prepend(heading);
  }
  heading.after(row);
  if (scrollY > 120) scrollBy({ top: document.documentElement.scrollHeight - height, behavior: "instant" });
}

const atWork = soon(async () => {
  const html = await partOf(`/${project}/activity/work`);
  if (html !== null) renew(work, html);
});

for (const kind of ["record", "reset"]) on(kind, () => { happened(); atWork(); });
on("work", atWork);
on("progress", ({ slate, take, part }) => {
  const bar = work.querySelector(`[data-take="${CSS.escape(`${slate}_T${String(take).padStart(3, "0")}`)}"] progress`);
  if (bar) bar.value = part;
});

rows.addEventListener("click", async (event) => {
  const link = event.target.closest(".more");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.textContent = "Loading …";
  const html = await partOf(link.dataset.rows);
  if (html === null) { link.textContent = "Could not load more; try again"; return; }
  const older = fragment(html);
  const last = [...rows.querySelectorAll(".day")].at(-1)?.dataset.day;
  const first = older.querySelector(".day");
  if (first?.dataset.day === last) first.remove();
  const next = older.querySelector(".happened a");
  link.replaceWith(older);
  next?.focus({ preventScroll: true });
});

work.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button) act(button, button.dataset.do);
});
work.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  const more = {};
  if (form.dataset.do === "give-up" && form.elements.cost_usd?.value) more.cost_usd = form.elements.cost_usd.value;
  if (form.dataset.do === "resend") more.confirmed_usd = button.dataset.usd;
  act(button, form.dataset.do, more);
});

async function act(button, what, more = {}) {
  const row = button.closest("[data-slate]");
  const { slate, revision } = row.dataset;
  button.disabled = true;
  try {
    if (what === "resume") await post("/jobs/resume", { slate });
    else if (what === "cancel") await post(`/records/${slate}/cancel`, { revision: Number(revision) });
    else await post(`/records/${slate}/reconcile`, { revision: Number(revision), how: what, ...more });
    toast(`${slate} ${SAID[what]}`);
  } catch (error) {
    if (error instanceof Problem && error.record) row.dataset.revision = error.record.revision;
    if (error instanceof Problem && error.code === "not-confirmed" && error.body.estimate_usd && what === "resend") {
      button.dataset.usd = error.body.estimate_usd;
      button.textContent = `Pay $${error.body.estimate_usd} and send again`;
    }
    refuse(error);
  } finally {
    button.disabled = false;
    button.blur();
    atWork();
  }
}
