// What a take can be compared with: the other takes of its slate, and takes of other slates that show the same shots.
import { filmOf } from "./faces.js";

/** { id, name, film, offset, shows }: the nearest take first; offset: its frame for this take's first. */
export function rivals(view, take) {
  const own = (view?.takes ?? []).filter((one) => one.take !== take?.take).map((one) => ({
    id: `take-${one.take}`, name: `T${String(one.take).padStart(3, "0")}`, film: filmOf(view, one), offset: 0,
  }));
  const beside = (view?.compare ?? []).filter((one) => one.url && (one.at?.[take?.take] ?? null) !== null).map((one, index) => alongside(one, take, `other-${index}`));
  return [...own.filter((one) => one.film).reverse(), ...beside];
}

/** A take of another slate: its frames from `offset` on lie beside this take's from `at` on, where its shot was cut. */
function alongside({ name, url, fps, offset, frames, at }, take, id) {
  return { id, name, offset: offset - at[take.take], shows: [offset, offset + frames - 1], film: { url, fps, atLeast: offset + frames } };
}
