// The activity: new rows at the top as they happen, older ones on request; what is at work and what was lost stand beside it.
import { mountJobs } from "./jobs.js";
import { on } from "./live.js";
import { fragment, partOf, renew, soon } from "./renew.js";
import { mountSettling } from "./settling.js";

const project = document.body.dataset.project;
const rows = document.getElementById("rows");
const work = document.getElementById("work");

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
mountSettling(work, atWork);
mountJobs(document.getElementById("jobs"));

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
