// What the buttons and keys of the player do; the stage does it, this says what each of them means.
import { showKeys } from "../keys.js";
import { filmOf } from "./faces.js";

const AT_ONCE = new Set(["digit", "keys", "escape", "fullscreen", "references", "holdReferences", "setSpeed", "toggleSound", "toggleLoop", "zoom", "whole"]);

/** What is asked while a film is still coming is done when it is there, in the order in which it was asked. */
export function actions(stage) {
  const all = meanings(stage);
  const waiting = (run) => (...given) => (stage.coming ? void stage.coming.then(() => run(...given)) : run(...given));
  return Object.fromEntries(Object.entries(all).map(([name, run]) => [name, AT_ONCE.has(name) ? run : waiting(run)]));
}

function meanings(stage) {
  const { transport, mixer } = stage;
  const { references, zoom } = stage.display;
  return {
    toggle: () => stage.toggle(),
    pause: () => stage.pause(),
    step: (by, held) => stage.step(by, held),
    first: () => stage.seek(transport.range && stage.frame > transport.first ? transport.first : 0),
    last: () => stage.seek(transport.range && stage.frame < transport.last ? transport.last : transport.leader?.last),
    shuttle: (direction) => {
      stage.stopContext();
      transport.shuttleBy(direction);
    },
    setSpeed: (speed) => transport.setSpeed(speed),
    rangeFrom: () => stage.setRange(stage.frame, later(transport.range?.to, stage.frame)),
    rangeTo: () => stage.setRange(earlier(transport.range?.from, stage.frame), stage.frame),
    clearRange: () => stage.setRange(null, null),
    toggleLoop: () => stage.setLoop(!transport.loop),
    toggleSound: () => stage.setMuted(!stage.muted),
    shot: (direction) => stage.seek(shotStart(stage, direction)),
    context: () => stage.context(),
    references: () => references.toggle(),
    holdReferences: (on) => (on ? references.show() : references.hide()),
    zoom: (by) => zoom.step(by),
    whole: () => zoom.reset(),
    compare: (mode) => stage.compare(mode),
    toggleCompare: (mode) => stage.compare(stage.mode === mode ? "off" : mode),
    compareWith: (id) => {
      if (stage.others().some((one) => one.id === id)) stage.compare(stage.mode === "off" ? "wipe" : stage.mode, id);
    },
    adjust: (direction) => {
      mixer.adjust(direction);
      stage.display.compare();
    },
    digit: (number) => {
      if (stage.view?.takes.some((one) => one.take === number)) return stage.chooseTake(number);
      return false; // another part of the page may know this digit
    },
    flipBack: () => {
      const number = stage.shown ? (stage.before ?? newestOther(stage)) : (stage.take?.take ?? null); // back from a grid, too
      if (number !== null) stage.chooseTake(number);
    },
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : stage.element.requestFullscreen().catch(() => undefined)),
    keys: () => showKeys(),
    escape: () => {
      if (stage.inContext) return stage.stopContext();
      if (stage.mode !== "off") return stage.compare("off");
      return zoom.on ? zoom.reset() : false;
    },
  };
}

const later = (to, frame) => (to !== undefined && to > frame ? to : null);
const earlier = (from, frame) => (from !== undefined && from < frame ? from : null);

/** Where the next shot begins, or this one, or the one before when this has only just begun. */
function shotStart(stage, direction) {
  const starts = (stage.take?.shots ?? []).map((shot) => shot.start);
  const cuts = starts.length ? starts : [0, ...(stage.take?.found_cuts ?? [])];
  if (direction > 0) return cuts.find((start) => start > stage.frame) ?? stage.transport.leader?.last ?? 0;
  return cuts.filter((start) => start < stage.frame).at(-1) ?? 0;
}

function newestOther(stage) {
  const takes = stage.view?.takes.filter((one) => one.take !== stage.take?.take && filmOf(stage.view, one)) ?? [];
  return takes.at(-1)?.take ?? null;
}
