// The retake beside the notes: each shot's prompt with its difference to the last run, takes, start frame, model; `q` → basket.
import { get, post } from "./api.js";
import { add } from "./basket.js";
import { draftOf, keepDraft } from "./drafts.js";
import { ariaKey, bind, keyCap } from "./keys.js";
import { on } from "./live.js";
import { inPlace } from "./maker.js";
import { make } from "./stage/build.js";
import { refuse, toast } from "./toast.js";
import { difference, showDifference } from "./words.js";
import { Choices } from "./wish.js";
import { askWriteBack } from "./writeback.js";
import { price as priceOf, usd } from "./usd.js";

const GROUP = "Retake";
const PRICE_MS = 200;
let session = null;
let choices = null;
let parts = null;
let told = null; // overrides as the server told them: { slate, revision, prompts }
let reading = 0;
let pricing = 0;
let priced = 0; // which question for a price was the last one

export function mount(given) {
  session = given;
  choices = new Choices(askPrice);
  parts = build(document.getElementById("notes"));
  bind("q", "Put a retake into the basket", GROUP, put);
  bind("Shift+q", "Edit the prompt for a retake", GROUP, () => parts.list.querySelector("textarea")?.focus());
  on("view", ({ refreshed } = {}) => open(refreshed));
  on("take", () => open(true));
  on("marked", () => choices.open(session.view, session.take).then(askPrice, refuse));
  on("plan", () => session.view?.planned && askPrice());
  if (session.view) open(false);
}

function build(root) {
  const list = make("div", { class: "prompts" });
  const putIt = make("button", { type: "button", class: "put", "aria-keyshortcuts": ariaKey("q") }, make("span", { text: "To basket" }), keyCap("q"));
  const price = make("span", { class: "num price", role: "status", "aria-label": "What it would cost" });
  const keep = make("button", { type: "button", text: "Keep words", title: "The prompts stand in the record for whatever is made next; the plan stays as it is" });
  const write = make("button", { type: "button", text: "To plan…", title: "Write the prompts back to the client's plan; shows the change first", "aria-label": "Write back to plan" });
  const fault = make("p", { class: "fault", role: "alert" });
  const gone = make("div", { class: "gone" });
  const asked = make("div", { class: "asked" }, choices.element, make("div", { class: "ends" }, putIt, price, keep, write), fault);
  const section = make("section", { class: "retake", "aria-labelledby": "retake-title" },
    make("h2", { id: "retake-title", class: "visually-hidden", text: "Retake" }), make("div", {}, list, gone),
    asked);
  root.append(section);
  putIt.addEventListener("click", put);
  keep.addEventListener("click", keepWords);
  write.addEventListener("click", () => askWriteBack(session.slate, read).catch(refuse));
  list.addEventListener("input", typed);
  section.addEventListener("keydown", (event) => {
    if (event.isComposing || !event.target.matches("textarea, select, input") || (event.key !== "Escape" && !(event.key === "Enter" && event.ctrlKey))) return;
    event.preventDefault();
    event.target.blur(); // the keys belong to the page again
    if (event.key === "Enter") put();
  });
  return { section, asked, list, gone, fault, keep, write, price };
}

async function open(same) {
  const { view, take } = session;
  parts.section.hidden = !view?.planned;
  parts.asked.toggleAttribute("data-gone", !view?.planned);
  parts.fault.textContent = "";
  if (!view?.planned) return void openGone();
  if (!same) {
    told = null;
    parts.list.replaceChildren();
  }
  choices.open(view, take).then(askPrice, refuse);
  clearTimeout(reading);
  reading = setTimeout(() => read().catch((error) => (parts.fault.textContent = error.message)), same ? 0 : 120); // not while slates fly by
}

/** Of what is gone from the plan only the words that are left for it are shown, to be dropped. */
function openGone() {
  parts.list.replaceChildren();
  parts.gone.replaceChildren();
  if (session.view?.revision) read().then(() => { parts.section.hidden = !parts.gone.childElementCount; }, () => undefined);
}

/** Reads the overrides and shows them; what is half typed stays. */
async function read() {
  const slate = session.slate;
  const answer = await get(`/records/${encodeURIComponent(slate)}/overrides`);
  if (session.slate !== slate) return;
  adopt(answer);
}

function adopt(answer) {
  told = answer;
  for (const each of told.prompts) if (draftOf("prompt", told.slate, each.shot) === each.now) keepDraft(null, "prompt", told.slate, each.shot);
  const rows = told.prompts.map((each) => parts.list.querySelector(`[data-shot="${CSS.escape(each.shot)}"]`) ?? promptRow(each));
  if (rows.some((row) => !row.isConnected) || rows.length !== parts.list.childElementCount) parts.list.replaceChildren(...rows);
  told.prompts.forEach((each, index) => fill(rows[index], each));
  if (session.view?.planned) showRows();
  parts.gone.replaceChildren(...(told.gone ?? []).map(goneRow));
}

/** Words for a shot that the plan no longer has: kept until a person drops them. */
function goneRow({ shot, override }) {
  const drop = make("button", { type: "button", text: "Drop", "aria-label": `Drop the words for ${shot}` });
  drop.addEventListener("click", () => keep({ [shot]: null }, `The words for ${shot} are dropped.`));
  return make("p", { class: "muted" }, make("b", { text: `${shot} ` }), "for a shot that the plan no longer has: ", make("q", { text: override }), " ", drop);
}

