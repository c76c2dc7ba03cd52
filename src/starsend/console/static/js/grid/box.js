// Boxes on a sheet, in its own pixels: [x0, y0, x1, y1], end excluded, locked to the project's ratio as the server locks them.
export const SMALLEST_PX = 32; // the server takes none under this

export const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
export const sizeOf = ([x0, y0, x1, y1]) => [x1 - x0, y1 - y0];
export const sameBox = (one, other) => one.every((value, place) => value === other[place]);
export const boxWords = (box) => `${box[0]},${box[1]} to ${box[2]},${box[3]}`;

/** To the nearest whole number, halves to the even one, as Python rounds. */
function round(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** The size that the server would cut of a (width, height). */
function locked([width, height], [across, down]) {
  if (width * down > height * across) return [Math.min(width, round((height * across) / down)), height];
  return [width, Math.min(height, round((width * down) / across))];
}

/** The largest size of a ratio, at most so wide and so high, that the server leaves as it is. */
export function lockedSize(width, height, aspect) {
  let size = [Math.max(1, Math.floor(width)), Math.max(1, Math.floor(height))];
  for (let turn = 0; turn < 6; turn += 1) {
    const next = locked(size, aspect);
    if (next[0] === size[0] && next[1] === size[1]) break;
    size = next;
  }
  return size;
}

/** The smallest size of a ratio that the server takes. */
function least([across, down]) {
  const factor = SMALLEST_PX / Math.min(across, down);
  return [Math.ceil(across * factor), Math.ceil(down * factor)];
}

/** Moves a box, no farther than the sheet reaches. */
export function moved(box, dx, dy, sheet) {
  const [width, height] = sizeOf(box);
  const x = clamp(Math.round(box[0] + dx), 0, sheet[0] - width);
  const y = clamp(Math.round(box[1] + dy), 0, sheet[1] - height);
  return [x, y, x + width, y + height];
}

/** A box from a corner that stays to where the pointer is, as large as the pointer's farther side asks. */
export function drawn([ax, ay], [px, py], aspect, sheet) {
  const right = px >= ax;
  const down = py >= ay;
  const room = [right ? sheet[0] - ax : ax, down ? sheet[1] - ay : ay];
  const least_ = least(aspect);
  const wide = Math.max(Math.abs(px - ax), (Math.abs(py - ay) * aspect[0]) / aspect[1], least_[0]);
  const asked = Math.min(wide, room[0], (room[1] * aspect[0]) / aspect[1]);
  const [width, height] = lockedSize(asked, Math.min(room[1], round((asked * aspect[1]) / aspect[0])), aspect);
  const x = right ? ax : ax - width;
  const y = down ? ay : ay - height;
  return [x, y, x + width, y + height];
}

/** Makes a box wider by some pixels (or narrower) around its middle. */
export function grown(box, by, aspect, sheet) {
  const [width, height] = sizeOf(box);
  const low = least(aspect);
  const asked = clamp(width + by, low[0], sheet[0]);
  const size = lockedSize(asked, Math.min(sheet[1], round((asked * aspect[1]) / aspect[0])), aspect);
  const x = clamp(box[0] + Math.round((width - size[0]) / 2), 0, sheet[0] - size[0]);
  const y = clamp(box[1] + Math.round((height - size[1]) / 2), 0, sheet[1] - size[1]);
  return [x, y, x + size[0], y + size[1]];
}

/** The largest box of the ratio inside another, in its middle. */
export function fitted(box, aspect) {
  const [width, height] = sizeOf(box);
  const size = lockedSize(width, height, aspect);
  const x = box[0] + Math.floor((width - size[0]) / 2);
  const y = box[1] + Math.floor((height - size[1]) / 2);
  return [x, y, x + size[0], y + size[1]];
}

/** What a crop of this size becomes: "" where it is large enough, else a warning in words. */
export function tooSmall([width, height], wanted) {
  const factor = Math.max(wanted[0] / width, wanted[1] / height);
  if (factor <= 1) return "";
  return `Smaller than the frame wanted, ${wanted[0]}×${wanted[1]}: it will be enlarged ${factor.toFixed(2)} times and be softer.`;
}
