// The Sequence Board: kept true by events; arrows walk over the cards.
import { bind } from "./keys.js";
import { on } from "./live.js";
import { mount as mountProgress, paint } from "./progress.js";
import { partOf, renew, soon } from "./renew.js";

const board = document.getElementById("board");
const project = document.body.dataset.project;

const refresh = soon(async () => {
  const html = await partOf(`/${project}/board/columns${location.search}`);
  if (html === null) return;
  const before = new Map(cards().map((card) => [card.dataset.slate, card.dataset.state]));
  const slate = document.activeElement?.closest?.(".card")?.dataset.slate;
  renew(board, html);
  paint();
  for (const card of cards()) {
    const state = before.get(card.dataset.slate);
    if (state === card.dataset.state) continue;
    card.classList.add("is-new");
    setTimeout(() => card.classList.remove("is-new"), 2500);
  }
  if (slate && document.activeElement?.dataset?.slate !== slate) {
    board.querySelector(`.card[data-slate="${CSS.escape(slate)}"]`)?.focus({ preventScroll: true });
  }
});

for (const kind of ["record", "plan", "reset"]) on(kind, refresh);
mountProgress();

const cards = () => [...board.querySelectorAll(".card")];
const columns = () => [...board.querySelectorAll(".column:not(.is-empty)")];
const here = () => document.activeElement?.closest?.(".card") ?? null;

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
