// What the stage shows: the picture with its labels, a sentence where there is none, the bar and the buttons below.
import { Bar } from "./bar.js";
import { make } from "./build.js";
import { Controls } from "./controls.js";
import { faceOf, filmOf, paintFace, unplayable } from "./faces.js";
import { Gestures } from "./gestures.js";
import { Picture } from "./picture.js";
import { References } from "./references.js";
import { Zoom } from "./zoom.js";

const PERCEIVED_MS = 200; // nobody judges what flashed up: a key that is pressed twice isn't meant for the next picture

export class Display {
  #seen = null;
  #front = null; // the name of the take that is in front, perceived or not yet
  #seeing = 0;
  #stage;
  #strip;
  #marks = [];
  #listeners = new Set();

  constructor(stage, strip) {
    this.#stage = stage;
    this.picture = new Picture();
    this.element = make("div", { class: "stage" }, this.picture.frame, this.picture.said);
    this.#strip = strip ?? this.element.appendChild(make("div", { id: "strip" }));
    this.references = new References(this.picture.frame);
    this.zoom = new Zoom(this.picture, (scale) => this.picture.showScale(scale));
    this.picture.whole.addEventListener("click", () => this.zoom.reset());
    this.gestures = new Gestures(this.picture.frame, this.zoom, {
      toggle: () => stage.act.toggle(),
      frame: () => stage.frame,
      frames: () => stage.frames,
      scrub: (by, from) => stage.seek(from + by),
    });
  }

  /** The take whose picture, or whose sentence, is on the screen, and has been for long enough to be perceived. */
  get seen() { return this.#seen; }
  set seen(take) {
    if (take && take.name === this.#front) {
      if (this.#seen) this.#seen = take; // read again
      return;
    }
    clearTimeout(this.#seeing);
    this.#seen = null;
    this.#front = take?.name ?? null;
    delete this.element.dataset.seen;
    if (!take) return;
    this.#seeing = setTimeout(() => {
      this.#seen = take;
      this.element.dataset.seen = take.name;
    }, PERCEIVED_MS);
  }

  /** The bar and the buttons; they need what the buttons do. */
  build(act) {
    const stage = this.#stage;
    this.bar = new Bar(make("div"), { seek: (frame) => stage.seek(frame), shotAt: (frame) => stage.shotAt(frame) });
    this.controls = new Controls(make("div"), act);
    this.parts = [this.bar.track.parentElement, this.controls.place];
  }

  show(root) {
    if (!this.element.isConnected || root.childElementCount > 1) root.replaceChildren(this.element);
    this.element.hidden = false;
    if (!this.parts[0].isConnected) this.#strip.replaceChildren(...this.parts);
    for (const part of this.parts) part.hidden = false;
  }

  hide() {
    this.seen = null;
    this.zoom.reset();
    this.element.hidden = true;
    for (const part of this.parts) part.hidden = true;
  }

  destroy() {
    this.gestures.destroy();
    this.bar.watch.disconnect();
  }

  /** Calls with each frame that is presented; returns how to stop that. */
  onFrame(listen) {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  setMarks(marks) {
    this.#marks = marks;
    this.bar.setMarks(marks);
  }

  /** A take has come to the front, or what is known of it has changed. */
  refresh(anew) {
    const { view, take, transport } = this.#stage;
    const reel = transport.leader;
    const face = reel?.failed ? unplayable(take, filmOf(view, take), reel.failed) : faceOf(view, take);
    paintFace(this.picture.face, face);
    this.element.toggleAttribute("data-faced", Boolean(face));
    for (const part of this.parts) part.inert = Boolean(face);
    this.references.load(view, take);
    this.seen = reel || face ? take : null;
    if (!reel || face) return this.picture.label(take?.name ?? view.slate, null, null, 0, null);
    this.bar.load(take, reel.rate, reel.frames, this.#stage.first);
    this.bar.setRange(transport.range);
    this.bar.setMarks(anew ? [] : this.#marks);
    this.controls.setFilm(reel.frames, this.#stage.first, reel.rate);
    this.compare();
    this.frame(this.#stage.frame);
    this.state();
  }

  frame(frame) {
    const { take, transport, first } = this.#stage;
    const reel = transport.leader;
    if (!reel || reel.failed) return;
    this.picture.label(take?.name ?? "", this.#stage.shotAt(frame), frame, first, reel.rate);
    this.#nameOther();
    this.bar.setFrame(frame);
    if (this.controls.rate) this.controls.setFrame(frame);
    for (const listen of this.#listeners) listen(frame);
  }

  state() {
    const { paused, muted } = this.#stage;
    const { shuttle, speed, loop, range } = this.#stage.transport;
    this.element.dataset.state = paused ? "paused" : "playing";
    this.controls.setState({ paused, shuttle, speed, loop, range, muted });
  }

  compare() {
    const { mixer, mode, chosen } = this.#stage;
    mixer.show();
    this.#nameOther();
    this.controls.setCompare({ mode, others: this.#stage.others(), chosen: mode === "off" ? null : chosen });
  }

  sound() {
    const { muted, transport } = this.#stage;
    for (const video of this.picture.box.querySelectorAll("video")) video.muted = muted || video !== transport.leader?.video;
  }

  #nameOther() {
    const { transport, mixer, frame, first } = this.#stage;
    this.picture.otherName.textContent = transport.leader ? mixer.title(transport.leader, frame, first) : "";
  }
}
