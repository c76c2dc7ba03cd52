// Picking from a grid: the sheet, the loupe, what lies beside it. mountGrid(root, view, take) → { update, unmount }
import { get } from "../api.js";
import { on } from "../live.js";
import { session } from "../session.js";
import { Beside } from "./beside.js";
import { Choice } from "./choice.js";
import { bindSheet } from "./keymap.js";
import { Loupe } from "./loupe.js";
import { Sheet } from "./sheet.js";
import { takeDrops } from "./upload.js";

let last = null; // { slate, take, before }: for the backtick
function remember({ view, take }) {
  if (!take) return;
  const same = last?.slate === view.slate;
  if (same && last.take === take.take) return;
  last = { slate: view.slate, take: take.take, before: same ? last.take : null };
}
on("take", remember);
on("view", remember);

export const mountGrid = (root, view, take) => new Grid(root, view, take);

class Grid {
  about = null; // what the server says of the frame wanted, the one that stands, and the other shots
  #offers = new Map();

  constructor(root, view, take) {
    Object.assign(this, { root, view, take });
    this.pickable = take.medium === "grid";
    this.choice = new Choice(this);
    this.sheet = new Sheet(take, (number) => this.loupe.showCell(number));
    this.beside = new Beside({
      box: () => this.loupe.showBox(), ask: () => this.ask(), askFor: () => this.askFor(), upload: (file) => this.choice.upload(file, this.target),
      older: () => this.turn(-1), newer: () => this.turn(1),
    });
    root.replaceChildren(this.sheet.element, this.beside.element);
    root.dataset.kind = take.medium;
    this.loupe = new Loupe(root, this);
    this.stop = [
      this.pickable ? bindSheet(this) : () => undefined,
      this.pickable ? takeDrops(root, (file) => this.choice.upload(file)) : () => undefined,
      on("work", (work) => this.choice.heard(work)),
    ];
    this.#show();
    this.#read();
  }

  get shown() { return this.root.isConnected && !this.root.hidden; }
  /** The project's ratio; until it is known, that of the cells, which were found by it. */
  get aspect() {
    const [x0, y0, x1, y1] = this.take.cells[0] ?? [0, 0, this.take.media.width, this.take.media.height];
    return this.about?.aspect ?? [x1 - x0, y1 - y0];
  }
  get wanted() { return this.about?.wanted ?? [0, 0]; }
  get present() { return this.about?.frame ?? null; }
  get grids() { return this.view.takes.filter((each) => each.medium === "grid" && each.media && !each.media.missing).map((each) => each.take); }

  /** The slate was read again: what is open, marked or drawn stays. False where another picture must be shown. */
  update(view, take) {
    if (view.slate !== this.view.slate || take?.take !== this.take.take || take.media?.url !== this.take.media.url) return false;
    const changed = view.revision !== this.view.revision;
    Object.assign(this, { view, take });
    this.#show();
    if (changed) this.#read();
    return true;
  }

  unmount() {
    this.choice.stop();
    this.stop.forEach((stop) => stop());
    this.sheet.destroy();
    this.loupe.destroy();
    this.root.replaceChildren();
  }

  /** Asks for a picture: for this slate, or for another one of its sequence. */
  ask(target = null) {
    this.target = target;
    this.beside.input.click();
  }

  async askFor() {
    const slate = await this.choice.chooseOther("a picture");
    if (slate) this.ask(slate);
  }

  turn(by) {
    const grids = this.grids;
    const number = grids[grids.indexOf(this.take.take) + by];
    if (number !== undefined) session.showTake(number);
  }

  flip() {
    const before = last?.slate === this.view.slate ? last.before : null;
    const newest = this.view.takes.filter((each) => each.take !== this.take.take && each.media).at(-1);
    const number = before ?? newest?.take;
    if (number !== undefined) session.showTake(number);
  }

  /** The loupe asks: */
  give(choice, target) { return this.choice.give(choice, target); }

  async giveAway(choice) {
    const what = typeof choice === "number" ? { cell: choice, words: `cell ${choice}` } : choice;
    if (what.cell && !this.take.cells[what.cell - 1]) return;
    await this.choice.giveAway(what);
  }

  finish(cell) { return this.choice.finish(cell); }

  /** What finishing a cell would cost; null where the provider doesn't offer it. */
  offer(cell) {
    if (!this.#offers.has(cell)) {
      const query = new URLSearchParams({ cell, take: this.take.name });
      this.#offers.set(cell, get(`/records/${encodeURIComponent(this.view.slate)}/finish?${query}`).catch(() => null));
    }
    return this.#offers.get(cell);
  }

  forgetOffers() { this.#offers.clear(); }

  closed(cell) { if (this.shown) this.sheet.goTo(cell); }

  #show() {
    const { take } = this;
    this.beside.show(this.present, take.cells.length);
    this.beside.uploadFor.hidden = !this.choice.others.length;
    this.beside.showTurn(this.grids, take.take);
    const mine = this.present?.from === take.name;
    this.sheet.showChosen(mine ? this.present.cell : null, mine ? this.present.box : null);
    this.loupe.renew();
  }

  async #read() {
    const { slate } = this.view;
    try {
      const about = await get(`/records/${encodeURIComponent(slate)}/picking`);
      if (!this.root.isConnected || slate !== this.view.slate) return;
      this.about = about;
      this.#show();
    } catch (error) {
      this.beside.say(error.message, error.remedy, true);
    }
  }
}
