// The player: one for every film. mountStage(root) → stage; see `Stage` for what others may call.
import { actions } from "./actions.js";
import { Compare } from "./compare.js";
import { pieces } from "./continuity.js";
import { Display } from "./display.js";
import { filmOf } from "./faces.js";
import { bindStage } from "./keymap.js";
import { clamp } from "./rate.js";
import { rivals } from "./rivals.js";
import { Run } from "./run.js";
import { Shelf } from "./shelf.js";
import { Transport } from "./transport.js";

const KEPT = { loop: "starsend.loop", muted: "starsend.muted" };
const BLENDED = new Set(["overlay", "difference"]);

export const mountStage = (root, options) => new Stage(root, options);

class Stage {
  view = null;
  take = null;
  shown = false;
  before = null; // the number of the take that was on before, for the backtick
  chosen = null; // whom it compares with: an id of `others`
  muted = localStorage.getItem(KEPT.muted) === "1";
  coming = null; // resolves when the film that was asked for is in front; null where none is awaited
  /** Digits and the backtick ask for a take here; a page that keeps the choice elsewhere puts its own function. */
  chooseTake = (number) => this.load(this.view, number);
  #run = null;
  #loading = 0;

  constructor(root, { strip = document.getElementById("strip") } = {}) {
    this.root = root;
    this.display = new Display(this, strip);
    const { picture } = this;
    this.shelf = new Shelf(picture.box);
    this.mixer = new Compare(picture.box, picture.handle);
    this.transport = new Transport({
      frame: (frame) => this.display.frame(frame),
      state: () => this.display.state(),
      hold: (reels, far) => (far || BLENDED.has(this.mode)) && picture.hold(reels), // one step of two films is over sooner
      pair: (pictures) => picture.pair(pictures),
      release: () => picture.release(),
    });
    this.transport.loop = localStorage.getItem(KEPT.loop) === "1";
    this.shelf.keep(() => [this.transport.leader, this.mixer.reel, ...(this.#run?.reels ?? [])]);
    this.act = actions(this);
    this.display.build(this.act);
    this.unbind = bindStage(this, this.act);
    this.show();
  }

  get picture() { return this.display.picture; }
  get element() { return this.display.element; }
  get zoom() { return this.display.zoom; }
  get frame() { return this.transport.frame; }
  get paused() { return this.transport.paused && !this.#run; }
  get speed() { return this.transport.speed; }
  get mode() { return this.mixer.on ? this.mixer.mode : "off"; }
  get first() { return this.view?.first_frame ?? 0; }
  get frames() { return this.transport.leader?.frames ?? 0; }
  get inContext() { return this.#run !== null; }

  /** Whether this very take's picture is on the screen, or the sentence in its place: only what was seen can be judged. */
  shows(slate, take) {
    const { seen } = this.display;
    return this.shown && this.view?.slate === slate && this.take?.take === take && seen?.take === take;
  }

  /** Shows a take; of the same slate in place, on the same frame and playing on, without a black frame. */
  async load(view, number, { frame, play } = {}) {
    const same = this.view?.slate === view.slate;
    const take = view.takes.find((one) => one.take === number) ?? null;
    const film = filmOf(view, take);
    const unchanged = same && film && this.transport.leader?.url === film.url && this.take?.take === number;
    if (same && this.take && this.take.take !== number) this.before = this.take.take;
    if (!same) this.before = this.chosen = null;
    if (!same) this.zoom.reset();
    Object.assign(this, { view, take });
    this.show();
    this.stopContext();
    if (unchanged) {
      this.display.refresh(false);
      if (frame !== undefined && frame !== this.frame) await this.transport.seek(frame);
    } else {
      await this.#put(film, same, frame);
    }
    if (this.take !== take || this.view !== view) return;
    if (film && play === true) this.play();
    if (play === false) this.pause();
  }

  play() { this.stopContext(); return this.transport.play(); }
  pause() { this.stopContext(); return this.transport.pause(); }
  toggle() { return this.#run ? this.pause() : this.transport.toggle(); }
  seek(frame) { this.stopContext(); return this.transport.seek(frame); }
  step(by, held) { this.stopContext(); return this.transport.step(by, held); }

  /** The shot that a frame is of, as the take was cut; or null. */
  shotAt(frame) {
    return this.take?.shots?.find((shot) => frame >= shot.start && frame < shot.end) ?? null;
  }

  /** Loops from one frame to another, both within; nulls clear it. */
  setRange(from, to) {
    const last = this.transport.leader?.last ?? 0;
    const ends = [clamp(from ?? 0, 0, last), clamp(to ?? last, 0, last)];
    this.transport.range = from === null && to === null ? null : { from: Math.min(...ends), to: Math.max(...ends) };
    this.display.bar.setRange(this.transport.range);
    this.display.state();
  }

  /** Compares in a mode: off, side, wipe, overlay, difference; with one of `others`, or the likeliest. */
  async compare(mode, id = null) {
    const others = this.others();
    const wanted = [id, this.chosen, `take-${this.before}`].map((one) => others.find((other) => other.id === one)).find(Boolean);
    const other = wanted ?? others[0];
    if (mode !== "off" && !other) this.picture.say("There is nothing to compare this take with.");
    const reel = mode === "off" || !other ? null : this.shelf.get(other.film);
    this.chosen = other?.id ?? null;
    this.mixer.set(mode, reel && { ...other.film, offset: other.offset, name: other.name, shows: other.shows }, reel);
    if (this.transport.leader) await this.transport.follow(this.mixer.followers(this.transport.leader));
    this.picture.front(this.transport.leader, this.mixer.reel);
    this.display.compare();
  }

  /** What this take can be compared with: { id, name, film, offset, shows }. */
  others() { return rivals(this.view, this.take); }

  /** Takes over the <video> that came with the page: its film goes on loading. */
  adopt(video) { this.shelf.adopt(video); }

  /** Gets a film ready, so that it plays at once when it is loaded. A url, or { url, fps, frames }. */
  preload(film) {
    const wanted = typeof film === "string" ? { url: film } : film;
    if (wanted?.url) this.shelf.get(wanted).seek(0);
  }

  /** A canvas over the picture, in the film's own pixels; it takes no clicks before its style says so. */
  canvas() { return this.picture.canvas; }

  /** Calls with each frame that is presented; returns how to stop that. */
  onFrame(listen) { return this.display.onFrame(listen); }

  /** Dots on the bar: { id, frame, end_frame, label, colour }. */
  setMarks(marks) { this.display.setMarks(marks); }

  /** Plays the neighbours' ends around this take; again, or any other key of the player, stops it. */
  async context() {
    const film = filmOf(this.view, this.take);
    if (this.#run || !film || !this.transport.leader) return this.stopContext();
    await this.transport.pause();
    let at = this.frame;
    this.#run = new Run(this.shelf, pieces(this.view.neighbours, { ...film, frames: this.frames }, this.take.name), {
      front: (reel, piece) => {
        this.picture.front(reel);
        this.picture.label(piece.label, null, null, 0, reel.rate);
      },
      paint: (picture) => this.picture.pair([picture]),
      frame: (piece, frame) => piece.own && this.display.frame((at = frame)),
      end: (stopped) => this.#return(stopped ? at : this.frame),
    });
    this.element.dataset.context = "";
    this.display.state();
    await this.#run.play();
  }

  stopContext() { this.#run?.stop(); }

  show() {
    this.shown = true;
    this.display.show(this.root);
  }

  /** Makes room, for a grid in the same place. */
  hide() {
    this.stopContext();
    this.transport.pause();
    this.shown = false;
    this.display.hide();
  }

  destroy() {
    this.hide();
    this.unbind();
    this.transport.stop();
    this.shelf.clear();
    this.display.destroy();
  }

  setMuted(muted) {
    this.muted = muted;
    localStorage.setItem(KEPT.muted, muted ? "1" : "0");
    this.display.sound();
    this.display.state();
  }

  setLoop(loop) {
    this.transport.loop = loop;
    localStorage.setItem(KEPT.loop, loop ? "1" : "0");
    this.display.state();
  }

  async #put(film, same, frame) {
    const turn = (this.#loading += 1);
    this.display.seen = this.coming = null;
    if (!same || !film) {
      this.transport.stop();
      this.transport.range = null;
      this.mixer.set("off", null, null);
    }
    if (!film) {
      this.picture.front(null);
      return this.display.refresh(true);
    }
    const reel = this.shelf.get(film);
    if (this.mixer.reel === reel) this.#turnRound();
    const at = frame ?? (same ? this.frame : 0);
    reel.onfailed = () => turn === this.#loading && this.display.refresh(false);
    const coming = this.transport.lead(reel, this.mixer.followers(reel), at, () => {
      this.picture.front(reel, this.mixer.reel);
      this.display.sound();
      this.display.refresh(true);
    });
    this.coming = coming;
    await coming;
    if (this.coming === coming) this.coming = null;
  }

  /** The take that was compared with comes to the front: the one that was there takes its place. */
  #turnRound() {
    const back = this.others().find((one) => one.id === `take-${this.before}`);
    this.chosen = back?.id ?? null;
    this.mixer.set(back ? this.mixer.mode : "off", back && { ...back.film, offset: 0, name: back.name }, back && this.shelf.get(back.film));
  }

  #return(frame) {
    this.#run = null;
    delete this.element.dataset.context;
    const reel = this.transport.leader;
    if (reel) this.transport.lead(reel, this.mixer.followers(reel), frame, () => this.picture.front(reel, this.mixer.reel));
    this.display.state();
  }
}
