// The cut in whole frames: its items as pieces of films to be played, and where each of its frames is in them.
import { across, clamp, parseRate } from "./stage/rate.js";

export class Cut {
  constructor({ items, fps, first_frame: first }) {
    this.items = items;
    this.rate = parseRate(fps);
    this.first = first;
    this.frames = items.reduce((sum, item) => sum + item.length, 0);
    this.pieces = [];
    for (const item of items) this.#add(item);
  }

  get last() { return this.frames - 1; }

  /** The number of the item that a frame of the cut is of. */
  indexAt(frame) {
    const after = this.items.findIndex((item) => item.at > frame);
    return (after < 0 ? this.items.length : after) - 1;
  }

  /** Where a frame of the cut is: { index, piece, frame }, the piece's number and the frame of its film. */
  place(frame) {
    const item = this.items[this.indexAt(frame)];
    const index = this.pieces.findIndex((piece) => piece.items.includes(item));
    const within = frame - item.at;
    if (!item.url) return { index, piece: this.pieces[index], frame: within };
    const own = item.start + across(within, this.rate, parseRate(item.fps));
    return { index, piece: this.pieces[index], frame: clamp(own, item.start, item.end - 1) };
  }

  /** The frame of the cut that a frame of a piece's film is. */
  frameOf(piece, own) {
    if (!piece.film) return piece.items[0].at + own;
    const item = piece.items.findLast((each) => each.start <= own) ?? piece.items[0];
    return item.at + clamp(across(own - item.start, parseRate(item.fps), this.rate), 0, item.length - 1);
  }

  /** An item; one that goes on in the film where the last one ended is no cut at all. */
  #add(item) {
    const before = this.pieces.at(-1);
    if (!item.url) {
      this.pieces.push({ film: null, rate: this.rate, from: 0, to: item.length - 1, items: [item] });
    } else if (before?.film && before.items.at(-1).url === item.url && item.start === before.to + 1) {
      before.items.push(item);
      before.to = item.end - 1;
    } else {
      const again = before?.film?.url === item.url ? "#again" : ""; // one film can't be ready at another of its places
      const film = { url: item.url + again, fps: item.fps, frames: item.file_frames, atLeast: item.end };
      this.pieces.push({ film, from: item.start, to: item.end - 1, items: [item] });
    }
  }
}
