// Gets ready what will be looked at next: its view and its film, so that it plays at once.
import { neighbourOf } from "./list.js";
import { on } from "./live.js";
import { session } from "./session.js";

const PAUSE_MS = 150;
let timer = 0;

async function ready() {
  const from = session.slate;
  const near = [await neighbourOf(from, 1, true), await neighbourOf(from, 1)];
  for (const slate of new Set(near)) {
    if (!slate || slate === from || session.slate !== from) continue;
    const view = await session.ahead(slate).catch(() => null);
    const take = view?.takes.find((each) => each.take === view.current);
    if (session.slate !== from || !take?.media || take.media.missing) continue;
    if (take.medium === "video") session.stage?.preload({ url: take.media.url, fps: take.media.fps, frames: take.media.frames });
    else new Image().src = take.media.url;
  }
}

export function mountAhead() {
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ready().catch((error) => console.error("could not read ahead", error)), PAUSE_MS);
  };
  on("view", soon);
  on("record", soon);
}
