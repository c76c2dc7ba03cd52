// The page Dailies: reads the island, mounts its parts, and keeps them true while others work.
import { followAddress } from "./address.js";
import { mountAhead } from "./ahead.js";
import { letKeys } from "./keys.js";
import { on, tell } from "./live.js";
import { mountList } from "./list.js";
import { session } from "./session.js";
import { mountSwipe } from "./swipe.js";

const stageRoot = document.getElementById("stage");
const asked = new URLSearchParams(location.search);
const RETRY_MS = 2000;
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
  refreshing = setTimeout(() => session.refresh().catch(failed), 30);
}

/** The slate that is shown can't be read: that is said, and nothing is decided on it until it can. */
function failed({ message, status, code, remedy }) {
  if (status === undefined) return void setTimeout(soonRefresh, RETRY_MS); // the connection's fault, and a banner says so
  if (code === "workspace-gone") return; // so does this one, and all is read anew when it is back
  session.fault = message;
  tell("fault", { message, remedy, slate: session.slate });
}

function heard({ slate, revision, gone, broken }) {
  const shown = session.view;
  if (!shown) return void (slate === asked.get("slate") && !gone && !broken && openAsked());
  if (slate !== shown.slate && slate !== shown.sequence && !slate.startsWith(`${shown.slate}_SH`)) return; // a fix changes what is in the cut
  if (slate === shown.slate && (gone || broken)) failed({ status: 0, message: broken ?? `the record of ${slate} is gone` });
  else if (slate !== shown.slate || session.fault || revision > shown.revision) soonRefresh();
}

/** The slate of the address couldn't be read when the page was made, and now it can. */
function openAsked() {
  const [take, frame] = ["take", "frame"].map((name) => Number(asked.get(name)) || null);
  session.open(asked.get("slate"), { take, frame: frame ?? 0, play: false }).catch(() => undefined);
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
  followAddress();
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
  on("reset", () => { session.forget(); if (session.view) soonRefresh(); else if (asked.get("slate")) openAsked(); });
  const { mountPicture } = await part("./picture.js");
  await mountPicture?.(stageRoot);
  for (const path of ["./decisions.js", "./notes.js", "./draw.js", "./prompt.js", "./retake.js", "./basket.js", "./pull.js"]) {
    const module = await part(path);
    await module.mount?.(session);
  }
  if (session.view) tell("view", { view: session.view, take: session.take, frame: session.frame, play: false, same: false, refreshed: false });
  letKeys();
  document.body.dataset.ready = "";
}

begin();
