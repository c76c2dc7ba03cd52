// The light table: a sheet under a view, panned and zoomed; `window` shows one part of it alone.
import { make } from "../stage/build.js";
import { clamp } from "./box.js";
import { drawGutters } from "./gutters.js";

const MOST = 16; // times its own pixels
const STEP = 1.25;

export class Table {
  window = null; // a box of the sheet that is shown alone
  fit = true;
  #scale = 1; // CSS pixels a pixel of the sheet
  #at = [0, 0]; // the sheet's pixel in the middle of the view

  constructor(view, changed) {
    this.view = view;
    this.changed = changed;
    this.sheet = make("img", { class: "table-sheet", alt: "", draggable: "false" });
    view.prepend(this.sheet);
    this.watch = new ResizeObserver(() => this.paint());
    this.watch.observe(view);
  }

  /** Puts a sheet on the table: { url, width, height }, and the boxes of its cells. */
  load({ url, width, height }, cells = []) {
    this.size = [width, height];
    Object.assign(this.sheet, { src: url, width, height });
    this.gutters?.remove();
    this.gutters = drawGutters({ width, height }, cells);
    if (this.gutters) this.sheet.after(this.gutters);
  }

  /** Shows a part alone, or the whole with null; fitted or at 1:1. */
  show(part, { fit }) {
    this.window = part;
    this.fit = fit;
    const [x0, y0, x1, y1] = this.part;
    this.#at = [(x0 + x1) / 2, (y0 + y1) / 2];
    this.#scale = 1 / devicePixelRatio;
    this.paint();
  }

  get part() { return this.window ?? [0, 0, ...this.size]; }
  get scale() { return this.#scale; }
  /** Whether one pixel of the sheet is one of the screen. */
  get true() { return Math.abs(this.#scale * devicePixelRatio - 1) < 1e-6; }
  get words() {
    const percent = `${Math.round(this.#scale * devicePixelRatio * 100)} %`;
    if (this.true) return "1:1, true pixels";
    return this.fit ? `fit, ${percent}` : percent;
  }
  /** Whether there is more of the part than the view shows. */
  get overflows() {
    const { width, height } = this.view.getBoundingClientRect();
    const [x0, y0, x1, y1] = this.part;
    return (x1 - x0) * this.#scale > width + 1 || (y1 - y0) * this.#scale > height + 1;
  }

  /** Zooms by steps around a place of the window, or around the middle. */
  zoom(steps, place = null) {
    this.setScale(this.#scale * STEP ** steps, place);
  }

  setScale(scale, place = null) {
    const rect = this.view.getBoundingClientRect();
    const there = place ?? [rect.left + rect.width / 2, rect.top + rect.height / 2];
    const before = this.toSheet(there);
    this.fit = false;
    this.#scale = clamp(scale, this.#fitting(rect) / 2, MOST / devicePixelRatio);
    const after = this.toSheet(there);
    this.pan(after[0] - before[0], after[1] - before[1]);
  }

  /** Moves the sheet by pixels of its own. */
  pan(dx, dy) {
    this.#at = [this.#at[0] - dx, this.#at[1] - dy];
    this.paint();
  }

  /** A place of the window in pixels of the sheet, not rounded. */
  toSheet([x, y]) {
    const rect = this.view.getBoundingClientRect();
    const [left, top] = this.#origin(rect);
    return [(x - rect.left - left) / this.#scale, (y - rect.top - top) / this.#scale];
  }

  /** A box of the sheet in CSS pixels of the view. */
  toView([x0, y0, x1, y1]) {
    const [left, top] = this.#origin(this.view.getBoundingClientRect());
    const s = this.#scale;
    return { left: left + x0 * s, top: top + y0 * s, width: (x1 - x0) * s, height: (y1 - y0) * s };
  }

  paint() {
    const rect = this.view.getBoundingClientRect();
    if (!this.size || !rect.width) return;
    if (this.fit) this.#scale = this.#fitting(rect);
    this.#at = this.#held(rect);
    const [left, top] = this.#origin(rect);
    this.sheet.style.transform = `translate(${left}px, ${top}px) scale(${this.#scale})`;
    const [x0, y0, x1, y1] = this.part;
    this.sheet.style.clipPath = this.window ? `inset(${y0}px ${this.size[0] - x1}px ${this.size[1] - y1}px ${x0}px)` : "";
    if (this.gutters) {
      this.gutters.style.cssText = `width:${this.size[0]}px;height:${this.size[1]}px;transform:${this.sheet.style.transform}`;
      this.gutters.style.display = this.window ? "none" : "";
    }
    this.sheet.toggleAttribute("data-large", this.#scale * devicePixelRatio >= 3);
    this.changed?.();
  }

  destroy() { this.watch.disconnect(); }

  #fitting({ width, height }) {
    const [x0, y0, x1, y1] = this.part;
    const air = this.window ? 0 : 24; // round a whole sheet, so that a corner can be taken hold of
    return Math.min((width - air) / (x1 - x0), (height - air) / (y1 - y0));
  }

  /** Where the sheet's top left lies in the view; whole pixels at 1:1, so that nothing is blurred. */
  #origin({ width, height }) {
    const origin = [width / 2 - this.#at[0] * this.#scale, height / 2 - this.#at[1] * this.#scale];
    return this.true ? origin.map((value) => Math.round(value * devicePixelRatio) / devicePixelRatio) : origin;
  }

  /** The middle, held so that the part can't be lost from sight; centred where it is smaller than the view. */
  #held({ width, height }) {
    const [x0, y0, x1, y1] = this.part;
    const along = (at, low, high, room) => {
      const half = room / 2 / this.#scale;
      return high - low <= half * 2 ? (low + high) / 2 : clamp(at, low + half, high - half);
    };
    return [along(this.#at[0], x0, x1, width), along(this.#at[1], y0, y1, height)];
  }
}
