// The page of the cut: the player, its strip, its keys; kept true by events without losing the place.
import { get } from "./api.js";
import { CutPlayer } from "./cut_player.js";
import { bind } from "./keys.js";
import { on } from "./live.js";
import { fragment, partOf, renew, soon } from "./renew.js";
import { icon } from "./stage/build.js";
import { clamp, fps, timecode } from "./stage/rate.js";

const view = JSON.parse(document.getElementById("cut").textContent);
const CELLS = 20; // in a filmstrip, evenly spaced
const by = (id) => document.getElementById(id);
let player;
if (view.items.length) start();
const refresh = soon(() => (view.items.length ? again() : location.reload()), 300);
for (const kind of ["record", "plan", "reset"]) on(kind, refresh);

function start() {
  const screen = by("screen");
  screen.style.setProperty("--aspect", view.aspect);
  player = new CutPlayer(screen, {
    frame: placed,
    item: said,
    slate: slated,
    state: () => { by("cut-play").firstChild.textContent = !player.playing ? "Play " : player.shuttle === 1 ? "Pause " : `${player.shuttle}× `.replace("-", "−"); },
    fault: (item, reason) => {
      by("screen-fault").hidden = false;
      by("screen-fault").textContent = `${item.take} can't be played by this browser: ${reason}. The cut went on without it.`;
    },
  });
  player.use(view);
  new ResizeObserver(dress).observe(by("cut-strip"));
  wire();
  const asked = new URLSearchParams(location.search).get("shot");
  player.toItem(Math.max(0, view.items.findIndex((item) => item.slate === asked)));
}

/** Widths as long as the shots, pictures from their filmstrips: by script, since no style stands in the page. */
function dress() {
  const rows = [...by("cut-strip").children].filter((row) => view.items[Number(row.dataset.index)]);
  const itemOf = (row) => view.items[Number(row.dataset.index)];
  for (const row of rows) row.style.flexGrow = itemOf(row).length;
  for (const row of rows) fill(row.querySelector(".frame"), itemOf(row)); // as wide as all of them leave it
  by("cut-seek").max = player.cut.last;
  by("cut-last").textContent = view.first_frame + player.cut.last;
}

/** Whole cells of the filmstrip, each from within the item, cut evenly at their edges to fill its place. */
function fill(place, item) {
  for (const old of place.querySelectorAll("i")) old.remove();
  if (!item.filmstrip) return;
  const [wide, high] = view.aspect.split("/").map(Number);
  const width = (place.clientHeight * wide) / high;
  const count = clamp(Math.round(place.clientWidth / width), 1, CELLS);
  const each = place.clientWidth / count;
  const drawn = Math.max(width, each);
  for (let n = 0; n < count; n += 1) {
    const cell = document.createElement("i");
    cell.style.backgroundImage = `url("${item.filmstrip}")`;
    cell.style.backgroundSize = `${drawn * CELLS}px ${(drawn / width) * 100}%`;
    cell.style.backgroundPosition = `${each / 2 - (cellAt(item, (n + 0.5) / count) + 0.5) * drawn}px 50%`;
    place.append(cell);
  }
}

/** The cell of a filmstrip that is nearest to a part of an item, of those that are pictures of it if there are any. */
function cellAt({ start, end, file_frames: frames }, part) {
  const own = Array.from({ length: CELLS }, (_, cell) => Math.round((cell * (frames - 1)) / (CELLS - 1)));
  const wanted = start + part * (end - start);
  const away = (cell) => Math.abs(own[cell] - wanted) + (own[cell] >= start && own[cell] < end ? 0 : frames);
  return own.map((_, cell) => cell).reduce((best, cell) => (away(cell) < away(best) ? cell : best));
}

/** The running frame of the cut, and its timecode. */
function placed(frame) {
  const count = String(frame + view.first_frame);
  const time = timecode(frame, player.cut.rate);
  by("cut-frame").textContent = count;
  by("cut-time").textContent = time;
  const seek = by("cut-seek");
  if (!seek.matches(":active")) seek.value = frame;
  seek.setAttribute("aria-valuetext", `frame ${count}, ${time}, ${player.item?.slate ?? ""}`);
}

function slated(item, why) {
  const slate = by("slate");
  slate.hidden = !item;
  if (!item) return;
  const write = (name, text) => { slate.querySelector(`.slate-${name}`).textContent = text; };
  write("name", item.slate);
  write("why", why);
  write("words", item.prompt);
  write("time", `${item.planned_s} s planned`);
}

