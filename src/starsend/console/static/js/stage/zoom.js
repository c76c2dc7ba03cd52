// A closer look: how many times larger the picture is shown, and which part of it. Films, stills and drawings move as one.
import { clamp } from "./rate.js";

const MOST = 8;
const STEP = 1.25;

export class Zoom {
  scale = 1;
  #x = 0; // where the picture's left and top edges are, in parts of its place
  #y = 0;

  constructor(picture, changed) {
    this.picture = picture;
    this.changed = changed;
  }

  get on() {
    return this.scale > 1;
  }

  /** Larger or smaller by steps, in the middle, or at a place in the window. */
  step(by, at = null) {
    this.to(this.scale * STEP ** by, at);
  }

  to(scale, at = null) {
    const [px, py] = at ? this.#part(at) : [0.5, 0.5];
    const next = clamp(scale, 1, MOST);
    this.#x = px - ((px - this.#x) * next) / this.scale; // what lies under the pointer stays there
    this.#y = py - ((py - this.#y) * next) / this.scale;
    this.scale = next < 1.01 ? 1 : next;
    this.#show();
  }

  /** Moves what is seen, by pixels of the window. */
  pan(dx, dy) {
    const { width, height } = this.#place();
    this.#x += dx / width;
    this.#y += dy / height;
    this.#show();
  }

  reset() {
    this.scale = 1;
    this.#x = this.#y = 0;
    this.#show();
  }

  /** The place of one picture: half of the box where two are side by side. */
  #place() {
    const box = this.picture.box.getBoundingClientRect();
    const side = this.picture.box.dataset.compare === "side";
    return { left: box.left, top: box.top, width: side ? box.width / 2 : box.width, height: box.height };
  }

  #part([x, y]) {
    const { left, top, width, height } = this.#place();
    const part = (x - left) / width;
    return [clamp(part > 1 ? part - 1 : part, 0, 1), clamp((y - top) / height, 0, 1)]; // in the right one as in the left
  }

  #show() {
    this.#x = clamp(this.#x, 1 - this.scale, 0);
    this.#y = clamp(this.#y, 1 - this.scale, 0);
    const { box } = this.picture;
    box.toggleAttribute("data-zoomed", this.on);
    this.picture.scale = this.scale;
    for (const [name, value] of [["--zoom", this.scale], ["--pan-x", this.#x], ["--pan-y", this.#y]]) box.style.setProperty(name, String(value));
    this.changed(this.scale);
  }
}