function promptRow({ shot }) {
  const field = make("textarea", { rows: "1", maxlength: "20000", spellcheck: "true", "aria-label": `Prompt of ${shot}` });
  return make("div", { class: "prompt-row", "data-shot": shot },
    make("div", { class: "head" }, make("b", { text: shot }), make("span", { class: "mark", text: "overridden" }), make("span", { class: "since" })),
    field, make("p", { class: "difference", "aria-label": `${shot}: difference to the last run` }));
}

function fill(row, prompt) {
  const field = row.querySelector("textarea");
  const draft = draftOf("prompt", told.slate, prompt.shot);
  if (document.activeElement !== field || field.value === "") field.value = draft ?? prompt.now;
  row.querySelector(".mark").hidden = prompt.override === null;
  compare(row, prompt);
}

/** What the next run would say otherwise than the last one did. */
function compare(row, prompt) {
  const field = row.querySelector("textarea");
  const shown = row.querySelector(".difference");
  const changed = prompt.sent !== null && prompt.sent.trim() !== field.value.trim();
  row.querySelector(".since").textContent = prompt.sent === null ? "not run yet" : changed ? `since ${prompt.sent_in ?? "the last run"}` : "as last run";
  shown.hidden = !changed;
  shown.replaceChildren(...(changed ? showDifference(difference(prompt.sent, field.value)) : []));
}

function typed(event) {
  const row = event.target.closest("[data-shot]");
  const prompt = told?.prompts.find((each) => each.shot === row.dataset.shot);
  if (!prompt) return;
  keepDraft(event.target.value === prompt.now ? null : event.target.value, "prompt", told.slate, prompt.shot);
  compare(row, prompt);
  row.scrollIntoView({ block: "nearest" });
}

/** Prompts that were edited, by shot; of these shots alone. */
function edited(shots) {
  const all = told?.prompts ?? [];
  const pairs = all.filter((each) => shots.includes(each.shot)).map((each) => [each, draftOf("prompt", told.slate, each.shot)]);
  return Object.fromEntries(pairs.filter(([each, draft]) => draft !== null && draft.trim() && draft !== each.now).map(([each, draft]) => [each.shot, draft]));
}

/** Of a shot alone only that shot's words are shown: what is seen is what goes out. */
function showRows() {
  const { mode, shots } = choices.target;
  const alone = mode === "single" && told?.prompts.some((each) => shots.includes(each.shot));
  for (const row of parts.list.children) row.hidden = Boolean(alone) && !shots.includes(row.dataset.shot);
}

/** What `q` would put in is priced beside it, soon after the last change; not while slates fly by. */
function askPrice() {
  showRows();
  const mine = ++priced;
  clearTimeout(pricing);
  parts.price.setAttribute("aria-busy", "true");
  pricing = setTimeout(async () => {
    const { slate, ...asked } = choices.asked;
    const told = await post(`/records/${encodeURIComponent(slate)}/estimate`, asked).then((answer) => [priceOf(answer.estimate_usd), answer.budgets.filter((each) => each.over), null, inPlace(answer.jobs)], (error) => ["can't be sent yet", [], error]);
    if (mine !== priced) return;
    const [text, over, error, drawn] = told;
    parts.price.removeAttribute("aria-busy");
    parts.price.textContent = over.length ? `${text}: over a budget` : drawn ? `${text}: animatic` : text;
    parts.price.toggleAttribute("data-bad", over.length > 0);
    parts.price.title = error ? `${error.message} ${error.remedy ?? ""}` : over.map((each) => `The ${each.kind} ${each.name} would hold ${usd(each.after_usd)} of ${usd(each.cap_usd)}`).join("; ") || (drawn && `${slate} is ${drawn}: ${text}`) || `What ${slate} would cost, as it is asked for here`;
  }, PRICE_MS);
}

/** The open notes of a take; for some of its shots alone: those within their frames. */
function notesOn(take, shots) {
  const open = (take?.notes ?? []).filter((note) => !note.done && !note.reply_to);
  if (!shots || take.medium !== "video" || take.shots.length < 2) return open;
  const spans = take.shots.filter((each) => shots.includes(each.id));
  return open.filter(({ frame, end_frame: end }) => frame !== null && spans.some((each) => frame < each.end && (end ?? frame) >= each.start));
}

async function put() {
  if (!session.view?.planned || !session.slate) return void toast("There is nothing to make again here.");
  const asked = choices.asked;
  const notes = notesOn(session.take, asked.mode === "single" ? choices.target.shots : null).map((note) => note.id);
  const mine = session.slate === asked.slate || session.slate === asked.slate.split("_")[0];
  try {
    await add({ ...asked, prompts: edited(choices.target.shots), notes: mine ? notes : [] });
  } catch (error) {
    parts.fault.textContent = `${error.message} ${error.remedy ?? ""}`;
    refuse(error);
  }
}

/** Overrides without a retake: they serve whatever is made next. */
async function keepWords() {
  const overrides = edited(told?.prompts.map((each) => each.shot) ?? []);
  if (!Object.keys(overrides).length) return void toast("No prompt was changed.", { seconds: 3 });
  return keep(overrides, `Kept for the next run: ${Object.keys(overrides).join(", ")}. The plan stays as it is.`);
}

async function keep(overrides, words) {
  const slate = session.slate;
  try {
    const answer = await post(`/records/${encodeURIComponent(slate)}/overrides`, { revision: told.revision, overrides });
    toast(words);
    session.forget(slate);
    if (session.slate !== slate) return;
    adopt(answer);
    await session.refresh();
  } catch (error) {
    parts.fault.textContent = `${error.message} ${error.remedy ?? ""}`;
    if (error.status === 409) read().catch(() => undefined); // what was typed stays; the next try is on what is there now
  }
}
