// The row of buttons under the bar: every key of the player is a button, too, and shows its key.
import { ariaKey, keyCap } from "../keys.js";
import { icon, make } from "./build.js";
import { MODES } from "./compare.js";
import { rateName, timecode } from "./rate.js";
import { SPEEDS } from "./transport.js";

export class Controls {
  constructor(place, act) {
    this.act = act;
    this.place = place;
    place.classList.add("stage-controls");
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "Player");
    this.count = make("span", { class: "stage-count num" });
    this.time = make("span", { class: "stage-time num" });
    this.toggle = button("Play", "Space", "play", () => act.toggle());
    this.loop = button("Loop", "Shift+l", "loop", () => act.toggleLoop());
    this.sound = button("Sound", "v", "sound", () => act.toggleSound());
    this.speed = choice("Speed", SPEEDS.map((speed) => [speed, `${speed}×`]), (value) => act.setSpeed(Number(value)));
    this.mode = choice("Compare", MODES.map((mode) => [mode.name, mode.label]), (value) => act.compare(value));
    this.other = choice("Compare with", [], (value) => act.compareWith(value));
    this.more = make("span", { class: "stage-mix" }, button("Less", "[", null, () => act.adjust(-1), "−"), button("More", "]", null, () => act.adjust(1), "+"));
    this.going = make("span", { class: "stage-going num", "aria-live": "off" });
    this.clear = button("Clear the range", "p", null, () => act.clearRange(), "all");
    place.replaceChildren(
      make("div", { class: "stage-counter" }, this.count, this.time),
      group("Play",
        button("First frame", "Home", "first", () => act.first()),
        button("Previous frame", "ArrowLeft", "back", () => act.step(-1)),
        button("Play backwards", "j", "reverse", () => act.shuttle(-1)),
        this.toggle,
        button("Play faster", "l", "fast", () => act.shuttle(1)),
        button("Next frame", "ArrowRight", "forward", () => act.step(1)),
        button("Last frame", "End", "last", () => act.last()),
        this.going),
      group("Speed and range", this.speed,
        button("Range begins here", "i", null, () => act.rangeFrom(), "in"),
        button("Range ends here", "o", null, () => act.rangeTo(), "out"),
        this.clear, this.loop),
      group("Compare", this.mode, this.other, this.more),
      group("Look",
        button("In context", "c", null, () => act.context(), "context"),
        button("References", "f", null, () => act.references(), "refs"),
        this.sound,
        button("Full screen", "Shift+f", "full", () => act.fullscreen()),
        button("Keys", "?", null, () => act.keys(), "keys")),
    );
  }

  setFilm(frames, first, rate) {
    this.frames = frames;
    this.first = first;
    this.rate = rate;
    this.time.title = `${rateName(rate)} frames a second`;
  }

  setFrame(frame) {
    this.count.replaceChildren(make("b", { text: String(frame + this.first) }), ` / ${this.first + this.frames - 1}`);
    this.time.textContent = `${timecode(frame, this.rate)} · ${rateName(this.rate)}`;
  }

  setState({ paused, shuttle, speed, loop, range, muted }) {
    face(this.toggle, paused ? "Play" : "Pause", paused ? "play" : "pause");
    this.speed.value = String(speed);
    this.loop.setAttribute("aria-pressed", String(loop));
    this.clear.disabled = !range;
    face(this.sound, muted ? "Sound on" : "Sound off", muted ? "silent" : "sound");
    const quick = Math.abs(shuttle) > 1 || shuttle < 0;
    this.going.textContent = quick ? `${shuttle < 0 ? "−" : ""}${Math.abs(shuttle)}×` : "";
  }

  setCompare({ mode, others, chosen }) {
    this.mode.value = mode;
    this.mode.disabled = this.other.disabled = others.length === 0;
    this.other.replaceChildren(...others.map((one) => make("option", { value: one.id, text: one.name, title: one.name })));
    if (chosen) this.other.value = chosen;
    this.other.title = `Compare with ${this.other.selectedOptions[0]?.text ?? ""}`;
    this.other.hidden = mode === "off";
    this.more.hidden = mode === "off" || mode === "side";
  }
}

function button(name, key, picture, run, text) {
  const made = make("button", { type: "button", "aria-label": name, title: name, "aria-keyshortcuts": ariaKey(key) });
  if (picture) made.append(icon(picture));
  if (text) made.append(make("span", { text }));
  const cap = keyCap(key);
  cap.textContent = cap.textContent.replace("Shift ", "⇧");
  made.append(cap);
  made.addEventListener("click", run);
  return made;
}

function face(made, name, picture) {
  if (made.title === name) return;
  made.title = name;
  made.setAttribute("aria-label", name);
  made.querySelector("svg").replaceWith(icon(picture));
}

function choice(name, options, changed) {
  const made = make("select", { "aria-label": name, title: name });
  made.append(...options.map(([value, text]) => make("option", { value, text })));
  made.addEventListener("change", () => {
    changed(made.value);
    made.blur(); // the keys belong to the player again
  });
  return made;
}

const group = (name, ...parts) => make("div", { role: "group", "aria-label": name }, ...parts);
