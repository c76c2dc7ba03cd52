// Drawing over a frame: pen, arrow, words, eraser, undo and redo, on the stage's canvas in picture coordinates.
import { ariaKey, keyCap } from "./keys.js";
import { strokeAt, textSize } from "./paint.js";
import { make } from "./stage/build.js";

const TOOLS = [["pen", "Pen"], ["arrow", "Arrow"], ["text", "Words"], ["eraser", "Eraser"]];
const COLOURS = [["#ff5a4d", "red"], ["#ffd24a", "yellow"], ["#5ad1ff", "blue"], ["#7be07b", "green"], ["#ffffff", "white"]];
const WIDTHS = [[0.003, "thin"], [0.006, "middle"], [0.012, "thick"]];
const MOST_STROKES = 200;
const MOST_POINTS = 20_000;
const CLOSE = 0.0012; // of the picture's width: a point nearer than this to the last one adds nothing
const ERASE = 0.015;

const round = (value) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;

export class Sketch {
  active = false;
  strokes = [];
  #past = [];
  #future = [];
  #tool = "pen";
  #colour = COLOURS[0][0];
  #width = WIDTHS[1][0];
  #live = null;
  #canvas = null;
  #heard = null;

  /** `changed(strokes)` is told of each change, `painted()` that something must be painted, `left()` that drawing ended. */
  constructor({ changed, painted, left, full }) {
    Object.assign(this, { changed, painted, left, full });
    this.bar = this.#build();
  }

