// Hands on the picture. By touch: a tap plays or rests, two fingers zoom, one moves what is zoomed, two taps reset.
// By mouse: Ctrl and the wheel (or a pinch on a pad) zooms at the pointer, Alt+drag moves, Shift+drag scrubs, a double click resets.
import { clamp } from "./rate.js";

const STILL_PX = 10;
const TAP_MS = 350;
const TWICE_MS = 300;
const WHEEL = 0.01; // of a pixel of the wheel, in powers of e
const MOST_WHEEL = 30; // a wheel of a mouse turns by a hundred at once, a pinch on a pad by a few

export class Gestures {
  #fingers = new Map(); // of touches that are down: id → { x, y }
  #tap = null; // the touch that may become a tap
  #tapped = 0;
  #off = new AbortController();

  /** asked: { toggle(), scrub(by, from), frame(), frames() }: scrub moves by frames from the frame it began on. */
  constructor(place, zoom, asked) {
    Object.assign(this, { place, zoom, asked });
    const listen = (kind, run, more) => place.addEventListener(kind, run, { signal: this.#off.signal, ...more });
    listen("pointerdown", (event) => this.#down(event), { capture: true }); // before a drawing takes it
    listen("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel"]) listen(kind, (event) => this.#up(event));
    listen("touchstart", (event) => this.#touch(event), { passive: false });
    listen("wheel", (event) => this.#wheel(event), { passive: false });
    listen("dblclick", (event) => zoom.on && !drawing(event) && zoom.reset());
  }

  destroy() {
    this.#off.abort();
  }

  /** Two fingers, or one on a zoomed picture, are ours: the page neither scrolls nor zooms. */
  #touch(event) {
    if ((event.touches.length > 1 || this.zoom.on) && event.cancelable && !controls(event)) event.preventDefault();
  }

  #down(event) {
    if (controls(event)) return;
    if (event.pointerType !== "touch") return this.#press(event);
    if (drawing(event)) return;
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.place.setPointerCapture(event.pointerId);
    this.#tap = this.#fingers.size === 1 ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null;
  }

  #move(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.#fingers.set(event.pointerId, now);
    if (this.#tap && Math.hypot(now.x - this.#tap.x, now.y - this.#tap.y) > STILL_PX) this.#tap = null;
    if (other) this.#pinch(before, now, other);
    else if (this.zoom.on) this.zoom.pan(now.x - before.x, now.y - before.y);
  }

  /** One of two fingers moved: as they part, it grows; as their middle moves, it moves. */
  #pinch(before, now, other) {
    const apart = Math.hypot(before.x - other.x, before.y - other.y);
    if (apart < 1) return;
    const grown = Math.hypot(now.x - other.x, now.y - other.y) / apart;
    this.zoom.to(this.zoom.scale * grown, [(now.x + other.x) / 2, (now.y + other.y) / 2]);
    this.zoom.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  #up(event) {
    const tap = this.#fingers.delete(event.pointerId) && event.type === "pointerup" ? this.#tap : null;
    if (!tap || event.timeStamp - tap.at > TAP_MS) return;
    this.#tap = null;
    this.asked.toggle(); // at once; a second tap takes it back
    const twice = event.timeStamp - this.#tapped < TWICE_MS;
    this.#tapped = twice ? 0 : event.timeStamp;
    if (twice && this.zoom.on) this.zoom.reset();
  }

  #press(event) {
    if (event.button !== 0 || event.altKey === event.shiftKey || event.ctrlKey || event.metaKey) return;
    if (event.shiftKey && drawing(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.altKey) this.#drag(event, (moved, last) => this.zoom.pan(moved.clientX - last.clientX, moved.clientY - last.clientY));
    else {
      const from = this.asked.frame();
      const { width } = this.place.getBoundingClientRect();
      this.#drag(event, (moved) => this.asked.scrub(Math.round(((moved.clientX - event.clientX) / width) * this.asked.frames()), from));
    }
  }

  #drag(down, moved) {
    let last = down;
    const ends = new AbortController();
    const { signal } = ends;
    this.place.setPointerCapture(down.pointerId);
    const move = (event) => { moved(event, last); last = event; };
    this.place.addEventListener("pointermove", move, { signal });
    for (const kind of ["pointerup", "pointercancel"]) this.place.addEventListener(kind, () => ends.abort(), { signal });
  }

  #wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault(); // the page stays as large as it is
    const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    this.zoom.to(this.zoom.scale * Math.exp(-clamp(pixels, -MOST_WHEEL, MOST_WHEEL) * WHEEL), [event.clientX, event.clientY]);
  }
}

const drawing = (event) => Boolean(event.target.closest?.(".is-drawn-on, .draw-words"));
const controls = (event) => Boolean(event.target.closest?.("button, a[href], input, select, [role=slider], .stage-refs"));
