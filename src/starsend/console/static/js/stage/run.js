// Plays pieces of films, and slates, one after another. What is seen is painted over the films, from the very frames that
// they present: a film that runs past the end of its piece, as on a late machine it may, is not seen there.
import { fps } from "./rate.js";

const LATE_MS = 8000; // a film that doesn't come in this time is said, and passed over
const HIDDEN_MS = 250; // a hidden page paints nothing
const AHEAD = 4; // pieces among which the next film is looked for

export class Run {
  #over = false;
  #index = -1;
  #held = []; // the reel that plays, and the one at the ready
  #timer = 0;
  #covered = false;
  #done;

  /**
   * @param {Shelf} shelf where the reels are
   * @param {object[]} list pieces: { film, from, to }, frames of the film's own, both within; { film: null, rate, from, to } is a slate
   * @param {object} told { front(reel or null, piece), paint(picture), frame(piece, frame), fault(piece, reason), end(early) }
   */
  constructor(shelf, list, told, speed = 1) {
    Object.assign(this, { shelf, list, told, speed });
  }

  /** Those that must stay on the shelf. */
  get reels() { return this.#held; }

  /** Resolves when it has ended or was stopped. */
  play(index = 0, frame = this.list[index]?.from) {
    const finished = new Promise((resolve) => (this.#done = resolve));
    this.#enter(index, frame);
    return finished;
  }

  setSpeed(speed) {
    this.speed = speed;
    const playing = this.list[this.#index]?.film ? this.#held[0] : null;
    if (playing) playing.video.playbackRate = speed;
  }

  stop(early = true) {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    for (const reel of this.#held) {
      reel.pause();
      reel.onframe = reel.onended = null;
    }
    this.told.end(early);
    this.#done();
  }

  #enter(index, frame = this.list[index]?.from) {
    if (this.#over) return undefined;
    const piece = this.list[index];
    if (!piece) return this.#end();
    this.#index = index;
    return piece.film ? this.#film(index, piece, frame) : this.#slate(index, piece, frame);
  }

  /** A film that ran past its piece is brought back first: it shows through for a moment as it is uncovered. */
  async #end() {
    const last = this.list[this.#index];
    if (last?.film && !this.#held[0].failed) await inTime(this.#held[0].seek(last.to));
    this.stop(false);
  }

  async #film(index, piece, frame) {
    const reel = this.shelf.get(piece.film);
    this.#held = [reel];
    const landed = await inTime(reel.seek(frame));
    if (this.#over) return;
    if (reel.failed || !landed) {
      this.told.fault?.(piece, reel.failed ?? "it doesn't come");
      this.#enter(index + 1);
      return;
    }
    this.told.front(reel, piece);
    if (!this.#show(reel, piece)) this.told.frame(piece, frame);
    if (!this.#covered) await composed(); // else a film that moves may be on the screen before what is painted over it
    if (this.#over) return;
    this.#covered = true;
    this.#ready(index + 1);
    this.#follow(reel, piece, index);
    reel.play(this.speed);
  }

  #follow(reel, piece, index) {
    const leave = () => {
      clearTimeout(this.#timer);
      reel.onframe = reel.onended = null;
      reel.pause();
      this.#enter(index + 1);
    };
    reel.onended = leave;
    reel.onframe = (frame) => {
      this.#show(reel, piece);
      if (frame > piece.to) return leave();
      if (frame < piece.to) return undefined;
      reel.pause();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(leave, 1000 / (fps(reel.rate) * this.speed)); // the last frame has its time, too
      return undefined;
    };
  }

  /** Paints and tells the frame that a film shows, where it belongs to the piece. */
  #show(reel, piece) {
    const shown = reel.picture();
    const belongs = shown !== null && shown.frame >= piece.from && shown.frame <= piece.to;
    if (belongs) {
      this.told.paint(shown.picture, reel);
      this.told.frame(piece, shown.frame);
    }
    shown?.close();
    return belongs;
  }

  #slate(index, piece, frame) {
    this.told.front(null, piece);
    this.told.frame(piece, frame);
    this.#held = [];
    this.#ready(index + 1);
    const pace = fps(piece.rate) / 1000;
    let [spent, last, told] = [0, performance.now(), frame];
    const tick = (now) => {
      if (this.#over) return;
      spent += Math.max(0, now - last) * pace * this.speed;
      last = Math.max(last, now);
      const at = frame + Math.floor(spent);
      if (at > piece.to) return void this.#enter(index + 1);
      if (at !== told) this.told.frame(piece, (told = at));
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Holds the next film at the ready, on the first frame of its piece. */
  #ready(index) {
    const next = this.list.slice(index, index + AHEAD).find((piece) => piece.film);
    const reel = next && this.shelf.get(next.film);
    if (!reel || this.#held.includes(reel)) return;
    this.#held.push(reel);
    reel.seek(next.from);
  }
}

/** Whether a film's seek landed, or took too long. */
export function inTime(landing) {
  let timer = 0;
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve(false), LATE_MS)));
  return Promise.race([landing.then(() => true), late]).finally(() => clearTimeout(timer));
}

/** Resolves when what was painted is on the screen; soon after, too, where the page is hidden. */
export function composed() {
  return new Promise((resolve) => {
    setTimeout(resolve, HIDDEN_MS);
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  });
}
