// The black box that films are shown in: the picture at its own ratio, a canvas over it, slate and frame in the corners.
import { make } from "./build.js";
import { timecode } from "./rate.js";

const TURNING_MS = 300; // a film that was covered is painted some frames after it is uncovered

export class Picture {
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
    this.frame = make("div", { class: "stage-frame" }, this.box, this.name, this.at, this.otherName, this.face);
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
  hold(reels) { // with alpha: a canvas known as opaque would stop the films beneath it
    if ("held" in this.box.dataset) return;
    this.stills.forEach((still, index) => {
      const video = reels[index]?.video;
      if (!video?.videoWidth) return;
      still.width = video.clientWidth;
      still.height = video.clientHeight;
      still.getContext("2d").drawImage(video, 0, 0, still.width, still.height);
      still.hidden = false;
    });
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

  #ratio(width, height) {
    this.box.style.setProperty("--ratio", String(width / height));
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width; // drawings are in the film's own pixels
    this.canvas.height = height;
  }
}
