// Elements and icons for the stage; words go in as text only.
export function make(tag, { text, ...given } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  if (text !== undefined) element.textContent = text;
  element.append(...children.filter(Boolean));
  return element;
}

const PATHS = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
  back: "M10.5 3.5v9L4.5 8z",
  forward: "M5.5 3.5v9l6-4.5z",
  first: "M3.5 3.5H5v9H3.5zM12.5 3.5v9L6 8z",
  last: "M11 3.5h1.5v9H11zM3.5 3.5v9L10 8z",
  reverse: "M8 3.5v9L2.5 8zM13.5 3.5v9L8 8z",
  fast: "M8 3.5v9L13.5 8zM2.5 3.5v9L8 8z",
  loop: "M4 4.5h7V3l3 2.5L11 8V6.5H5.5V9H4zM12 11.5H5V13l-3-2.5L5 8v1.5h5.500V7H12z",
  sound: "M2 6h2.500L8 3v10L4.500 10H2zM10 5.500a3.500 3.500 0 0 1 0 5M11.500 3.500a6 6 0 0 1 0 9",
  silent: "M2 6h2.500L8 3v10L4.500 10H2zM10 6l4 4M14 6l-4 4",
  full: "M2.5 6V2.500H6V4H4v2zM10 2.500h3.500V6H12V4h-2zM4 10v2h2v1.500H2.500V10zM12 10h1.500v3.500H10V12h2z",
};
const DRAWN = new Set(["sound", "silent"]);

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  if (DRAWN.has(name)) path.classList.add("drawn");
  svg.append(path);
  return svg;
}
