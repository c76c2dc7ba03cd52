// One film in one <video>: seeks to a frame, and says which frame the browser has really presented.
import { clamp, frameOn, frameShown, middleOf, parseRate } from "./rate.js";

const PATIENCE_MS = 400; // after `seeked`, until a frame that was never presented (hidden tab) is taken as shown
const LATE_FRAMES = 12; // while it plays, a seek has landed when a frame this near behind its aim is presented

/** Takes a <video> out of the page, and lets go of its file and connection. */
export function letGo(video) {
  video.pause();
  video.removeAttribute("src");
  video.load();
  video.remove();
}

export class Reel {
  #wanted = null;
  #flying = null;
  #arrived = false;
  #again = false;
  #waiting = [];
  #running = false;
  #timer = 0;
  #beat = { seconds: 0, at: 0 }; // the frame presented last, and when the screen shows it

  /** @param video the page's own of that film, which has begun to load; else a new one */
  constructor(film, video = document.createElement("video")) {
    this.url = film.url;
    this.shown = -1;
    this.failed = null;
    this.onframe = null;
    this.onended = null;
    this.onfailed = null;
    this.describe(film);
    this.video = video;
    Object.assign(this.video, { preload: "auto", playsInline: true, disableRemotePlayback: true, tabIndex: -1 });
    this.video.className = "reel";
    this.video.setAttribute("disablepictureinpicture", "");
    this.video.addEventListener("seeked", () => this.#seeked());
    this.video.addEventListener("ended", () => this.onended?.());
    this.video.addEventListener("error", () => this.#fail());
    this.video.addEventListener("loadedmetadata", () => this.#measure());
    this.#listen();
    if (this.video.getAttribute("src") !== film.url) this.video.src = film.url;
    else if (this.video.error) queueMicrotask(() => this.#fail());
    else if (this.video.readyState >= HTMLMediaElement.HAVE_METADATA) queueMicrotask(() => this.#measure());
  }

  /** What is known of the film; a preloaded one learns it late. */
  describe(film) {
    if (film.fps) this.rate = parseRate(film.fps);
    this.rate ??= parseRate(null);
    this.told = film.frames > 0 || Boolean(this.told);
    if (film.frames > 0) this.frames = film.frames;
    else this.frames = Math.max(this.frames ?? 1, film.atLeast ?? 1); // the file itself tells the rest
  }

  get last() {
    return this.frames - 1;
  }

  get seeking() {
    return this.#wanted !== null;
  }

  /** The frame that it is on its way to, or shows. */
  get aim() {
    return this.#wanted ?? this.shown;
  }

  /** Resolves with the frame presented, once the newest frame that was asked for is. */
  seek(frame, { force = false } = {}) {
    const target = clamp(frame, 0, this.last);
    const there = this.shown === target && this.#wanted === null && this.video.paused && !this.#running;
    if (this.failed || (there && !force)) return Promise.resolve(this.shown);
    this.#wanted = target;
    this.#running = false;
    const landing = new Promise((resolve) => this.#waiting.push(resolve));
    if (this.#flying === null) this.#fly();
    return landing;
  }

  async play(speed = 1) {
    this.video.playbackRate = speed;
    this.#running = true; // until it is sent somewhere: it may present another frame after its pause
    try {
      await this.video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError" || this.video.muted) return;
      this.video.muted = true; // no sound before the person has touched the page
      await this.video.play().catch(() => undefined);
    }
  }

  pause() {
    this.video.pause();
  }

  /** Lets go of the file and its connection. */
  drop() {
    this.onframe = this.onended = this.onfailed = null;
    clearTimeout(this.#timer);
    this.#settle();
    letGo(this.video);
  }

  /** Where it is in the film at a moment while it plays, by the frame presented last. */
  timeAt(now) {
    return this.#beat.seconds + ((now - this.#beat.at) / 1000) * this.video.playbackRate;
  }

  /** What it shows now: { frame, picture, close }. The picture can be drawn until it is closed. */
  picture() {
    if (!globalThis.VideoFrame) return { frame: this.shown, picture: this.video, close: () => undefined };
    try {
      const picture = new VideoFrame(this.video);
      return { frame: frameShown(picture.timestamp / 1e6, this.rate), picture, close: () => picture.close() };
    } catch {
      return null; // it has none yet
    }
  }

  #listen() {
    this.video.requestVideoFrameCallback((_now, told) => {
      this.#beat = { seconds: told.mediaTime, at: told.expectedDisplayTime };
      this.#presented(frameShown(told.mediaTime, this.rate));
      this.#listen();
    });
  }

  #presented(frame) {
    this.shown = frame;
    const playing = !this.video.paused;
    const late = playing && this.#arrived && frame > this.#flying && frame <= this.#flying + LATE_FRAMES;
    if (this.#flying !== null && (frame === this.#flying || late)) this.#land();
    this.onframe?.(frame);
  }

  #fly() {
    this.#flying = this.#wanted;
    this.#arrived = this.#again = false;
    this.video.currentTime = middleOf(this.#flying, this.rate);
  }

  #seeked() {
    this.#arrived = true;
    clearTimeout(this.#timer);
    if (this.#flying !== null) this.#timer = setTimeout(() => this.#lost(), PATIENCE_MS);
  }

  #lost() {
    if (this.#flying === null) return;
    if (!this.#again && !document.hidden) {
      this.#again = true;
      this.video.currentTime = middleOf(this.#flying, this.rate) + 1e-4;
      return;
    }
    this.shown = frameOn(this.video.currentTime, this.rate);
    this.#land();
    this.onframe?.(this.shown);
  }

  #land() {
    clearTimeout(this.#timer);
    const reached = this.#flying;
    this.#flying = null;
    if (this.#wanted !== reached) this.#fly();
    else this.#settle();
  }

  #settle() {
    this.#wanted = this.#flying = null;
    for (const resolve of this.#waiting.splice(0)) resolve(this.shown);
  }

  #measure() {
    const real = Math.round((this.video.duration * this.rate.num) / this.rate.den);
    if (!this.told && real > this.frames) this.frames = real;
    if (!this.video.videoWidth) this.#fail("it has no picture that this browser can decode");
  }

  #fail(reason) {
    if (!this.video.getAttribute("src")) return;
    this.failed = reason ?? this.video.error?.message ?? "the browser can't play it";
    this.#settle();
    this.onfailed?.(this.failed);
  }
}
