// The page Dailies: reads the island, mounts its parts, and keeps them true while others work.
import { mountAhead } from "./ahead.js";
import { letKeys } from "./keys.js";
import { on, tell } from "./live.js";
import { mountList } from "./list.js";
import { session } from "./session.js";
import { mountSwipe } from "./swipe.js";

const stageRoot = document.getElementById("stage");
const asked = new URLSearchParams(location.search);
let refreshing = 0;

/** Modules of the page's other parts; one that fails leaves the others working. */
async function part(path) {
  try {
    return await import(path);
  } catch (error) {
    console.error(`a part of the page could not be loaded: ${path}`, error);
    return {};
  }
}

function soonRefresh() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => session.refresh().catch((error) => tell("fault", error)), 30);
}

function heard({ slate, revision, gone, broken }) {
  const shown = session.view;
  if (!shown) return;
  const related = slate === shown.slate || slate === shown.sequence;
  if (!related) return;
  if (slate === shown.slate && (gone || broken)) tell("fault", { message: broken ?? `the record of ${slate} is gone`, slate });
  else if (slate !== shown.slate || revision > shown.revision) soonRefresh();
}

function click(event) {
  const take = event.target.closest("[data-part] a[data-take]");
  if (take && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    session.showTake(Number(take.dataset.take));
  }
  const seek = event.target.closest("[data-seek]");
  if (seek) tell("seek", { frame: Number(seek.dataset.seek) });
}

function markTake() {
  for (const link of document.querySelectorAll('[data-part="takes"] a[data-take]')) {
    if (Number(link.dataset.take) === session.take?.take) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

async function begin() {
  session.view = JSON.parse(document.getElementById("view").textContent);
  if (session.view) {
    const number = Number(asked.get("take")) || session.view.current;
    session.take = session.view.takes.find((each) => each.take === number) ?? session.view.takes.at(-1) ?? null;
    session.frame = Math.max(0, Number(asked.get("frame")) || 0);
  }
  mountList();
  mountAhead();
  mountSwipe(stageRoot, { next: () => session.next({ play: true }), previous: () => session.previous({ play: true }) });
  document.addEventListener("click", click);
  const panel = document.getElementById("panel"); // says nothing where no slate is shown
  panel.hidden = !session.view;
  on("view", () => { panel.hidden = false; });
  on("ended", () => { panel.hidden = true; });
  on("take", markTake);
  on("view", markTake);
  on("record", heard);
  on("plan", soonRefresh);
  on("reset", () => { session.forget(); soonRefresh(); });
  const { mountPicture } = await part("./picture.js");
  await mountPicture?.(stageRoot);
  for (const path of ["./decisions.js", "./notes.js", "./draw.js", "./retake.js", "./basket.js"]) {
    const module = await part(path);
    await module.mount?.(session);
  }
  if (session.view) tell("view", { view: session.view, take: session.take, frame: session.frame, play: false, same: false, refreshed: false });
  letKeys();
  document.body.dataset.ready = "";
}

begin();
