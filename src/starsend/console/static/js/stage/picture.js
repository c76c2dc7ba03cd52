// The black box that films are shown in: the picture at its own ratio, a canvas over it, slate and frame in the corners.
import { keyCap } from "../keys.js";
import { make } from "./build.js";
import { timecode } from "./rate.js";

const TURNING_MS = 300; // a film that was covered is painted some frames after it is uncovered

export class Picture {
  scale = 1; // how many times larger the picture is shown than it fits

  constructor() {
    this.canvas = make("canvas", { class: "stage-canvas", "aria-hidden": "true" });
    this.handle = make("div", { class: "stage-wipe", role: "slider", tabindex: "0", "aria-label": "Wipe", "aria-valuemin": "0", "aria-valuemax": "100" });
    this.stills = ["is-front", "is-other"].map((kind) => make("canvas", { class: `reel still ${kind}`, hidden: true, "aria-hidden": "true" }));
    this.box = make("div", { class: "stage-picture" }, ...this.stills, this.canvas, this.handle);
    this.name = make("span", { class: "stage-label is-name" });
    this.at = make("span", { class: "stage-label is-frame num" });
    this.otherName = make("span", { class: "stage-label is-other-name" });
    this.face = make("div", { class: "stage-face", hidden: true });
    this.said = make("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    this.whole = make("button", { type: "button", class: "stage-whole num", title: "The whole picture", "aria-keyshortcuts": "0", hidden: true });
    this.frame = make("div", { class: "stage-frame" }, this.box, this.name, this.at, this.otherName, this.whole, this.face);
  }

  /** How large it is now; pressed, all of it is shown again. */
  showScale(scale) {
    this.whole.hidden = scale === 1;
    this.whole.setAttribute("aria-label", `The whole picture; shown at ${Math.round(scale * 100)} per cent`);
    this.whole.replaceChildren(make("span", { text: `${Math.round(scale * 100)} %` }), keyCap("0"));
  }

  /** Brings films to the front; the others stay underneath, at the ready. */
  front(reel, other = null) {
    for (const video of this.box.querySelectorAll("video")) {
      const leaving = video !== reel?.video && video.classList.contains("is-front");
      video.classList.toggle("is-front", video === reel?.video);
      if (leaving) this.#leave(video);
      video.classList.toggle("is-other", video === other?.video);
    }
    this.box.classList.toggle("is-empty", !reel);
    if (!reel) return;
    const { videoWidth: width, videoHeight: height } = reel.video;
    if (width && height) this.#ratio(width, height);
  }

  label(name, shot, frame, first, rate) {
    this.name.textContent = [name, shot?.id].filter(Boolean).join(" · ");
    this.at.textContent = frame === null ? "" : `${frame + first} · ${timecode(frame, rate)}`;
  }

  /** Keeps what two films show, as stills over them, while they move. */
  hold(reels) {
    if (!("held" in this.box.dataset)) this.pair(reels.map((reel) => (reel.video.videoWidth ? reel.video : null)));
  }

  /** Shows pictures that belong together, as stills over their films, which go on by themselves beneath. */
  pair(pictures) {
    this.stills.forEach((still, index) => this.#paint(still, pictures[index]));
    this.box.dataset.held = "";
  }

  release() {
    if (!("held" in this.box.dataset)) return;
    delete this.box.dataset.held;
    for (const still of this.stills) still.hidden = true;
  }

  /** For ears: what a key did that is otherwise seen. */
  say(words) {
    this.said.textContent = words;
  }

  /** What was in front stays right behind, and shows through until the browser has really painted the new one. */
  #leave(video) {
    clearTimeout(this.leaving);
    for (const old of this.box.querySelectorAll(".is-leaving")) old.classList.remove("is-leaving");
    video.classList.add("is-leaving");
    this.box.dataset.turning = "";
    this.leaving = setTimeout(() => {
      video.classList.remove("is-leaving");
      delete this.box.dataset.turning;
    }, TURNING_MS);
  }

  #paint(still, picture) { // with alpha: a canvas known as opaque would stop the films beneath it
    still.hidden = !picture;
    if (!picture) return;
    const [wide, high] = [picture.videoWidth ?? picture.displayWidth, picture.videoHeight ?? picture.displayHeight];
    const seen = this.box.clientWidth * devicePixelRatio * this.scale;
    const width = Math.min(wide, Math.round(seen));
    const height = Math.round((width * high) / wide);
    if (still.width !== width || still.height !== height) Object.assign(still, { width, height });
    still.getContext("2d").drawImage(picture, 0, 0, width, height);
  }

  #ratio(width, height) {
    this.box.style.setProperty("--ratio", String(width / height));
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width; // drawings are in the film's own pixels
    this.canvas.height = height;
  }
}
