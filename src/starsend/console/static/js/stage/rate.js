// Frames and time: an integer frame and a rational rate, so that no rounding ever moves a note by a frame.
export function parseRate(text) {
  const [num, den] = String(text ?? "24/1").split("/").map(Number);
  const fine = Number.isFinite(num) && num > 0;
  return fine ? { num, den: Number.isFinite(den) && den > 0 ? den : 1 } : { num: 24, den: 1 };
}

export const fps = (rate) => rate.num / rate.den;

/** The middle of a frame in seconds: a seek there can't land on its neighbour. */
export const middleOf = (frame, rate) => ((frame + 0.5) * rate.den) / rate.num;

/** The frame that is presented with this media time, which is the time where it begins. */
export const frameShown = (seconds, rate) => Math.round((seconds * rate.num) / rate.den);

/** The frame that is on at a time, also in its middle. */
export const frameOn = (seconds, rate) => Math.floor((seconds * rate.num) / rate.den + 1e-6);

/** The frame of another rate that is on in the middle of this one. */
export function across(frame, from, to) {
  return from.num * to.den === to.num * from.den ? frame : frameOn(middleOf(frame, from), to);
}

/** 00:00:04:21, without drop frames, counted at the whole rate (24 for 24000/1001). */
export function timecode(frame, rate) {
  const base = Math.max(1, Math.round(fps(rate)));
  const seconds = Math.floor(frame / base);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, frame % base];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** 24, 23.976, 29.97: as people say it. */
export const rateName = (rate) => String(Math.round(fps(rate) * 1000) / 1000);

export const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
