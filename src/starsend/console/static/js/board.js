// The Sequence Board: what has moved is shown where htmx swapped the columns; arrows walk over the cards.
import { bind } from "./keys.js";
import { mount as mountProgress, paint } from "./progress.js";

const board = document.getElementById("board");
const cards = () => [...board.querySelectorAll(".card")];
const here = () => document.activeElement?.closest?.(".card") ?? null;
let before = new Map(); // slate → its state, and where the focus was, before the columns were swapped
let focused = null;

board.addEventListener("htmx:before:swap", () => {
  before = new Map(cards().map((card) => [card.dataset.slate, card.dataset.state]));
  focused = here()?.dataset.slate ?? null;
});
board.addEventListener("htmx:after:swap", () => {
  paint();
  for (const card of cards().filter((each) => before.get(each.dataset.slate) !== each.dataset.state)) {
    card.classList.add("is-new");
    setTimeout(() => card.classList.remove("is-new"), 2500);
  }
  if (focused && here()?.dataset.slate !== focused) document.getElementById(`card-${focused}`)?.focus({ preventScroll: true });
});
mountProgress();

const columns = () => [...board.querySelectorAll(".column:not(.is-empty)")];

function walk(by) {
  const card = here();
  const row = card ? [...card.closest(".cards").querySelectorAll(".card")] : cards();
  const next = card ? row[row.indexOf(card) + by] : row[0];
  next?.focus();
}

function across(by) {
  const card = here();
  if (!card) return walk(0);
  const all = columns();
  const column = all[all.indexOf(card.closest(".column")) + by];
  if (!column) return undefined;
  const place = [...card.closest(".cards").querySelectorAll(".card")].indexOf(card);
  const row = [...column.querySelectorAll(".card")];
  (row[place] ?? row.at(-1))?.focus();
  return undefined;
}

bind("ArrowDown", "Next card", "Board", () => walk(1), { repeat: true });
bind("ArrowUp", "Card before", "Board", () => walk(-1), { repeat: true });
bind("ArrowRight", "Next column", "Board", () => across(1), { repeat: true });
bind("ArrowLeft", "Column before", "Board", () => across(-1), { repeat: true });
