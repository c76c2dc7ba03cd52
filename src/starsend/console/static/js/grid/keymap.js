// What the keys do: on the sheet, and in the loupe, where all other keys of the page rest.
import { bind, showKeys } from "../keys.js";
import { Digits } from "./digits.js";

const GROUP = "Grid";
const digits = new Digits(); // one for both: the first digit opens the loupe, the second comes there

/** Gives the cell that a digit means to `show`; with more than nine cells a second digit soon after makes it a number. */
function pressed(digit, event, cells, show) {
  const cell = digits.press(digit, cells.length, event.timeStamp);
  return cell === null ? false : void show(cell);
}

/** What comes next is asked for while nobody goes along the cells again. */
function enter(grid) {
  const along = grid.sheet.pointed || grid.sheet.element.contains(document.activeElement);
  const offer = along ? null : document.querySelector("#next:not([hidden]) .primary:not(:disabled)");
  if (offer) offer.click();
  else grid.loupe.showCell(grid.sheet.marked);
}

/** Keys of the sheet: grid is what `mountGrid` made. */
export function bindSheet(grid) {
  const when = () => grid.shown;
  const key = (keys, label, run, more) => bind(keys, label, GROUP, run, { when, ...more });
  const unbind = [
    key("b", "Draw a box on the sheet", () => grid.loupe.showBox()),
    key("Shift+u", "Upload a picture instead", () => grid.ask()),
    key(["ArrowLeft", "ArrowRight"], "Previous or next cell", (event) => grid.sheet.mark(event.key === "ArrowLeft" ? -1 : 1), { repeat: true }),
    key("Enter", "Show the cell that is marked; once one is picked and none is marked, ask for what is next", () => enter(grid)),
    key(["PageUp", "PageDown"], "Older or newer grid of this slate", (event) => grid.turn(event.key === "PageUp" ? -1 : 1)),
    key("`", "Flip between the last two takes", () => grid.flip()),
    key(["Space", "Home", "End"], "", () => undefined),
  ];
  for (let digit = 1; digit <= 9; digit += 1) {
    const show = (event) => pressed(digit, event, grid.take.cells, (cell) => grid.loupe.showCell(cell));
    unbind.push(key(String(digit), "Show the cell of this number, full screen; 1 and then 2 at once: cell 12", show));
    unbind.push(key(`Shift+Digit${digit}`, "Give the cell to another shot", () => grid.giveAway(digit)));
  }
  return () => unbind.forEach((undo) => undo());
}

export function bindLoupe(loupe) {
  const when = () => loupe.isOpen && document.activeElement?.closest("dialog") === loupe.dialog;
  const key = (keys, label, run, more) => bind(keys, label, GROUP, run, { when, modal: true, ...more });
  const boxed = () => when() && loupe.mode === "box";
  const along = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const arrow = (event) => {
    const [dx, dy] = along[event.key];
    const far = event.shiftKey ? 10 : 1;
    if (loupe.mode === "box") return loupe.nudge(dx * far, dy * far);
    if (event.shiftKey || event.repeat) return false;
    return loupe.step(dx + dy);
  };
  const arrows = Object.keys(along);
  const showCell = (cell) => (loupe.mode === "box" ? loupe.onCell(cell) : loupe.showCell(cell));
  const unbind = [
    key("Enter", "Take the cell, or crop the box", () => void loupe.take()),
    key(arrows, "Previous or next cell; move the box by a pixel", arrow, { repeat: true }),
    key(arrows.map((name) => `Shift+${name}`), "Move the box by ten pixels", arrow, { repeat: true }),
    key("[", "Smaller box", () => loupe.grow(-2), { when: boxed, repeat: true }),
    key("]", "Larger box", () => loupe.grow(2), { when: boxed, repeat: true }),
    key("{", "", () => loupe.grow(-20), { when: boxed, repeat: true }),
    key("}", "", () => loupe.grow(20), { when: boxed, repeat: true }),
    key(["+", "="], "Zoom in", () => loupe.table.zoom(1), { repeat: true }),
    key("-", "Zoom out", () => loupe.table.zoom(-1), { repeat: true }),
    key("z", "True pixels, or all of it", () => loupe.turnScale()),
    key("0", "Fit", (event) => pressed(0, event, loupe.desk.take.cells, showCell) === false && loupe.fit()),
    key("b", "Draw a box; again: back to the cell", () => (loupe.mode === "box" ? loupe.back() : loupe.showBox())),
    key("f", "Hold: the present start frame", () => loupe.holdPresent(true), { release: () => loupe.holdPresent(false) }),
    key("Shift+f", "Finish the cell as one full-size frame", () => loupe.finish()),
    key("Shift+Digit0", "Give the box to another shot", () => loupe.giveAway()),
    key("?", "", () => showKeys()),
    key("Escape", "", () => loupe.back()),
  ];
  for (let digit = 1; digit <= 9; digit += 1) {
    unbind.push(key(String(digit), "", (event) => pressed(digit, event, loupe.desk.take.cells, showCell)));
    unbind.push(key(`Shift+Digit${digit}`, "", () => loupe.mode === "box" || loupe.showCell(digit) ? loupe.giveAway() : false));
  }
  return () => unbind.forEach((undo) => undo());
}