  get erasing() { return this.#tool === "eraser"; }

  /** What is to be painted: the strokes and the one under the pen. */
  get shown() { return this.#live ? [...this.strokes, this.#live] : this.strokes; }

  start(canvas, strokes) {
    this.stop();
    this.active = true;
    this.#canvas = canvas;
    this.adopt(strokes);
    this.#heard = new AbortController();
    canvas.classList.add("is-drawn-on");
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal: this.#heard.signal });
    (canvas.closest(".stage") ?? canvas.parentElement).append(this.bar);
    this.choose(this.erasing ? "pen" : this.#tool);
  }

  /** Takes strokes that were kept elsewhere; there is nothing to undo yet. */
  adopt(strokes) {
    this.strokes = [...strokes];
    this.#past = [];
    this.#future = [];
    this.#show();
  }

  stop() {
    if (!this.active) return;
    this.active = false;
    this.#heard.abort();
    this.#live = null;
    this.#canvas.classList.remove("is-drawn-on", "is-erased");
    this.#canvas.parentElement.querySelector(".draw-words")?.remove();
    this.bar.remove();
    this.left();
  }

  choose(tool) {
    this.#tool = tool;
    this.#canvas?.classList.toggle("is-erased", this.erasing && this.active);
    this.#show();
  }

  undo() {
    if (!this.#past.length) return;
    this.#future.push(this.strokes);
    this.#set(this.#past.pop());
  }

  redo() {
    if (!this.#future.length) return;
    this.#past.push(this.strokes);
    this.#set(this.#future.pop());
  }

  /** Throws all strokes away; one undo brings them back. */
  clear() {
    if (this.strokes.length) this.#do([]);
  }

  #set(strokes) {
    this.strokes = strokes;
    this.#show();
    this.changed(strokes);
    this.painted();
  }

  #do(strokes) {
    this.#past.push(this.strokes);
    this.#future = [];
    this.#set(strokes);
  }

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    const place = [round((event.clientX - box.left) / box.width), round((event.clientY - box.top) / box.height)];
    return event.pointerType === "pen" && event.pressure > 0 ? [...place, round(event.pressure)] : place;
  }

  #down(event) {
    if (event.button !== 0 && event.pointerType === "mouse") return;
    event.preventDefault();
    if (this.#tool === "text") return this.#write(this.#at(event).slice(0, 2));
    if (this.erasing) this.#erase(event);
    else if (this.#full()) return this.full();
    else this.#live = { tool: this.#tool, colour: this.#colour, width: this.#width, points: [this.#at(event)], text: "" };
    const canvas = this.#canvas;
    const ends = new AbortController();
    const { signal } = ends;
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener("pointermove", (moved) => (this.erasing ? this.#erase(moved) : this.#draw(moved)), { signal });
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => { ends.abort(); this.#up(); }, { signal });
    this.painted();
  }

  #draw(event) {
    if (!this.#live) return;
    const points = this.#live.points;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const moved of moves.length ? moves : [event]) {
      const point = this.#at(moved);
      if (this.#live.tool === "arrow") this.#live.points = [points[0].slice(0, 2), point.slice(0, 2)];
      else if (Math.hypot(point[0] - points.at(-1)[0], point[1] - points.at(-1)[1]) > CLOSE && !this.#full(points.length)) points.push(point);
    }
    this.painted();
  }

  #up() {
    const made = this.#live;
    this.#live = null;
    if (made && !(made.tool === "arrow" && made.points.length < 2)) this.#do([...this.strokes, made]);
  }

  #erase(event) {
    const hit = strokeAt(this.strokes, this.#at(event), ERASE, this.#canvas.width / this.#canvas.height);
    if (hit) this.#do(this.strokes.filter((stroke) => stroke !== hit));
  }

  #full(more = 0) {
    const points = this.strokes.reduce((sum, stroke) => sum + stroke.points.length, more);
    return this.strokes.length >= MOST_STROKES || points >= MOST_POINTS;
  }

  /** Words on the picture: a field where they will stand. */
  #write(place) {
    const field = make("input", { class: "draw-words", "aria-label": "Words on the picture", maxlength: "200" });
    const [picture, around] = [this.#canvas, this.#canvas.parentElement].map((each) => each.getBoundingClientRect());
    Object.assign(field.style, {
      left: `${picture.left - around.left + place[0] * picture.width}px`, top: `${picture.top - around.top + place[1] * picture.height}px`, color: this.#colour,
    });
    field.style.fontSize = `${textSize(picture.width)}px`;
    let over = false; // taking it away takes its focus, too
    const keep = () => {
      if (over) return;
      over = true;
      const text = field.value.trim();
      field.remove();
      if (text) this.#do([...this.strokes, { tool: "text", colour: this.#colour, width: this.#width, points: [place], text }]);
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") field.value = "";
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      keep();
    });
    field.addEventListener("blur", keep);
    this.#canvas.parentElement.querySelector(".draw-words")?.blur();
    this.#canvas.parentElement.append(field);
    field.focus();
  }

  #build() {
    const group = (label, ...all) => make("div", { role: "group", "aria-label": label }, ...all);
    this.tools = TOOLS.map(([tool, label]) => button(label, tool === "eraser" ? "e" : "", () => this.choose(tool), { "data-tool": tool, text: label }));
    this.colours = COLOURS.map(([colour, label]) => {
      const made = button(`Colour ${label}`, "", () => { this.#colour = colour; if (this.erasing) this.choose("pen"); this.#show(); }, { "data-colour": colour, class: "swatch" });
      made.style.setProperty("--swatch", colour);
      return made;
    });
    this.widths = WIDTHS.map(([width, label]) => button(`Line ${label}`, "", () => { this.#width = width; this.#show(); }, { "data-width": width, class: `line is-${label}` }));
    this.undoButton = button("Undo the last stroke", "Ctrl+z", () => this.undo(), { text: "Undo" });
    this.redoButton = button("Redo the stroke", "Alt+r", () => this.redo(), { text: "Redo" });
    const done = button("Stop drawing", "d", () => this.stop(), { text: "Done", class: "primary" });
    return make("div", { class: "draw-bar", role: "toolbar", "aria-label": "Drawing" },
      group("Tool", ...this.tools), group("Colour", ...this.colours), group("Line", ...this.widths), group("Strokes", this.undoButton, this.redoButton), done);
  }

  #show() {
    const press = (all, name, value) => all.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset[name] === String(value))));
    press(this.tools, "tool", this.#tool);
    press(this.colours, "colour", this.#colour);
    press(this.widths, "width", this.#width);
    this.undoButton.disabled = !this.#past.length;
    this.redoButton.disabled = !this.#future.length;
  }
}

function button(label, key, run, { text, ...given } = {}) {
  const made = make("button", { type: "button", "aria-label": label, title: label, "aria-keyshortcuts": key ? ariaKey(key) : null, ...given });
  if (text) made.append(make("span", { text }));
  if (key) made.append(keyCap(key));
  made.addEventListener("click", run);
  return made;
}
