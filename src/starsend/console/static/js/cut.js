// The page of the cut: the player, its strip, its keys; kept true by events without losing the place.
import { get } from "./api.js";
import { CutPlayer } from "./cut_player.js";
import { bind } from "./keys.js";
import { on } from "./live.js";
import { fragment, partOf, renew, soon } from "./renew.js";
import { icon } from "./stage/build.js";

const view = JSON.parse(document.getElementById("cut").textContent);
const by = (id) => document.getElementById(id);
const clock = (seconds) => {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
};
let player;
if (view.items.length) start();
const refresh = soon(() => (view.items.length ? again() : location.reload()), 300);
for (const kind of ["record", "plan", "reset"]) on(kind, refresh);

function start() {
  const screen = by("screen");
  screen.style.setProperty("--aspect", view.aspect);
  player = new CutPlayer([...screen.querySelectorAll("video")], view.items, {
    onTime: (time) => { by("cut-time").textContent = clock(time); if (!by("cut-seek").matches(":active")) by("cut-seek").value = time; },
    onItem: said,
    onShown: (slate) => { by("slate").hidden = !slate; },
    onState: ({ playing, rate }) => { by("cut-play").firstChild.textContent = playing ? (rate === 1 ? "Pause " : `${rate}× `) : "Play "; },
    onFault: (item, error) => {
      by("screen-fault").hidden = false;
      by("screen-fault").textContent = `${item.take} can't be played by this browser${error ? `: ${error.message || "its format is not known"}` : "; it doesn't come"}. The cut went on without it.`;
    },
  });
  for (const video of player.videos) video.muted = true;
  dress();
  wire();
  const asked = new URLSearchParams(location.search).get("shot");
  player.toItem(Math.max(0, view.items.findIndex((item) => item.slate === asked)));
}

/** Widths as long as the shots, pictures from their filmstrips: by script, since no style stands in the page. */
function dress() {
  for (const row of by("cut-strip").children) {
    const item = view.items[Number(row.dataset.index)];
    if (!item) continue;
    row.style.flexGrow = item.seconds;
    const frame = row.querySelector(".frame");
    if (!item.url) { frame.style.backgroundImage = ""; continue; }
    const length = item.end - item.start;
    const part = item.frames > length ? item.start / (item.frames - length) : 0;
    frame.style.backgroundImage = `url("${item.filmstrip ?? item.thumbnail}")`;
    if (item.filmstrip) frame.style.backgroundPosition = `${(part * 100).toFixed(2)}% 50%`;
  }
}

function said(item) {
  for (const row of by("cut-strip").querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
  const row = by("cut-strip").querySelector(`[data-key="${CSS.escape(item.slate)}"]`);
  row?.setAttribute("aria-current", "true");
  if (row && innerWidth > 720) row.scrollIntoView({ block: "nearest", inline: "nearest" });
  by("cut-open").href = item.href;
  const name = Object.assign(document.createElement("b"), { textContent: item.slate });
  by("now").replaceChildren(name, ` ${item.take ? `from ${item.take}` : item.why} · ${item.prompt}`);
  const slate = by("slate");
  slate.querySelector(".slate-name").textContent = item.slate;
  slate.querySelector(".slate-why").textContent = item.why;
  slate.querySelector(".slate-words").textContent = item.prompt;
  slate.querySelector(".slate-time").textContent = `${item.planned_s} s planned`;
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
  const { item, playing, rate, time } = player;
  const within = item ? time - item.at : 0;
  Object.assign(view, fresh);
  const page = fragment(html);
  renew(by("cut-strip"), page.getElementById("cut-strip").innerHTML);
  by("cut-sum").replaceChildren(...page.getElementById("cut-sum").childNodes);
  by("cut-seek").max = view.total_s;
  by("cut-seek").nextElementSibling.textContent = clock(view.total_s);
  dress();
  player.use(view.items);
  const place = view.items.findIndex((each) => each.slate === item?.slate);
  const same = view.items[place];
  player.seek(same ? same.at + Math.min(within, same.seconds - 0.05) : time);
  if (playing) player.play(rate);
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
  key(["ArrowRight"], "Next frame", (event) => ranged(event) ?? player.step(1), { repeat: true });
  key(["ArrowLeft"], "Frame before", (event) => ranged(event) ?? player.step(-1), { repeat: true });
  key(["Shift+ArrowRight", "ArrowDown"], "Next shot", (event) => ranged(event) ?? player.toItem(player.index + 1), { repeat: true });
  key(["Shift+ArrowLeft", "ArrowUp"], "Shot before", (event) => ranged(event) ?? before(), { repeat: true });
  key(["Home"], "To the beginning", () => player.seek(0));
  key(["End"], "To the end", () => player.seek(player.total));
  key(["l"], "Play, faster each time", () => player.play(faster(1)));
  key(["k"], "Stop", () => player.pause());
  key(["j"], "Play backwards, faster each time", () => player.play(faster(-1)));
  key(["m"], "Sound", sound);
  key(["Enter"], "Open the shot in Dailies", () => { location.href = by("cut-open").href; });
}

/** The slider keeps its own arrows. */
const ranged = (event) => (event.target === by("cut-seek") ? false : undefined);

function faster(sign) {
  const { playing, rate } = player;
  return playing && Math.sign(rate) === sign ? sign * Math.min(4, Math.abs(rate) * 2) : sign;
}

/** To the beginning of this shot, or of the one before where it has just begun. */
function before() {
  const { item, index, time } = player;
  player.toItem(item && time - item.at > 0.5 ? index : index - 1);
}

function sound() {
  const muted = !player.videos[0].muted;
  for (const video of player.videos) video.muted = muted;
  by("cut-sound").setAttribute("aria-pressed", String(!muted));
}
