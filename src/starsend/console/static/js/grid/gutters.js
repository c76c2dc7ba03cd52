// What was found between the cells of a sheet: shaded, with a hairline round each cell that shows on dark and on light.
const SVG = "http://www.w3.org/2000/svg";

function part(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** An image over the whole sheet: { width, height } in its pixels, and the boxes of its cells. Null where none was found. */
export function drawGutters({ width, height }, cells) {
  if (!cells?.length) return null;
  const holes = cells.map(([x0, y0, x1, y1]) => `M${x0} ${y0}H${x1}V${y1}H${x0}Z`).join("");
  const drawn = part("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", class: "gutters" });
  drawn.append(
    part("path", { class: "between", d: `M0 0H${width}V${height}H0Z${holes}` }),
    part("path", { class: "under", d: holes }),
    part("path", { class: "edge", d: holes }));
  return drawn;
}
