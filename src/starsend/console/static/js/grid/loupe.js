// The loupe: a cell full screen at its true pixel size, or the box on the whole sheet; a dialog, so that other keys rest.
import { ariaKey, keyCap } from "../keys.js";
import { make } from "../stage/build.js";
import { boxWords, fitted, grown, moved, sameBox, sizeOf, tooSmall } from "./box.js";
import { bindLoupe } from "./keymap.js";
import { follow } from "./pointer.js";
import { Table } from "./table.js";
import { usd } from "../usd.js";

const KEPT = "starsend.loupe.fit";

export class Loupe {
  mode = "cell";
  cell = 1; // counted from 1
  box = null; // kept while the loupe is shut, too

  /** desk: what the loupe works for: { take, aspect, wanted, present, give, giveAway, finish, offer, closed } */
  constructor(root, desk) {
    this.desk = desk;
    this.#build(root);
    this.table = new Table(this.view, () => this.#paint());
    this.table.load(desk.take.media, desk.take.cells);
    this.stop = [
      follow(this.view, this.table, {
        box: () => (this.mode === "box" ? this.box : null),
        setBox: (box) => this.setBox(box),
        aspect: () => this.desk.aspect,
        swipe: (by) => this.step(by),
        drag: (on) => this.view.toggleAttribute("data-drag", on),
      }),
      bindLoupe(this),
    ];
  }

  get isOpen() { return this.dialog.open; }
  get cells() { return this.desk.take.cells; }

  /** Shows a cell alone. */
  showCell(number) {
    if (!this.cells[number - 1]) return false;
    Object.assign(this, { mode: "cell", cell: number });
    this.#open();
    this.table.show(this.cells[number - 1], { fit: this.#wantsFit() });
    this.say("");
    this.desk.offer(number).then((offer) => this.#offer(number, offer));
    return true;
  }

  /** Shows the whole sheet with the box: the one from before, else the cell's. */
  showBox() {
    this.mode = "box";
    const cell = this.cells[this.cell - 1] ?? [0, 0, ...this.table.size];
    this.box ??= fitted(cell, this.desk.aspect);
    this.#open();
    this.table.show(null, { fit: true });
    this.say("");
  }

  setBox(box) {
    if (this.box && sameBox(box, this.box)) return;
    this.box = box;
    this.#paint();
  }

  nudge(dx, dy) { this.setBox(moved(this.box, dx, dy, this.table.size)); }
  grow(by) { this.setBox(grown(this.box, by, this.desk.aspect, this.table.size)); }
  /** Lays the box on a cell. */
  onCell(number) {
    const cell = this.cells[number - 1];
    if (!cell) return false;
    this.cell = number;
    this.setBox(fitted(cell, this.desk.aspect));
    return true;
  }

  step(by) {
    const count = this.cells.length;
    if (count) this.showCell(((this.cell - 1 + by + count) % count) + 1);
  }

  /** Between true pixels and the whole of it. */
  turnScale() {
    if (this.mode === "cell") {
      const fit = this.table.true || !this.table.fit;
      localStorage.setItem(KEPT, fit ? "1" : "0");
      this.table.show(this.cells[this.cell - 1], { fit });
    } else if (this.table.true) this.table.show(null, { fit: true });
    else this.table.setScale(1 / devicePixelRatio);
  }

  fit() { this.table.show(this.table.window, { fit: true }); }

  /** What is chosen now: a cell or a box, and in words. */
  get choice() {
    return this.mode === "box" ? { box: this.box, words: `box ${boxWords(this.box)}` } : { cell: this.cell, words: `cell ${this.cell}` };
  }

  take() { return this.desk.give(this.choice, null); }
  giveAway() { return this.desk.giveAway(this.choice); }
  finish() { return this.mode === "cell" && !this.acts.finish.hidden ? this.desk.finish(this.cell) : false; }

  /** The present frame in the place of the cell, while a key is held. */
  holdPresent(on) {
    const { url } = this.desk.present ?? {};
    if (on && url) this.present.src = url;
    this.present.hidden = !(on && url);
    this.acts.present.setAttribute("aria-pressed", String(!this.present.hidden));
    if (on && !url) this.say("There is no start frame yet.");
  }

  /** One step back: from the box to the cell, from the cell to the sheet. */
  back() {
    if (this.mode === "box" && this.fromCell) return void this.showCell(this.cell);
    this.close();
  }

  close() { if (this.dialog.open) this.dialog.close(); }

  say(text, { bad = false, remedy = "" } = {}) {
    this.said.replaceChildren(...(text ? [make("span", { text }), remedy && make("span", { class: "remedy", text: ` ${remedy}` })] : []).filter(Boolean));
    this.said.toggleAttribute("data-bad", bad);
  }

  setBusy(on) {
    this.dialog.toggleAttribute("data-busy", on);
    this.acts.take.disabled = on;
  }

  /** The desk's take, aspect or present frame changed; what is shown and the box stay. */
  renew() { if (this.isOpen) this.#paint(); }

  destroy() {
    this.stop.forEach((stop) => stop());
    this.table.destroy();
    this.close();
    this.dialog.remove();
  }

  #open() {
    this.fromCell = this.mode === "cell" || (this.isOpen && this.fromCell);
    this.dialog.dataset.mode = this.mode;
    if (!this.dialog.open) this.dialog.showModal();
    this.view.focus({ preventScroll: true });
  }

  #wantsFit() {
    const kept = localStorage.getItem(KEPT);
    return kept === null ? matchMedia("(pointer: coarse)").matches : kept === "1";
  }

  #offer(number, offer) {
    if (this.mode !== "cell" || this.cell !== number) return;
    const { finish } = this.acts;
    finish.hidden = !offer?.offered;
    if (!offer?.offered) return;
    const sum = Number(offer.estimate_usd) ? `Finish ${usd(offer.estimate_usd)}` : "Finish, free";
    finish.firstChild.textContent = offer.made_before ? "Use the finished frame" : sum;
  }

  #paint() {
    if (!this.isOpen) return;
    const boxed = this.mode === "box";
    const part = boxed ? this.box : this.cells[this.cell - 1];
    const [width, height] = sizeOf(part);
    this.title.textContent = boxed ? `${this.desk.take.name}, a box of the sheet` : `${this.desk.take.name}, cell ${this.cell} of ${this.cells.length}`;
    this.size.textContent = `${width}×${height} px${boxed ? `, ${boxWords(part)}` : ""} · ${this.table.words}`;
    this.warning.textContent = tooSmall([width, height], this.desk.wanted);
    this.frame.hidden = !boxed;
    if (boxed) {
      for (const [name, value] of Object.entries(this.table.toView(part))) this.frame.style[name] = `${value}px`;
      this.frame.dataset.box = part.join(",");
    }
    this.view.setAttribute("aria-label", boxed ? `Box ${boxWords(part)}. Arrows move it, brackets resize it.` : `${this.title.textContent}, ${this.size.textContent}`);
    this.view.toggleAttribute("data-pans", this.table.overflows && !boxed);
    this.acts.scale.firstChild.textContent = this.table.true ? "Fit" : "1:1";
    for (const [name, act] of Object.entries(this.acts)) {
      const only = act.dataset.only;
      if (name !== "finish") act.hidden = Boolean(only) && only !== this.mode;
      else if (boxed) act.hidden = true;
    }
    this.acts.take.firstChild.textContent = boxed ? "Crop this box" : "Take it";
    this.acts.away.lastChild.textContent = boxed ? "Shift 0" : `Shift ${this.cell}`;
  }

  #build(root) {
    this.title = make("h2", { id: "loupe-title" });
    this.size = make("p", { class: "loupe-size num" });
    this.warning = make("p", { class: "loupe-warning" });
    this.said = make("p", { class: "loupe-said", role: "status" });
    this.frame = make("div", { class: "loupe-box", "aria-hidden": "true" }, ...["nw", "ne", "sw", "se"].map((corner) => make("i", { class: corner })));
    this.present = make("img", { class: "loupe-present", alt: "The present start frame", hidden: true });
    this.view = make("div", { class: "loupe-view", tabindex: "0", role: "group" }, this.frame, this.present);
    const act = (label, key, run, only, name) => {
      const made = make("button", { type: "button", class: name, "aria-keyshortcuts": ariaKey(key), "data-only": only }, make("span", { text: label }), keyCap(key));
      made.addEventListener("click", (event) => {
        run();
        if (event.detail && this.isOpen && !document.querySelector("dialog.chooser[open], dialog.price[open]")) this.view.focus({ preventScroll: true });
      });
      return made;
    };
    this.acts = {
      previous: act("‹", "ArrowLeft", () => this.step(-1), "cell", "turn"),
      next: act("›", "ArrowRight", () => this.step(1), "cell", "turn"),
      scale: act("Fit", "z", () => this.turnScale(), null, "scale"),
      smaller: act("Smaller", "[", () => this.grow(-16), "box", "size"),
      larger: act("Larger", "]", () => this.grow(16), "box", "size"),
      present: act("Start frame", "f", () => this.holdPresent(this.present.hidden), null, "present"),
      box: act("Draw a box", "b", () => this.showBox(), "cell"),
      away: act("Other shot", "Shift+1", () => this.giveAway()),
      finish: act("Finish", "Shift+f", () => this.finish(), "cell", "finish"),
      take: act("Take it", "Enter", () => this.take(), null, "primary"),
    };
    for (const [name, label] of [["previous", "Previous cell"], ["next", "Next cell"]]) this.acts[name].setAttribute("aria-label", label);
    this.acts.finish.hidden = true;
    const shut = act("Close", "Escape", () => this.close(), null, "loupe-close");
    const head = make("header", {}, this.title, this.size, this.warning, shut);
    const foot = make("footer", {}, this.said, make("div", { class: "loupe-acts", role: "group", "aria-label": "What to do with it" }, ...Object.values(this.acts)));
    this.dialog = make("dialog", { class: "loupe", "aria-labelledby": "loupe-title" }, head, this.view, foot);
    this.dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.back(); });
    this.dialog.addEventListener("close", () => { this.holdPresent(false); this.desk.closed(this.cell); });
    root.append(this.dialog);
  }
}
