// Numbers of cells by digits: the first is taken at once, and a second one soon after makes the two a number.
export const SOON_MS = 600;

export class Digits {
  #typed = "";
  #at = -Infinity;

  /** The cell that is meant by this digit, pressed at a time in ms, among so many cells; null where there is none. */
  press(digit, count, at) {
    const both = at - this.#at <= SOON_MS ? Number(`${this.#typed}${digit}`) : 0;
    const meant = both > 9 && both <= count ? both : digit;
    this.#typed = meant > 9 ? "" : String(digit);
    this.#at = at;
    return meant >= 1 && meant <= count ? meant : null;
  }
}
