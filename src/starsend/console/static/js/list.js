// The list at the left: opening slates, more rows, filters in the address, filmstrips under the pointer, rows kept true.
import { bind } from "./keys.js";
import { on, tell } from "./live.js";
import { clear, scrub } from "./scrub.js";
import { session } from "./session.js";
import { refuse } from "./toast.js";

const WAITING = new Set(["keyframe_complete", "video_complete"]);
const project = document.body.dataset.project;
const list = document.getElementById("list");
const rows = document.getElementById("rows");
const filters = document.getElementById("filters");
let filling = null;
let searchTimer = 0;
let mergeTimer = 0;
const left = new Set(); // slates that were decided and gone on from, until they are looked at again
let changes = 0; // of records, heard so far

const all = () => [...rows.querySelectorAll(".row")];
const rowOf = (slate) => rows.querySelector(`.row[data-slate="${CSS.escape(slate ?? "")}"]`);

/** A slate was decided and is gone on from: it doesn't wait, whatever its row says yet. */
export const leave = (slate) => left.add(slate);

/** The slate before (-1) or after (+1) one in the list; rows that are not there yet are fetched. Null at the ends. */
export async function neighbourOf(slate, by, waiting = false) {
  const fits = ({ dataset: row }) => !waiting || (row.slate !== slate && !left.has(row.slate) && WAITING.has(row.state));
  for (let pages = 0; pages < 200; pages += 1) {
    const there = all();
    const place = there.findIndex((row) => row.dataset.slate === slate);
    const onward = by > 0 ? there.slice(place + 1) : there.slice(0, Math.max(0, place)).reverse();
    const found = onward.find(fits);
    if (found) return found.dataset.slate;
    if (by < 0 || !(await more())) break;
  }
  return waiting ? all().find(fits)?.dataset.slate ?? null : null;
}

/** What was approved, what is at work, what waits: in the place of the picture. */
export async function showEnd({ step = true } = {}) {
  const before = changes;
  const html = await partOf("closing");
  if (html === null) return;
  session.end({ step });
  tell("end", { html });
  if (changes !== before) await showEnd({ step }); // the last decision was still on its way when this was summed up
}

/** Fetches the next page of rows. Gives whether there was one. */
async function more() {
  const link = rows.querySelector(".more");
  if (!link) return false;
  filling ??= (async () => {
    link.textContent = "Loading…";
    const response = await fetch(link.href).catch(() => null);
    if (!response?.ok) { link.textContent = "Could not load more; try again"; return false; }
    const fresh = fragment(await response.text());
    const last = [...rows.querySelectorAll(".episode")].at(-1)?.dataset.episode;
    const first = fresh.querySelector(".episode");
    if (first && first.dataset.episode === last) first.remove();
    link.replaceWith(fresh);
    watchEnd();
    return true;
  })().finally(() => { filling = null; });
  return filling;
}

function fragment(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}