function said(item) {
  for (const row of by("cut-strip").querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
  const row = by("cut-strip").querySelector(`[data-key="${CSS.escape(item.slate)}"]`);
  row?.setAttribute("aria-current", "true");
  if (row && innerWidth > 720) row.scrollIntoView({ block: "nearest", inline: "nearest" });
  by("cut-open").href = item.href;
  const name = Object.assign(document.createElement("b"), { textContent: item.slate });
  const spare = item.unused ? ` · +${item.unused} frame${item.unused === 1 ? "" : "s"} unused` : "";
  by("now").replaceChildren(name, ` ${item.url ? `from ${item.take}` : item.why}${spare} · ${item.prompt}`);
  const address = new URL(location.href);
  address.searchParams.set("shot", item.slate);
  history.replaceState(history.state, "", address);
}

/** Reads the cut again; the place is kept by its shot, and it goes on playing. */
async function again() {
  const [fresh, html] = await Promise.all([
    get(`/cut${view.episode ? `?episode=${encodeURIComponent(view.episode)}` : ""}`).catch(() => null),
    partOf(location.href),
  ]);
  if (!fresh || html === null) return;
  if (JSON.stringify(fresh.items) === JSON.stringify(view.items)) return;
  if (!fresh.items.length) return void location.reload();
  const { item, shuttle, frame } = player;
  const within = item ? frame - item.at : 0;
  Object.assign(view, fresh);
  const page = fragment(html);
  renew(by("cut-strip"), page.getElementById("cut-strip").innerHTML);
  by("cut-sum").replaceChildren(...page.getElementById("cut-sum").childNodes);
  player.use(view);
  dress();
  const same = view.items.find((each) => each.slate === item?.slate);
  await player.seek(same ? same.at + Math.min(within, same.length - 1) : frame);
  if (shuttle > 0) player.play();
}

function wire() {
  by("cut-previous").append(icon("first"));
  by("cut-next").append(icon("last"));
  by("cut-play").addEventListener("click", () => player.toggle());
  by("cut-previous").addEventListener("click", () => before());
  by("cut-next").addEventListener("click", () => player.toItem(player.index + 1));
  by("cut-seek").addEventListener("input", (event) => player.seek(Number(event.target.value)));
  by("cut-sound").addEventListener("click", sound);
  by("cut-strip").addEventListener("click", (event) => {
    const row = event.target.closest("button")?.closest("li");
    if (row) player.toItem(Number(row.dataset.index));
  });
  by("screen").addEventListener("click", () => player.toggle());
  const key = (keys, label, run, options) => bind(keys, label, "Cut", run, options);
  key(["Space"], "Play, pause", () => player.toggle());
  key(["ArrowRight"], "Next frame", (event) => ranged(event) ?? player.step(1, event.repeat), { repeat: true });
  key(["ArrowLeft"], "Previous frame", (event) => ranged(event) ?? player.step(-1, event.repeat), { repeat: true });
  key(["ArrowDown", "Shift+ArrowRight", "Alt+ArrowRight", "Alt+k"], "Next shot", (event) => ranged(event) ?? player.toItem(player.index + 1), { repeat: true });
  key(["ArrowUp", "Shift+ArrowLeft", "Alt+ArrowLeft", "Alt+j"], "Previous shot", (event) => ranged(event) ?? before(), { repeat: true });
  key(["Home"], "First frame", () => player.seek(0));
  key(["End"], "Last frame", () => player.seek(player.cut.last));
  key(["l"], "Forwards; again: 2×, 4×, 8×", () => player.shuttleBy(1));
  key(["k"], "Stop", () => player.pause());
  key(["j"], "Backwards; again: 2×, 4×, 8×", () => player.shuttleBy(-1));
  key(["v"], "Sound on or off", sound);
  key(["Enter"], "Open the shot in Dailies", () => { location.href = by("cut-open").href; });
}

/** The slider keeps its own arrows. */
const ranged = (event) => (event.target === by("cut-seek") ? false : undefined);

/** To the beginning of this shot, or of the one before where it has just begun. */
function before() {
  const { item, index, frame, playing } = player;
  const begun = playing ? fps(player.cut.rate) / 2 : 0;
  player.toItem(item && frame - item.at > begun ? index : index - 1);
}

function sound() {
  player.setMuted(!player.muted);
  by("cut-sound").setAttribute("aria-pressed", String(!player.muted));
}
