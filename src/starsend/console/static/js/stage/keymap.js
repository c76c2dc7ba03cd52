// What the keys do on the stage. They rest while the stage is hidden, as when a grid is shown.
import { bind } from "../keys.js";
import { SPEEDS } from "./transport.js";

export function bindStage(stage, act) {
  const when = () => stage.shown;
  const comparing = () => when() && stage.mode !== "off";
  const key = (keys, label, group, run, more) => bind(keys, label, group, run, { when, ...more });
  let braked = false; // K is down: J and L step
  const shuttle = (direction) => (event) => {
    if (braked) act.step(direction, event.repeat);
    else if (!event.repeat) act.shuttle(direction);
  };
  const brake = () => {
    braked = true;
    act.pause();
  };
  const slower = (by) => act.setSpeed(SPEEDS[SPEEDS.indexOf(stage.speed) + by] ?? stage.speed);
  const unbind = [
    key(["Space", "Alt+p"], "Play or pause (Alt+P also while typing)", "Player", () => act.toggle()),
    key("ArrowLeft", "Previous frame", "Player", (event) => act.step(-1, event.repeat), { repeat: true }),
    key("ArrowRight", "Next frame", "Player", (event) => act.step(1, event.repeat), { repeat: true }),
    key("Home", "First frame", "Player", () => act.first()),
    key("End", "Last frame", "Player", () => act.last()),
    key("j", "Backwards; again: 2×, 4×, 8×; with K held: a frame back", "Player", shuttle(-1), { repeat: true }),
    key("k", "Stop", "Player", brake, { release: () => { braked = false; } }),
    key("l", "Forwards; again: 2×, 4×, 8×; with K held: a frame on", "Player", shuttle(1), { repeat: true }),
    key("<", "Slower", "Player", () => slower(-1)),
    key(">", "Faster", "Player", () => slower(1)),
    key("i", "Loop from here", "Player", () => act.rangeFrom()),
    key("o", "Loop to here", "Player", () => act.rangeTo()),
    key("p", "Clear the range", "Player", () => act.clearRange()),
    key("Shift+l", "Loop the take", "Player", () => act.toggleLoop()),
    key("Shift+ArrowUp", "Previous shot of the take", "Player", () => act.shot(-1)),
    key("Shift+ArrowDown", "Next shot of the take", "Player", () => act.shot(1)),
    key("v", "Sound on or off", "Player", () => act.toggleSound()),
    key("Shift+f", "Full screen", "Player", () => act.fullscreen()),
    key("c", "In context: between its neighbours", "Look", () => act.context()),
    key("f", "Hold: start frame and elements", "Look", () => act.holdReferences(true), { release: () => act.holdReferences(false) }),
    key(["+", "="], "Closer", "Look", () => act.zoom(1), { repeat: true }),
    key("-", "Less close", "Look", () => act.zoom(-1), { repeat: true }),
    key("0", "The whole picture", "Look", () => act.whole()),
    key("`", "Flip between the last two takes", "Compare", () => act.flipBack(), { when: () => stage.view !== null }),
    key("s", "Side by side", "Compare", () => act.toggleCompare("side")),
    key("w", "Wipe", "Compare", () => act.toggleCompare("wipe")),
    key("Alt+o", "Overlay", "Compare", () => act.toggleCompare("overlay")),
    key("Shift+d", "Difference", "Compare", () => act.toggleCompare("difference")),
    key("[", "Wipe, overlay or difference: less", "Compare", () => act.adjust(-1), { when: comparing, repeat: true }),
    key("]", "Wipe, overlay or difference: more", "Compare", () => act.adjust(1), { when: comparing, repeat: true }),
    key("Escape", "", "Player", () => act.escape()),
  ];
  for (let digit = 1; digit <= 9; digit += 1) {
    unbind.push(key(String(digit), "Flip to the take of this number", "Compare", () => act.digit(digit)));
    unbind.push(key(`Shift+Digit${digit}`, "Compare with the take of this number", "Compare", () => act.compareWith(`take-${digit}`)));
  }
  return () => unbind.forEach((undo) => undo());
}