function markCurrent() {
  for (const row of rows.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
  const row = rowOf(session.slate);
  row?.setAttribute("aria-current", "true");
  if (list.scrollHeight > list.clientHeight) row?.scrollIntoView({ block: "nearest" }); // on a phone the list lies below
}

/** A part that the server renders; null where it can't be reached: what is there stays, and is read again when it can. */
async function partOf(path) {
  const response = await fetch(`/${project}/dailies/${path}`).catch(() => null);
  return response?.ok ? response.text().catch(() => null) : null;
}

const rowsOf = (query) => partOf(`rows?${query}`);

/** Filters as they stand in the form, for addresses. */
function query() {
  return new URLSearchParams([...new FormData(filters)].filter(([, value]) => value !== "")).toString();
}

/** Filters as an address has them. */
export function filterAs(address) {
  const before = query();
  for (const field of filters.elements) {
    if (field.type === "checkbox") field.checked = address.has(field.name);
    else if (field.name) field.value = address.get(field.name) ?? "";
  }
  if (query() !== before) filter();
}

async function filter() {
  const asked = query();
  rows.setAttribute("aria-busy", "true");
  const html = await rowsOf(asked);
  if (asked !== query()) return; // typed on meanwhile
  for (const set of filters.querySelectorAll("[data-set]")) {
    if (set.dataset.set === filters.elements.state.value) set.setAttribute("aria-current", "true");
    else set.removeAttribute("aria-current");
  }
  rows.removeAttribute("aria-busy");
  if (html === null) return;
  rows.replaceChildren(fragment(html));
  const address = new URLSearchParams(asked);
  for (const name of ["slate", "take", "frame"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value) address.set(name, value);
  }
  history.replaceState(history.state, "", `?${address}`);
  markCurrent();
  watchEnd();
  const first = document.querySelector("#stage [data-unmatched]") && rows.querySelector(".row"); // now something matches
  if (first) session.open(first.dataset.slate, { play: false }).catch(refuse);
}

/** Takes in rows that are new, leaves those that were just decided where they are. */
async function merge() {
  const html = await rowsOf(query());
  if (html === null) return;
  const fresh = fragment(html);
  rows.querySelectorAll("#count, .broken").forEach((each) => each.remove());
  rows.prepend(...fresh.querySelectorAll("#count, .broken"));
  const there = new Set(all().map((row) => row.dataset.slate));
  const incoming = [...fresh.querySelectorAll(".row")];
  if (!there.size) { rows.replaceChildren(fragment(html)); markCurrent(); return; }
  let last = null;
  for (const row of incoming) {
    const held = rowOf(row.dataset.slate);
    if (held) { last = held; continue; }
    if (last) last.after(row); else rows.querySelector(".row")?.before(row);
    last = row;
  }
}

async function renew(slate) {
  const html = await partOf(`row/${encodeURIComponent(slate)}?${query()}`);
  const row = rowOf(slate);
  const fresh = html === null ? null : fragment(html).querySelector(".row");
  if (!row || !fresh) return;
  const focused = document.activeElement === row;
  if (row.hasAttribute("aria-current")) fresh.setAttribute("aria-current", "true");
  row.replaceWith(fresh);
  if (focused) fresh.focus({ preventScroll: true });
}

function heard({ slate, gone, broken, state }) {
  session.forget(slate);
  changes += 1;
  if (gone) rowOf(slate)?.remove();
  else if (broken) rowOf(slate)?.setAttribute("data-broken", ""); // why is said above the rows
  else if (rowOf(slate)) renew(slate);
  if (!rowOf(slate) || WAITING.has(state)) soonMerge();
  else recount();
}

function soonMerge() {
  clearTimeout(mergeTimer);
  mergeTimer = setTimeout(merge, 250);
}
const recount = soonMerge;

let watcher = null;
function watchEnd() {
  watcher?.disconnect();
  const link = rows.querySelector(".more");
  if (!link) return;
  watcher = new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) more(); }, { root: list, rootMargin: "200px" });
  watcher.observe(link);
}

function bindKeys() {
  const search = filters.elements.text;
  const go = (by) => (by > 0 ? session.next() : session.previous()).catch(refuse);
  bind(["ArrowDown", "Alt+k", "Alt+ArrowRight"], "Next slate", "Slates", () => void go(1));
  bind(["ArrowUp", "Alt+j", "Alt+ArrowLeft"], "Previous slate", "Slates", () => void go(-1));
  bind("/", "Search slates, prompts and notes", "Slates", () => search.select());
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") search.blur(); });
}

export function mountList() {
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row, .more, [data-set]");
    if (!row || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (row.dataset.set !== undefined) {
      filters.elements.state.value = row.dataset.set;
      filter();
      return;
    }
    if (row.matches(".more")) more();
    else session.open(row.dataset.slate).catch(refuse);
  });
  list.addEventListener("pointermove", (event) => scrub(rows, event));
  list.addEventListener("pointerleave", () => clear(rows));
  filters.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  filters.addEventListener("change", filter);
  filters.addEventListener("input", () => { clearTimeout(searchTimer); searchTimer = setTimeout(filter, 150); });
  on("view", () => { left.delete(session.slate); markCurrent(); });
  on("record", heard);
  on("reset", filter);
  bindKeys();
  markCurrent();
  watchEnd();
}
