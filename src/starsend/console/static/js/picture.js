// Chooses what shows a take: the player for videos, the picker for grids, a face where there is nothing to show.
import { leave, mountFace, paint } from "./face.js";
import { showEnd } from "./list.js";
import { on, tell } from "./live.js";
import { session } from "./session.js";
import { letGo } from "./stage/reel.js";

let stage = null;
let grid = null;
let ended = false; // the end of dailies is shown; what changes meanwhile leaves it there
let recount = 0;

async function module(path) {
  try {
    return await import(path);
  } catch (error) {
    console.error(`could not load ${path}`, error);
    return {};
  }
}

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Mounts the player, the picker and the sentences into the stage, one shown at a time, and follows the session. */
export async function mountPicture(root) {
  const [{ mountStage }, { mountGrid }] = await Promise.all([module("./stage/stage.js"), module("./grid/grid.js")]);
  const places = Object.fromEntries(["video", "grid", "said"].map((name) => [name, make("div", `place ${name}-place`)]));
  const begun = root.querySelector(":scope > video"); // it loads already: it stays where it is until the player takes it over
  for (const each of [...root.childNodes]) if (each !== begun) places.said.append(each); // what the server rendered, until then
  mountFace(places.said);
  root.append(...Object.values(places));
  turnTo("said");

  function turnTo(name) {
    for (const [other, place] of Object.entries(places)) place.hidden = other !== name;
    root.dataset.shows = name;
    if (name !== "grid") {
      grid?.unmount?.();
      grid = null;
      places.grid.replaceChildren();
    }
    if (name !== "video") stage?.hide();
  }

  function say(title, text, remedy) {
    leave();
    const box = make("div", "nothing");
    box.setAttribute("role", "status");
    box.append(make("h1", "", title), ...[text && make("p", "", text), remedy && make("p", "remedy", remedy)].filter(Boolean));
    places.said.replaceChildren(box);
    turnTo("said");
  }

  function showVideo(view, take, options) {
    turnTo("video");
    if (!stage && mountStage) {
      stage = mountStage(places.video);
      if (begun) stage.adopt(begun);
      stage.chooseTake = (number) => session.showTake(number);
      session.stage = stage;
      stage.onFrame((frame) => session.setFrame(frame));
    }
    if (!mountStage && begun) letGo(begun);
    if (stage) stage.load(view, take.take, options);
    else showPlain(take, options);
  }

  function showPlain(take, { play }) {
    const video = make("video");
    Object.assign(video, { src: take.media.url, controls: true, muted: true, loop: true, playsInline: true, autoplay: play });
    places.video.replaceChildren(video);
  }

  function show({ view, take, frame, play, refreshed = false }) {
    if (ended && refreshed) {
      queueMicrotask(() => tell("ended", {})); // after all who heard of the view
      return;
    }
    ended = false;
    const there = take?.media && !take.media.missing;
    if (begun && !stage && (!there || take.medium !== "video")) letGo(begun);
    if (there) leave();
    if (there && take.medium === "video") showVideo(view, take, refreshed ? {} : { frame, play });
    else if (there && mountGrid && !(refreshed && grid?.update?.(view, take))) {
      turnTo("grid");
      grid?.unmount?.();
      places.grid.replaceChildren();
      grid = mountGrid(places.grid, view, take) ?? {};
    } else if (there && !mountGrid) {
      const picture = make("img");
      Object.assign(picture, { src: take.media.url, alt: take.name });
      places.said.replaceChildren(picture);
      turnTo("said");
    } else if (!there) {
      paint(view, take);
      turnTo("said");
    }
  }

  on("view", show);
  on("take", ({ view, take }) => show({ view, take }));
  for (const kind of ["record", "basket"]) {
    on(kind, () => {
      if (!ended) return;
      clearTimeout(recount);
      recount = setTimeout(() => ended && showEnd(), 200);
    });
  }
  on("seek", ({ frame }) => { stage?.pause?.(); stage?.seek?.(frame); });
  on("end", ({ html }) => {
    ended = true;
    leave();
    places.said.innerHTML = html; // rendered and escaped by the server
    turnTo("said");
    tell("ended", {});
  });
  on("fault", ({ message, slate, remedy }) => {
    if (!ended && (!slate || slate === session.slate)) say(`${slate ?? session.slate ?? "This"} can't be shown`, message, remedy);
  });
}
