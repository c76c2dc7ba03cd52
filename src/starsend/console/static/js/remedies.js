// What a page can do about a refusal, by its code: buttons in the place of commands for a terminal. None of them pays for anything.
import { post } from "./api.js";
import { namesCommand, plainRemedy } from "./plain.js";

const project = () => document.body.dataset.project;
const here = (path) => location.assign(`/${project()}/${path}`);

/** How the page that is open does it; a page that shows slates says how by `actOn`. */
let page = {
  slate: () => null,
  show: (slate, take) => here(`dailies?${new URLSearchParams({ state: "any", slate, ...(take ? { take } : {}) })}`),
  again: () => location.reload(),
};

export function actOn(ways) {
  page = { ...page, ...ways };
}

const again = () => ({ words: "Look again", run: () => page.again() });
const to = (words, path) => () => ({ words, run: () => here(path) });

/** Goes to the slate; where it is shown already there is nothing to go to. */
const show = ({ slate }) => (slate && slate !== page.slate() ? { words: `Show ${slate}`, run: () => page.show(slate) } : null);

/** Goes to the take that is not settled: Go on, Cancel and Look for it stand there, with what they cost. */
function openTake({ slate, record }) {
  const open = ({ outcome, settled, unsettled }) => unsettled ?? (outcome === "pending" || (outcome === "unknown" && !settled));
  const take = record?.takes?.find(open);
  if (!slate || !take) return show({ slate });
  return { words: `Show T${String(take.take).padStart(3, "0")}`, run: () => page.show(slate, take.take) };
}

/** Takes back what stands, on the record as the refusal told it. */
function reopen({ slate, record }) {
  if (!slate || !["approved", "rejected"].includes(record?.state)) return null;
  return {
    words: "Reopen",
    run: async () => {
      await post(`/records/${encodeURIComponent(slate)}/reopen`, { revision: record.revision });
      await page.show(slate);
      return `${slate} waits for a verdict again`;
    },
  };
}

/** As reopen, but where an approval stands behind a rejection it isn't that which was meant. */
function reopenLast(about) {
  const { undo, takes, state } = about.record ?? {};
  const last = takes?.find(({ take }) => take === undo?.take);
  return last?.verdict === "rejected" && state !== "rejected" ? null : reopen(about);
}

const ACTS = {
  "approved-already": [reopen, show],
  "at-work": [to("Activity", "activity")],
  "being-sent": [again],
  busy: [again],
  "file-gone": [again],
  "frame-needed": [show],
  "illegal-move": [reopen, show],
  interrupted: [to("Costs: go on", "costs")],
  "lost-job": [openTake],
  "no-answer": [openTake],
  "no-cancel": [again],
  "no-grid": [show],
  "no-note": [again],
  "no-take": [again],
  "not-cancellable": [again],
  "not-cancelled": [again],
  "nothing-to-cancel": [again],
  "nothing-to-do": [again],
  "nothing-to-judge": [show, again],
  "nothing-to-reopen": [show, again],
  "nothing-to-settle": [again],
  "nothing-to-undo": [reopenLast, show],
  "nothing-yet": [show],
  "outcome-unknown": [openTake],
  "pick-stands": [show],
  "over-budget": [to("Costs", "costs")],
  "reply-gone": [openTake],
  "same-request": [to("Activity", "activity")],
  "too-long": [openTake],
  "unfit-image": [to("Elements", "elements")],
  "unknown-element": [to("Elements", "elements")],
  unsettled: [openTake],
};
const KEPT = new Set(["too-long", "unsettled"]); // here a button alone says too little
const MOST = 2;

/** { words, acts: [{ words, run }] }: what to do about a refusal; a button stands in the place of a command. */
export function remediesOf({ code, remedy, body, record = null }, slate = record?.id ?? page.slate()) {
  const told = body?.remedy ?? remedy;
  const acts = (ACTS[code] ?? []).map((make) => make({ slate, record })).filter(Boolean).slice(0, MOST);
  return { words: acts.length && namesCommand(told) && !KEPT.has(code) ? "" : plainRemedy(code, told), acts };
}
