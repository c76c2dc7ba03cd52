// Plays a take between its neighbours: the last two seconds before it, itself, the first two after it, without a gap.
import { fps, parseRate } from "./rate.js";

const SECONDS = 2;

/** The pieces around a film: { film, from, to, label, own }; frames of each film's own, both within. */
export function pieces(neighbours, film, name) {
  const around = ({ slate, take, url, fps: rate, offset = 0, frames }, end) => {
    const some = Math.min(frames, Math.round(SECONDS * fps(parseRate(rate)))); // of a take of more shots only this one's
    const from = end ? offset + frames - some : offset;
    const label = `${slate} T${String(take).padStart(3, "0")}`;
    return { film: { url, fps: rate, atLeast: offset + frames }, from, to: from + some - 1, label, own: false };
  };
  const made = [{ film, from: 0, to: film.frames - 1, label: name, own: true }];
  if (neighbours?.previous?.url) made.unshift(around(neighbours.previous, true));
  if (neighbours?.next?.url) made.push(around(neighbours.next, false));
  return made;
}

/** Plays pieces one after another; each is at its first frame before its turn comes. */
export class Run {
  #over = false;
  #done;

  constructor(shelf, list, told) {
    this.shelf = shelf;
    this.list = list;
    this.told = told; // { front(reel, piece), frame(piece, frame), end(early) }
    this.reels = [];
  }

  /** Resolves when it has ended or was stopped. */
  play() {
    const finished = new Promise((resolve) => (this.#done = resolve));
    this.#piece(0, null);
    return finished;
  }

  stop(early = true) {
    if (this.#over) return;
    this.#over = true;
    for (const reel of this.reels) {
      reel.pause();
      reel.onframe = reel.onended = null;
    }
    this.told.end(early);
    this.#done();
  }

  async #piece(index, before) {
    const piece = this.list[index];
    if (!piece) return this.stop(false);
    const reel = this.#reel(index);
    await reel.seek(piece.from);
    if (this.#over) return;
    if (reel.failed) return this.#piece(index + 1, before);
    this.told.front(reel, piece);
    this.told.frame(piece, piece.from);
    before?.pause();
    if (this.list[index + 1]) this.#reel(index + 1).seek(this.list[index + 1].from);
    this.#follow(reel, piece, index);
    reel.play(1);
  }

  #follow(reel, piece, index) {
    let leaving = false;
    const leave = () => {
      if (leaving || this.#over) return;
      leaving = true;
      reel.onframe = reel.onended = null;
      this.#piece(index + 1, reel);
    };
    reel.onended = leave;
    reel.onframe = (frame) => {
      this.told.frame(piece, Math.min(frame, piece.to));
      if (frame < piece.to) return;
      reel.pause();
      setTimeout(leave, 1000 / fps(reel.rate)); // the last frame has its time, too
    };
  }

  #reel(index) {
    const reel = this.shelf.get(this.list[index].film);
    if (!this.reels.includes(reel)) this.reels.push(reel);
    return reel;
  }
}
