// What a retake starts with: as planned, another take's frame, the last frame of the shot before, none, or a picture of one's own.
import { get } from "./api.js";
import { hindrance, upload } from "./grid/upload.js";
import { make } from "./stage/build.js";
import { refuse, toast } from "./toast.js";

const UPLOAD = "\u0000upload";
const own = new Map(); // slate → pictures that were uploaded for it: [{ start_frame, words, url }]

export class StartFrames {
  #choices = [];
  #held = "";
  #turn = 0;

  constructor() {
    this.select = make("select", { "aria-label": "Start frame" });
    this.picture = make("img", { class: "start-picture", alt: "", loading: "lazy", hidden: true });
    this.input = make("input", { type: "file", accept: "image/png,image/jpeg,image/webp", hidden: true, "aria-label": "Picture to start with" });
    this.element = make("span", { class: "start-frame" }, this.select, this.picture, this.input);
    this.select.addEventListener("change", (event) => {
      if (this.select.value !== UPLOAD) return void this.#chose();
      event.stopPropagation();
      this.select.value = this.#held;
      this.input.click();
    });
    this.input.addEventListener("change", (event) => {
      event.stopPropagation();
      this.#send().catch(refuse);
    });
  }

  /** What the basket is asked for; empty: as planned. */
  get value() { return this.select.disabled ? "" : this.#held; }

  /** Offers what a slate's take can start with; what was chosen stays while it is offered. No revision: nothing is offered. */
  async show(slate, revision) {
    const key = `${slate} ${revision}`;
    this.select.disabled = revision === null;
    if (this.key === key) return;
    if (this.slate !== slate) {
      this.#choices = [];
      this.#held = "";
    }
    Object.assign(this, { key, slate });
    this.#paint();
    if (revision === null) return;
    const mine = ++this.#turn;
    const answer = await get(`/records/${encodeURIComponent(slate)}/start-frames`).catch(() => null);
    if (mine !== this.#turn) return;
    if (answer) this.#choices = answer.choices;
    else this.key = null; // asked again the next time
    this.#paint();
  }

  #paint() {
    const [usual, ...others] = this.#choices;
    const all = [{ start_frame: "", words: usual ? `as planned, ${usual.words}` : "as planned" }, ...others, ...(own.get(this.slate) ?? [])];
    if (!all.some((each) => each.start_frame === this.#held)) this.#held = "";
    const option = ({ start_frame: value, words }) => make("option", { value, text: `start: ${words}`, title: words });
    this.select.replaceChildren(...all.map(option), make("option", { value: UPLOAD, text: "start: a picture of yours…" }));
    this.select.value = this.#held;
    this.#chose();
  }

  #chose() {
    this.#held = this.select.value;
    const chosen = [...this.#choices, ...(own.get(this.slate) ?? [])].find((each) => each.start_frame === this.#held);
    this.select.title = chosen?.words ?? "";
    this.picture.hidden = !chosen?.url || this.select.disabled;
    if (chosen?.url) this.picture.src = chosen.url;
  }

  async #send() {
    const [file] = this.input.files;
    this.input.value = "";
    if (!file) return;
    const why = hindrance(file);
    if (why) return void toast(why.message, { bad: true, remedy: why.remedy });
    const { slate } = this;
    toast(`${file.name} is being sent…`, { kind: "upload" });
    const kept = await upload(`/records/${encodeURIComponent(slate)}/start-frames`, { file }, () => undefined).done;
    own.set(slate, [...(own.get(slate) ?? []).filter((each) => each.start_frame !== kept.start_frame), kept]);
    toast([`${slate}: a retake starts with ${kept.words}`, ...(kept.warnings ?? [])].join(". "), { kind: "upload", seconds: 4 });
    if (this.slate !== slate) return;
    this.#held = kept.start_frame;
    this.#paint();
  }
}
