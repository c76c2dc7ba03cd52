// Films at hand: loaded before they are needed, and never moved in the page, since a moved <video> starts again.
import { letGo, Reel } from "./reel.js";

const MOST = 6; // a browser opens six connections to a server, and the events need one

export class Shelf {
  #reels = new Map();
  #place;
  #used = () => [];
  #begun = null; // a <video> of the page as it came, which loads already

  constructor(place) {
    this.#place = place;
  }

  /** Who says which reels must stay. */
  keep(used) {
    this.#used = used;
  }

  /** Takes over a <video> that stands in the page, for the film that it has begun to load. */
  adopt(video) {
    if (!this.#place.moveBefore || !this.#place.isConnected) return letGo(video); // moved otherwise it would start again
    this.#place.moveBefore(video, this.#place.firstChild);
    this.#begun = video;
  }

  /** The reel of a film; the same one for the same address. */
  get(film) {
    let reel = this.#reels.get(film.url);
    if (reel?.failed) {
      this.#drop(film.url);
      reel = undefined;
    }
    if (!reel) {
      const begun = this.#begun;
      this.#begun = null;
      reel = new Reel(film, begun?.getAttribute("src") === film.url ? begun : undefined);
      if (reel.video !== begun) {
        if (begun) letGo(begun);
        this.#place.prepend(reel.video);
      }
    }
    reel.describe(film);
    this.#reels.delete(film.url);
    this.#reels.set(film.url, reel); // newest last
    this.#tidy(reel);
    return reel;
  }

  clear() {
    for (const url of [...this.#reels.keys()]) this.#drop(url);
  }

  #tidy(newest) {
    const used = new Set([newest, ...this.#used()]);
    for (const [url, reel] of [...this.#reels]) {
      if (this.#reels.size <= MOST) return;
      if (!used.has(reel)) this.#drop(url);
    }
  }

  #drop(url) {
    this.#reels.get(url)?.drop();
    this.#reels.delete(url);
  }
}
