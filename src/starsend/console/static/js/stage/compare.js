// Two films on one frame: side by side, wiped, overlaid, or their difference.
import { across, clamp, parseRate } from "./rate.js";

export const MODES = [
  { name: "off", label: "Off", key: "" },
  { name: "side", label: "Side by side", key: "s" },
  { name: "wipe", label: "Wipe", key: "w" },
  { name: "overlay", label: "Overlay", key: "Alt+o" },
  { name: "difference", label: "Difference", key: "Shift+d" },
];
const OPACITIES = [0, 25, 50, 75, 100];
const GAINS = [1, 2, 4, 8];

export class Compare {
  mode = "off";
  other = null; // { name, url, fps, offset, shows }; offset: its frame for the leader's first
  reel = null;
  wipe = 50;
  opacity = 50;
  gain = 1;

  constructor(place, handle) {
    this.place = place;
    this.handle = handle;
    handle.addEventListener("pointerdown", (event) => this.#drag(event));
    handle.addEventListener("keydown", (event) => this.#key(event));
    this.show();
  }

  get on() {
    return this.mode !== "off" && this.reel !== null;
  }

  /** The follower for the transport: the other's frame for one of the leader's. */
  followers(leader) {
    if (!this.on) return [];
    const { reel, other } = this;
    const offset = other.offset ?? 0;
    return [{ reel, place: (frame) => across(frame, leader.rate, parseRate(other.fps)) + offset }];
  }

  /** The leader's frames that the other has a picture for, both within. */
  span(leader) {
    const offset = this.other.offset ?? 0;
    const back = (frame) => across(frame, this.reel.rate, leader.rate);
    const [from, to] = this.other.shows ?? [0, this.reel.last];
    return [Math.max(0, back(from - offset)), Math.min(leader.last, back(to - offset))];
  }

  /** What the other is called now, with its setting; and where it has pictures, when this frame has none. */
  title(leader, frame, first) {
    if (!this.on) return "";
    const [from, to] = this.span(leader);
    const outside = frame < from || frame > to;
    this.place.toggleAttribute("data-outside", outside);
    const more = outside ? `from ${from + first} to ${to + first}` : this.setting;
    return [this.other.name, more].filter(Boolean).join(" · ");
  }

  set(mode, other, reel) {
    this.mode = reel ? mode : "off";
    this.other = reel ? other : null;
    this.reel = reel;
  }

  /** Moves what the mode has: the wipe's edge, the overlay's opacity, the difference's gain. */
  adjust(direction) {
    if (this.mode === "wipe") this.wipe = clamp(this.wipe + 5 * direction, 0, 100);
    if (this.mode === "overlay") this.opacity = next(OPACITIES, this.opacity, direction);
    if (this.mode === "difference") this.gain = next(GAINS, this.gain, direction);
    this.show();
  }

  get setting() {
    if (this.mode === "overlay") return `${this.opacity} %`;
    if (this.mode === "difference") return `× ${this.gain}`;
    return this.mode === "wipe" ? `${Math.round(this.wipe)} %` : "";
  }

  show() {
    this.place.dataset.compare = this.on ? this.mode : "off";
    this.place.style.setProperty("--wipe", `${this.wipe}%`);
    this.place.style.setProperty("--opacity", String(this.opacity / 100));
    this.place.style.setProperty("--gain", String(this.gain));
    this.handle.hidden = !(this.on && this.mode === "wipe");
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.wipe)));
    this.handle.setAttribute("aria-valuetext", `${Math.round(this.wipe)} per cent from the left`);
  }

  #drag(down) {
    down.preventDefault();
    this.handle.focus({ preventScroll: true });
    this.handle.setPointerCapture(down.pointerId);
    const move = (event) => {
      const box = this.place.getBoundingClientRect();
      this.wipe = clamp(((event.clientX - box.left) / box.width) * 100, 0, 100);
      this.show();
    };
    const up = () => this.handle.removeEventListener("pointermove", move);
    this.handle.addEventListener("pointermove", move);
    this.handle.addEventListener("pointerup", up, { once: true });
    this.handle.addEventListener("pointercancel", up, { once: true });
  }

  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const end = { Home: 0, End: 100 }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault(); // the frames stay where they are
    event.stopPropagation();
    this.wipe = end ?? clamp(this.wipe + step * (event.shiftKey ? 10 : 1), 0, 100);
    this.show();
  }
}

function next(steps, value, direction) {
  return steps[clamp(steps.indexOf(value) + direction, 0, steps.length - 1)];
}
