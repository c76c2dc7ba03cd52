// The bar under the picture: the filmstrip as a slider of frames, marks of cuts, notes and the looped range.
import { make } from "./build.js";
import { clamp, timecode } from "./rate.js";

const CELLS = 20; // in a filmstrip, evenly spaced, 16:9 or whatever the film is

export class Bar {
  #take = null;
  #rate = null;
  #frames = 1;
  #first = 0;

  constructor(place, { seek, shotAt }) {
    this.seek = seek;
    this.shotAt = shotAt;
    this.cells = make("div", { class: "bar-cells", "aria-hidden": "true" });
    this.dimmed = [make("i", { class: "bar-out" }), make("i", { class: "bar-out" })];
    this.head = make("i", { class: "bar-head" });
    this.track = make("div", { class: "bar-track", role: "slider", tabindex: "0", "aria-label": "Frame" });
    this.track.append(this.cells, ...this.dimmed, this.head);
    this.cuts = make("div", { class: "bar-cuts" });
    this.dots = make("div", { class: "bar-dots", role: "group", "aria-label": "Notes on this take" });
    place.classList.add("stage-bar");
    place.replaceChildren(this.track, this.cuts, this.dots);
    this.track.addEventListener("pointerdown", (event) => this.#scrub(event));
    this.watch = new ResizeObserver(() => this.#paintCells());
    this.watch.observe(this.track);
  }

  load(take, rate, frames, first) {
    this.#take = take;
    this.#rate = rate;
    this.#frames = Math.max(1, frames);
    this.#first = first;
    this.track.setAttribute("aria-valuemin", String(first));
    this.track.setAttribute("aria-valuemax", String(first + this.#frames - 1));
    this.#paintCells();
    this.#paintCuts();
    this.setRange(null);
  }

  setFrame(frame) {
    const shot = this.shotAt(frame);
    const words = [`frame ${frame + this.#first} of ${this.#first + this.#frames - 1}`, timecode(frame, this.#rate)];
    if (shot) words.push(`shot ${shot.id}`);
    this.head.style.left = this.#at(frame + 0.5);
    this.track.setAttribute("aria-valuenow", String(frame + this.#first));
    this.track.setAttribute("aria-valuetext", words.join(", "));
  }

  setRange(range) {
    const [before, after] = this.dimmed;
    before.style.width = range ? this.#at(range.from) : "0";
    after.style.width = range ? `${100 - ((range.to + 1) / this.#frames) * 100}%` : "0";
  }

  /** Dots of notes: { id, frame, end_frame, label, colour }. */
  setMarks(marks) {
    const dots = marks.filter((mark) => Number.isInteger(mark.frame)).map((mark) => {
      const label = mark.label ?? `Note at frame ${mark.frame + this.#first}`;
      const dot = make("button", { type: "button", class: "bar-dot", title: label, "aria-label": label });
      dot.style.left = this.#at(mark.frame + 0.5);
      if (mark.colour) dot.style.setProperty("--dot", mark.colour);
      if (Number.isInteger(mark.end_frame) && mark.end_frame > mark.frame) {
        const reach = make("i", { class: "bar-reach" });
        reach.style.width = `${((mark.end_frame - mark.frame) / this.#frames) * this.track.clientWidth}px`;
        dot.append(reach);
      }
      dot.addEventListener("click", () => this.seek(mark.frame));
      return dot;
    });
    this.dots.replaceChildren(...dots);
  }

  #at(frame) {
    return `${(frame / this.#frames) * 100}%`;
  }

  #scrub(down) {
    if (down.button !== 0 || !this.#take) return;
    this.track.setPointerCapture(down.pointerId);
    const go = (event) => {
      const box = this.track.getBoundingClientRect();
      const share = clamp((event.clientX - box.left) / box.width, 0, 1);
      this.seek(Math.min(this.#frames - 1, Math.floor(share * this.#frames)));
    };
    const up = () => this.track.removeEventListener("pointermove", go);
    go(down);
    this.track.addEventListener("pointermove", go);
    this.track.addEventListener("pointerup", up, { once: true });
    this.track.addEventListener("pointercancel", up, { once: true });
  }

  #paintCells() {
    const strip = this.#take?.filmstrip;
    if (!strip) {
      this.cells.replaceChildren();
      return;
    }
    const { width = 16, height = 9 } = this.#take.media ?? {};
    const wanted = this.track.clientWidth / ((this.track.clientHeight || 40) * (width / height));
    const count = clamp(Math.round(wanted), 1, CELLS * 3);
    const cells = Array.from({ length: count }, (_, index) => {
      const cell = make("i");
      const shown = Math.min(CELLS - 1, Math.floor(((index + 0.5) / count) * CELLS));
      cell.style.backgroundImage = `url(${JSON.stringify(strip)})`;
      cell.style.backgroundPosition = `${(shown / (CELLS - 1)) * 100}% 0`;
      return cell;
    });
    this.cells.replaceChildren(...cells);
  }

  #paintCuts() {
    const found = [...(this.#take?.found_cuts ?? [])];
    const planned = (this.#take?.shots ?? []).map((shot) => {
      const near = shot.start > 0 ? found.indexOf(shot.start) : -1; // it begins at a found cut: the two are one mark
      const cut = near < 0 ? null : found.splice(near, 1)[0];
      return this.#mark(shot, cut);
    });
    const marks = [...planned, ...found.map((frame) => this.#mark(null, frame))];
    const places = marks.map((mark) => parseFloat(mark.style.left)).concat(100);
    for (const mark of marks) { // a label ends where the next mark is
      const left = parseFloat(mark.style.left);
      mark.style.width = `${Math.min(...places.filter((place) => place > left)) - left}%`;
    }
    this.cuts.replaceChildren(...marks);
  }

  /** A planned cut is a whole line with the shot's name; a found one is a broken line with a notch. */
  #mark(shot, cut) {
    const at = (frame) => frame + this.#first;
    const words = [];
    if (shot && shot.planned > 0) words.push(`planned ${at(shot.planned)}`);
    if (cut !== null) words.push(shot && cut === shot.planned ? "cut there" : `cut ${at(cut)}`);
    const kind = shot ? (cut === null ? "planned" : "both") : "found";
    const mark = make("span", { class: `bar-cut is-${kind}` });
    mark.style.left = this.#at(shot ? shot.planned : cut);
    mark.title = [shot?.id, ...words].filter(Boolean).join(" · ");
    const label = make("span", { class: "bar-cut-label" });
    if (shot) label.append(make("b", { text: shot.id }), " ");
    label.append(make("span", { text: words.join(", ") }));
    mark.append(label);
    if (shot && cut !== null && cut !== shot.planned) {
      const beside = make("i", { class: "bar-cut-found" });
      const away = `${((cut - shot.planned) / this.#frames) * 100}cqw`;
      beside.style.left = away;
      if (cut > shot.planned) label.style.marginLeft = away;
      mark.append(beside);
    }
    return mark;
  }
}
