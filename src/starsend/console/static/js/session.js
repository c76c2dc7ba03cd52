// What is being looked at: the slate, its take and frame. Opens slates, swaps the server's parts, keeps the address true.
import { get } from "./api.js";
import { tell } from "./live.js";
import { swapParts } from "./swap.js";

const KEPT = 6; // views that are held ready: the one shown, its neighbours in the list
const ready = new Map();
let turn = 0;
let addressTimer = 0;
let opening = 0; // the turn of the slate that is on its way: until it is shown the address is not that of the one before
const still = matchMedia("(prefers-reduced-motion: reduce)"); // then nothing plays by itself

export const session = {
  view: null,
  take: null, // a take object of the view
  frame: 0,
  fault: null, // why the slate can't be read now
  over: false, // the end of dailies is shown
  get slate() {
    return this.view?.slate ?? null;
  },

  /** Shows a slate. A later call wins over an earlier one that is still under way. Gives whether it was shown. */
  async open(slate, { take = null, frame = 0, play = true, step = true } = {}) {
    const mine = (opening = ++turn);
    try {
      const held = await fetchSlate(slate, take);
      if (mine !== turn) return false;
      opening = 0;
      show(this, held, { take, frame, play: play && !still.matches, kept: false, step });
      return true;
    } finally {
      if (opening === mine) opening = 0;
    }
  },

  /** Reads the shown slate again; take, frame and what is being typed stay. */
  async refresh() {
    const slate = this.slate;
    if (!slate) return false;
    ready.delete(slate);
    const mine = turn;
    const number = this.take?.take ?? null;
    const held = await fetchSlate(slate, number);
    if (mine !== turn || this.slate !== slate) return false;
    show(this, held, { take: this.take?.take ?? number, frame: this.frame, play: false, kept: true });
    return true;
  },

  /** Shows another take of the slate on the same frame. */
  async showTake(number) {
    const take = this.view?.takes.find((each) => each.take === number);
    if (!take || take === this.take) return false;
    this.take = take;
    this.writeAddress();
    tell("take", { slate: this.slate, take, view: this.view });
    const mine = turn;
    const { parts } = await fetchSlate(this.slate, number, this.view);
    if (mine === turn && this.take === take) swapParts(parts);
    return true;
  },

  next: (options) => step(1, options),
  previous: (options) => step(-1, options),
  /** The next slate that still waits for a look, from here on and then from the top; the end of dailies if none does. */
  nextWaiting: () => step(1, { waiting: true }),

  /** The stage says which frame is shown, counted from 0. */
  setFrame(frame) {
    if (frame === this.frame || this.take?.medium !== "video") return;
    this.frame = frame;
    tell("frame", { slate: this.slate, take: this.take?.take ?? null, frame });
    if (!addressTimer) addressTimer = setTimeout(() => { addressTimer = 0; this.writeAddress(); }, 400);
  },

  /** Reads a slate ahead, so that it opens at once. Gives its view. */
  ahead: (slate) => fetchSlate(slate, null).then((held) => held.view),

  /** Forgets what was read ahead of a slate that has changed; of all without one. */
  forget(slate) {
    if (slate === undefined) ready.clear();
    else ready.delete(slate);
  },

  /** Says in the address what is shown. With `step` the browser's Back comes back to what was there before. */
  writeAddress({ step = false } = {}) {
    if (opening) return;
    const address = new URL(location.href);
    const shown = this.over ? {} : { slate: this.slate, take: this.take?.take, frame: this.frame || null };
    for (const name of ["slate", "take", "frame"]) {
      if (shown[name] === null || shown[name] === undefined) address.searchParams.delete(name);
      else address.searchParams.set(name, shown[name]);
    }
    if (address.href === location.href) return;
    if (step) history.pushState(null, "", address);
    else history.replaceState(history.state, "", address);
  },

  /** The end of dailies is shown: a reload shows what waits then. */
  end({ step = true } = {}) {
    const before = this.over;
    this.over = true;
    this.writeAddress({ step: step && !before });
  },
};

function show(on, { view, parts }, { take, frame, play, kept, step = false }) {
  const same = on.view?.slate === view.slate;
  const turned = on.over || !same;
  on.fault = null;
  if (!kept) on.over = false;
  on.view = view;
  on.take = view.takes.find((each) => each.take === take) ?? view.takes.find((each) => each.take === view.current) ?? view.takes.at(-1) ?? null;
  if (!kept) on.frame = frame;
  swapParts(parts);
  on.writeAddress({ step: step && turned });
  document.title = `${view.slate} · Dailies`;
  tell("view", { view, take: on.take, frame: on.frame, play, same, refreshed: kept });
}

/** The view and the server's parts of a slate; held ready for the next time. */
async function fetchSlate(slate, take, view = null) {
  if (take === null && ready.has(slate)) return ready.get(slate);
  const part = `/${document.body.dataset.project}/dailies/part/${encodeURIComponent(slate)}${take === null ? "" : `?take=${take}`}`;
  const reading = Promise.all([
    view ?? get(`/dailies/${encodeURIComponent(slate)}`),
    fetch(part).then((response) => (response.ok ? response.text() : "")),
  ]).then(([read, parts]) => ({ view: read, parts }));
  if (take === null) {
    ready.set(slate, reading);
    reading.catch(() => ready.delete(slate));
    while (ready.size > KEPT) ready.delete(ready.keys().next().value);
  }
  return reading;
}

async function step(by, { waiting = false, ...options } = {}) {
  const { leave, neighbourOf, showEnd } = await import("./list.js");
  if (waiting) leave(session.slate);
  const slate = await neighbourOf(session.slate, by, waiting);
  if (slate) return session.open(slate, options);
  if (by > 0) showEnd();
  return false;
}
