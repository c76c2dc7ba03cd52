// What a take can be compared with: the other takes of its slate, and takes of other slates that show the same shots.
import { filmOf } from "./faces.js";

/** { id, name, film, offset, shows }: the nearest take first; offset: its frame for this take's first. */
export function rivals(view, take) {
  const own = (view?.takes ?? []).filter((one) => one.take !== take?.take).map((one) => ({
    id: `take-${one.take}`, name: `T${String(one.take).padStart(3, "0")}`, film: filmOf(view, one), offset: 0,
  }));
  const beside = (view?.compare ?? []).filter((one) => one.url).map((one, index) => alongside(one, take, `other-${index}`));
  return [...own.filter((one) => one.film).reverse(), ...beside];
}

/** A take of another slate: its frames from `offset` on lie beside this take's from `at` on. */
function alongside({ name, url, fps, shot, offset = 0, frames, at }, take, id) {
  const begins = at ?? take?.shots?.find((one) => one.id === shot)?.start ?? 0;
  return { id, name, offset: offset - begins, shows: [offset, offset + frames - 1], film: { url, fps, atLeast: offset + frames } };
}
