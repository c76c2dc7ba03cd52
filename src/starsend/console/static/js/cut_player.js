// Plays the cut by the frames that are presented: one whole frame of the cut at a time, slates among the films.
import { Cut } from "./cut_pieces.js";
import { playBack } from "./stage/backwards.js";
import { Picture } from "./stage/picture.js";
import { clamp, fps } from "./stage/rate.js";
import { Run, inTime } from "./stage/run.js";
import { Shelf } from "./stage/shelf.js";

const SHUTTLE = [1, 2, 4, 8];

export class CutPlayer {
  frame = 0; // of the cut
  shuttle = 0; // 0 rests, 1 2 4 8 plays, -1 … -8 backwards
  muted = true;
  #run = null;
  #reel = null; // in front; null where a slate is
  #turn = 0; // what an older turn awaited is no longer wanted
  #seeking = false;
  #item = null;

  /**
   * @param {HTMLElement} place the picture goes first in it
   * @param {{frame, item, slate, state, fault}} told frame(n), item(item), slate(item or null, why), state(), fault(item, reason)
   */
  constructor(place, told) {
    this.told = told;
    this.picture = new Picture();
    this.picture.handle.hidden = true; // nothing is compared
    place.prepend(this.picture.frame);
    this.shelf = new Shelf(this.picture.box);
    this.shelf.keep(() => [this.#reel, ...(this.#run?.reels ?? [])]);
  }

  get item() { return this.#item; }
  get index() { return this.cut.items.indexOf(this.#item); }
  get playing() { return this.shuttle !== 0; }

  use(view) {
    this.#rest();
    this.#item = null;
    this.cut = new Cut(view);
    this.frame = clamp(this.frame, 0, this.cut.last);
  }

  /** Shows a frame of the cut, and goes on from there if it plays. */
  async seek(frame) {
    const going = this.shuttle;
    const turn = this.#rest();
    this.shuttle = going;
    await this.#show(frame, turn);
    if (turn === this.#turn && going) this.#go(going);
  }

  /** Steps by frames; a held key waits for each frame to be presented. */
  step(by, held = false) {
    if (held && this.#seeking) return undefined;
    this.#stop();
    return this.seek(this.frame + by);
  }

  toItem(index) {
    return this.seek(this.cut.items[clamp(index, 0, this.cut.items.length - 1)].at);
  }

  play() {
    if (this.shuttle === 1) return;
    const from = this.frame >= this.cut.last ? 0 : this.frame;
    this.#rest();
    this.frame = from;
    this.#go(1);
  }

  /** Rests on the frame that is seen. */
  pause() {
    if (!this.playing) return undefined;
    this.#stop();
    return this.seek(this.frame);
  }

  toggle() { return this.playing ? this.pause() : this.play(); }

  /** L and J: each tap in the direction that it goes doubles it; a tap against it turns it round. */
  shuttleBy(direction) {
    const going = Math.sign(this.shuttle) === direction ? Math.abs(this.shuttle) : 0;
    const next = direction * SHUTTLE[Math.min(SHUTTLE.indexOf(going) + 1, SHUTTLE.length - 1)];
    if (this.#run && next > 0) {
      this.shuttle = next;
      this.#run.setSpeed(next);
      this.told.state();
      return;
    }
    this.#rest();
    this.#go(next);
  }

  setMuted(muted) {
    this.muted = muted;
    for (const video of this.picture.box.querySelectorAll("video")) video.muted = muted || video !== this.#reel?.video;
  }

  #stop() {
    this.#rest();
    this.told.state();
  }

  #rest() {
    this.shuttle = 0;
    const run = this.#run;
    this.#run = null;
    run?.stop();
    return (this.#turn += 1);
  }

  #go(shuttle) {
    const turn = (this.#turn += 1);
    this.shuttle = shuttle;
    this.told.state();
    if (shuttle < 0) this.#backwards(turn);
    else this.#forwards(turn);
  }

  #forwards(turn) {
    const { index, frame } = this.cut.place(this.frame);
    this.#run = new Run(this.shelf, this.cut.pieces, {
      front: (reel, piece) => (reel ? this.#front(reel) : this.#slate(piece.items[0])),
      paint: (picture) => this.picture.pair([picture]),
      frame: (piece, own) => this.#tell(this.cut.frameOf(piece, own)),
      fault: (piece, reason) => this.told.fault(piece.items[0], reason),
      end: (early) => early || this.#ended(turn),
    }, this.shuttle);
    this.#run.play(index, frame);
  }

  #ended(turn) {
    if (turn !== this.#turn) return;
    this.#stop();
    this.seek(this.cut.last);
  }

  #backwards(turn) {
    playBack({
      from: this.frame,
      first: 0,
      pace: (fps(this.cut.rate) * -this.shuttle) / 1000,
      going: () => turn === this.#turn,
      ended: () => this.#stop(),
      seek: (frame) => this.#show(frame, turn),
    });
  }

  /** Shows a frame of the cut at rest. What is seen stays until the film that has it presents it. */
  async #show(wanted, turn) {
    this.frame = clamp(wanted, 0, this.cut.last);
    const { piece, index, frame } = this.cut.place(this.frame);
    const item = this.cut.items[this.cut.indexAt(this.frame)];
    if (piece.film) {
      const reel = this.shelf.get(piece.film);
      this.#seeking = true;
      const landed = await inTime(reel.seek(frame, { force: "held" in this.picture.box.dataset }));
      if (turn !== this.#turn) return;
      this.#seeking = false;
      if (landed && !reel.failed) this.#front(reel);
      else this.#slate(item, `${item.take} can't be shown by this browser: ${reel.failed ?? "it doesn't come"}`);
    } else {
      this.#seeking = false;
      this.#slate(item);
    }
    this.picture.release();
    this.#tell(this.frame);
    this.#ready(index + 1);
  }

  #front(reel) {
    this.#reel = reel;
    this.picture.front(reel);
    this.setMuted(this.muted);
    this.told.slate(null);
  }

  #slate(item, why = item.why) {
    this.#reel = null;
    this.setMuted(this.muted);
    this.told.slate(item, why);
  }

  /** The film after this one waits on its first frame. */
  #ready(index) {
    const next = this.cut.pieces[index];
    const reel = next?.film && this.shelf.get(next.film);
    if (reel && reel !== this.#reel) reel.seek(next.from);
  }

  #tell(frame) {
    this.frame = frame;
    const item = this.cut.items[this.cut.indexAt(frame)];
    const own = this.cut.place(frame);
    if (own.piece.film && this.#reel) this.picture.label(item.take, { id: item.shot }, own.frame, this.cut.first, this.#reel.rate);
    else this.picture.label("", null, null, 0, null);
    const changed = item !== this.#item;
    this.#item = item;
    if (changed) this.told.item(item);
    this.told.frame(frame);
  }
}
