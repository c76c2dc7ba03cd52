// A take between its neighbours: the last two seconds before it, itself, the first two after it.
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
