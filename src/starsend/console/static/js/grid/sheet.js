// The sheet as it was found: each cell is a button over the picture, the gutters between them are shaded.
import { make } from "../stage/build.js";
import { keyCap } from "../keys.js";
import { drawGutters } from "./gutters.js";

export class Sheet {
  marked = 1; // the cell that Enter shows, counted from 1
  pointed = false; // somebody went along the cells

  /** take: whose sheet; open(number): a cell was pressed. */
  constructor(take, open) {
    this.take = take;
    const { url, width, height } = take.media;
    this.size = [width, height];
    this.picture = make("img", { src: url, alt: `${take.name}, a grid of ${take.cells.length} cells`, draggable: "false" });
    this.cells = take.cells.map((box, index) => this.#cell(box, index + 1, open));
    const gutters = drawGutters(take.media, take.cells);
    this.frame = make("div", { class: "sheet-frame" }, this.picture, gutters ?? "", ...this.cells);
    this.frame.style.aspectRatio = `${width} / ${height}`;
    this.element = make("div", { class: "sheet-place" }, this.frame);
    this.element.style.setProperty("--sheet-ratio", `${width} / ${height}`); // its height where there is no room to fill: on a phone
    this.watch = new ResizeObserver(() => this.#fit());
    this.watch.observe(this.element);
    if (!take.cells.length) this.element.append(make("p", { class: "sheet-none", text: "No cells were found on this sheet: draw a box." }));
    this.#paint();
  }

  /** Marks the next cell or the one before. */
  mark(by) {
    const count = this.cells.length;
    if (!count) return;
    this.pointed = true;
    this.marked = ((this.marked - 1 + by + count) % count) + 1;
    this.#paint();
    this.cells[this.marked - 1].focus({ preventScroll: true });
  }

  /** The loupe was shut on a cell: the eye and the focus go back to it. */
  goTo(number) {
    if (!this.cells[number - 1]) return;
    this.marked = number;
    this.#paint();
    this.cells[number - 1].focus({ preventScroll: true });
  }

  /** Says which cell or box the present start frame was cut from. */
  showChosen(cell, box) {
    this.cells.forEach((made, index) => {
      const chosen = index + 1 === cell;
      made.toggleAttribute("data-chosen", chosen);
      made.setAttribute("aria-label", `Cell ${index + 1}, ${made.dataset.size} pixels${chosen ? ", the present start frame" : ""}`);
    });
    this.box?.remove();
    this.box = box && !cell ? this.#place(make("i", { class: "sheet-box" }), box) : null;
    if (this.box) this.frame.append(this.box);
  }

  destroy() { this.watch.disconnect(); }

  #cell(box, number, open) {
    const size = `${box[2] - box[0]}×${box[3] - box[1]}`;
    const made = make("button", { type: "button", class: "sheet-cell", "data-cell": String(number), "data-size": size, "aria-label": `Cell ${number}, ${size} pixels` },
      number < 10 ? keyCap(String(number)) : make("kbd", { text: String(number), "aria-hidden": "true" }),
      make("span", { class: "chosen", text: "start frame", "aria-hidden": "true" }));
    made.addEventListener("click", () => open(number));
    return this.#place(made, box);
  }

  #place(made, [x0, y0, x1, y1]) {
    const [width, height] = this.size;
    Object.assign(made.style, {
      left: `${(100 * x0) / width}%`, top: `${(100 * y0) / height}%`, width: `${(100 * (x1 - x0)) / width}%`, height: `${(100 * (y1 - y0)) / height}%`,
    });
    return made;
  }

  #paint() {
    this.cells.forEach((made, index) => made.toggleAttribute("data-marked", index + 1 === this.marked));
  }

  /** As large as the place allows, whole. */
  #fit() {
    const { width, height } = this.element.getBoundingClientRect();
    const factor = Math.min(width / this.size[0], height / this.size[1]);
    this.frame.style.width = `${Math.floor(this.size[0] * factor)}px`;
  }
}
