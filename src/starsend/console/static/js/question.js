// The one question before anything is paid for: what is made, what it may cost, against which budgets, and what isn't known.
import { Problem } from "./api.js";
import { keyCap } from "./keys.js";
import { make } from "./stage/build.js";
import { refuse } from "./toast.js";
import { inPlace } from "./maker.js";
import { price, usd } from "./usd.js";

const MOST_JOBS = 20;
const WHAT = { grid: "a grid", multi: "all shots", single: "one shot", "": "goes on" };
let open = null;

/**
 * ask({ title, estimate, send, known, part }) → the answer of `send`, or null where nothing was sent
 *   estimate  () → what it would cost, fresh: as the API's estimates answer
 *   send      (usd) → sends it once, with the sum that was shown
 *   known     the estimate that stands beside the button already; a sum of $0 needs no question unless `always`
 *   part      what a budget can't bear is refused, and the rest is made; else nothing can be sent over a budget
 */
export async function ask({ title, estimate, send, known = null, always = false, part = false }) {
  if (open) return null;
  if (known && isFree(known) && !always) return sendFree(estimate, send, () => ask({ title, estimate, send, always: true, part }));
  return new Promise((done) => (open = new Question({ title, estimate, send, part, done })));
}

const isFree = (told) => Number(told.estimate_usd) === 0;

/** Free as it was a moment ago; asks where it isn't any more. */
async function sendFree(estimate, send, otherwise) {
  try {
    return isFree(await estimate()) ? await send("0") : await otherwise();
  } catch (error) {
    refuse(error);
    return null;
  }
}

class Question {
  #told = null;
  #busy = false;
  #answer = null;

  constructor({ title, estimate, send, part, done }) {
    Object.assign(this, { estimate, send, part, before: document.activeElement });
    this.body = make("div", {}, make("p", { class: "muted", text: "Working out what it would cost …" }));
    this.fault = make("p", { class: "fault", role: "alert" });
    this.yes = make("button", { type: "button", class: "primary", disabled: true });
    const no = make("button", { type: "button" }, make("span", { text: "Not now" }), keyCap("Escape"));
    this.drawer = make("dialog", { class: "question", "aria-labelledby": "question-title" },
      make("h2", { id: "question-title", text: title }), this.body, this.fault, make("p", { class: "ends" }, this.yes, no));
    this.#label("Working it out …");
    this.yes.addEventListener("click", () => this.#send());
    no.addEventListener("click", () => this.drawer.close());
    this.drawer.addEventListener("keydown", (event) => { if (event.repeat && event.key === "Enter") event.preventDefault(); }); // held: no answer
    this.drawer.addEventListener("cancel", (event) => { if (this.#busy) event.preventDefault(); });
    this.drawer.addEventListener("close", () => {
      open = null;
      this.drawer.remove();
      if (this.before?.isConnected) this.before.focus?.({ preventScroll: true });
      done(this.#answer);
    });
    document.body.append(this.drawer);
    this.drawer.showModal();
    no.focus();
    this.#read();
  }

  async #read() {
    try {
      const told = await this.estimate();
      this.#told = told;
      this.body.replaceChildren(...contents(told, this.part));
      const over = !this.part && told.budgets.some((each) => each.over);
      this.yes.disabled = over || !told.jobs.length;
      this.#label(isFree(told) ? "Make it, free" : `Spend ${usd(told.estimate_usd)}`);
      if (!this.yes.disabled) this.yes.focus();
    } catch (error) {
      this.#refused(error);
    }
  }

  async #send() {
    if (this.#busy || this.yes.disabled) return;
    this.#busy = true;
    this.yes.disabled = true;
    this.fault.textContent = "";
    try {
      this.#answer = await this.send(this.#told.estimate_usd);
      this.drawer.close();
    } catch (error) {
      this.#refused(error);
      await this.#read(); // it is asked anew, with the sum as it is now
    } finally {
      this.#busy = false;
    }
  }

  #label(words) { this.yes.replaceChildren(make("span", { text: words }), keyCap("Enter")); }

  #refused(error) {
    if (!(error instanceof Problem)) refuse(error);
    this.fault.textContent = error instanceof Problem ? `${error.message}. ${error.remedy}` : "The Console can't be reached; nothing was sent that isn't on record.";
  }
}

function contents(told, part) {
  const over = told.budgets.filter((each) => each.over);
  const notes = [...new Set(told.jobs.flatMap((job) => job.warnings ?? []))];
  return [
    make("ul", { class: "plain jobs" }, ...told.jobs.slice(0, MOST_JOBS).map(job)),
    told.jobs.length > MOST_JOBS ? make("p", { class: "muted", text: `… and ${told.jobs.length - MOST_JOBS} more` }) : null,
    ...notes.map((text) => make("p", { class: "warning", text })),
    ...(told.bought ?? []).map((each) => make("p", { class: "warning", text: each })),
    make("p", { class: "sum" }, make("span", { text: "At most" }), make("span", { class: "num", title: `$${told.estimate_usd}`, text: price(told.estimate_usd) })),
    ...unknown(told).map((text) => make("p", { class: "muted", text })),
    told.budgets.length ? make("h3", { text: "Budgets, afterwards" }) : null,
    make("ul", { class: "plain budgets" }, ...told.budgets.map(budget)),
    over.length ? make("p", { class: "fault", text: part ? "What a budget can't bear is refused; the rest is made." : "A budget can't bear it: nothing would be sent. Raise it in the plan or in starsend.toml." }) : null,
  ].filter(Boolean);
}

function job({ slate, mode, model, provider, takes, estimate_usd: cost, going_on: goingOn }) {
  const drawn = inPlace([{ provider, model }]);
  const what = goingOn ? "goes on" : [takes > 1 ? `${takes} × ${WHAT[mode] ?? mode}` : WHAT[mode] ?? mode, drawn || model].filter(Boolean).join(", ");
  return make("li", {}, make("b", { text: slate }), make("span", { class: "muted", text: [what, drawn && !goingOn ? "" : provider].filter(Boolean).join(" · ") }), make("span", { class: "num", text: price(cost) }));
}

const budget = ({ kind, name, cap_usd: cap, after_usd: after, over }) =>
  make("li", { class: over ? "is-over" : "" }, make("span", { text: kind === "project" ? "project" : name }), make("span", { class: "num", title: `$${after} of $${cap}`, text: `${usd(after)} of ${usd(cap)}${over ? ": over" : ""}` }));

/** What an estimate can't say. */
function unknown({ waiting = [], troubles = [], jobs }) {
  const said = ["It is rounded up; what the provider bills is known afterwards."];
  const grids = jobs.filter((each) => each.mode === "grid").length;
  if (grids) said.push(`What comes after ${grids === 1 ? "a grid" : "the grids"} waits for a pick, and isn't in the sum.`);
  if (waiting.length) said.push(`Left to a person, and not in the sum: ${waiting.slice(0, 6).map((each) => each.slate).join(", ")}${waiting.length > 6 ? " …" : ""}.`);
  if (troubles.length) said.push(`Can't be worked out: ${troubles.slice(0, 3).map((each) => each.message).join("; ")}.`);
  return said;
}
