// A filmstrip under the pointer: where the pointer is, is the time. One whole cell is shown, never halves of two.
const CELLS = 20; // in a filmstrip, evenly spaced

/** Shows the cell of a row's filmstrip that is under the pointer, and takes those of other rows away. */
export function scrub(rows, event) {
  const row = event.target.closest?.(".row[data-strip]");
  clear(rows, row);
  const still = row?.querySelector(".still");
  if (!still) return;
  const film = still.querySelector(".scrub") ?? still.appendChild(made(row.dataset.strip));
  const box = row.getBoundingClientRect();
  const part = (event.clientX - box.left) / box.width;
  const cell = Math.min(CELLS - 1, Math.max(0, Math.floor(part * CELLS)));
  film.dataset.cell = cell;
  film.firstChild.style.backgroundPosition = `${(cell / (CELLS - 1)) * 100}% 0`;
}

export function clear(rows, but = null) {
  for (const each of rows.querySelectorAll(".scrub")) if (each.closest(".row") !== but) each.remove();
}

function made(strip) {
  const film = document.createElement("span");
  const cell = document.createElement("i");
  film.className = "scrub";
  film.append(cell);
  cell.style.backgroundImage = `url("${strip}")`;
  const picture = new Image();
  picture.onload = () => fit(film, cell, picture.naturalWidth / CELLS / picture.naturalHeight);
  picture.src = strip;
  return film;
}

/** A cell is as large as its place allows at the film's own ratio. */
function fit(film, cell, ratio) {
  const wider = ratio > film.clientWidth / film.clientHeight;
  cell.style.aspectRatio = ratio;
  cell.style.width = wider ? "100%" : "auto";
  cell.style.height = wider ? "auto" : "100%";
}
