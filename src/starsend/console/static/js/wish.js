// What a retake is of, and with what: the choices beside the notes, and what they ask the basket for.
import { badShots } from "./badshots.js";
import { get } from "./api.js";
import { StartFrames } from "./start_frames.js";
import { make } from "./stage/build.js";

const MOST_TAKES = 8;
let known = null;

/** The models that can be chosen: { video: […], grid: […] }; read once. */
export function models() {
  known ??= get("/models").catch(() => {
    known = null;
    return { video: [], grid: [] };
  });
  return known;
}

export class Choices {
  constructor(changed) {
    this.what = make("select", { "aria-label": "What is made again" });
    this.takes = make("input", { type: "number", min: "1", max: String(MOST_TAKES), value: "1", "aria-label": "Number of takes" });
    this.start = new StartFrames();
    this.model = make("select", { "aria-label": "Model" });
    this.element = make("div", { class: "choices" },
      this.what, labelled("takes", this.takes), this.start.element, this.model);
    this.element.addEventListener("change", (event) => {
      if (event.target === this.what) this.#frames();
      this.#titles();
      changed();
      if (event.target.matches("select:not(:focus-visible)")) event.target.blur(); // clicked: the keys belong to the page again
    });
    this.view = null;
    this.take = null;
  }

  /** Offers what fits a slate and take; choices that were made for it stay. */
  async open(view, take) {
    const same = this.view?.slate === view.slate && this.take?.take === take?.take;
    this.view = view;
    this.take = take;
    const marks = take?.medium === "video" ? badShots(take).join() : "";
    if (!same || marks !== this.marks) this.#whats();
    if (!same) this.takes.value = "1";
    this.marks = marks;
    this.#frames();
    const { video, grid } = await models();
    this.catalogue = { video, grid };
    this.#models();
  }

  /** { slate, mode, shots }: what would be made, of which shots. */
  get target() {
    const [mode, slate] = this.what.value.split(" ");
    const shots = mode === "single" ? [slate.split("_").pop()] : this.view.prompts.map((each) => each.shot);
    return { slate, mode, shots };
  }

  get asked() {
    const { slate, mode } = this.target;
    const takes = Math.min(MOST_TAKES, Math.max(1, Number(this.takes.value) || 1));
    return { slate, mode, takes, start_frame: this.start.value || null, model: this.model.value || null };
  }

  #whats() {
    const { view, take } = this;
    const shots = view.prompts.map((each) => each.shot);
    const options = view.kind === "sequence"
      ? [["multi", view.slate, `${view.slate}, all shots`], ...shots.map((shot) => ["single", `${view.slate}_${shot}`, `${shot} alone`]), ["grid", view.slate, `grid for ${view.slate}`]]
      : [["single", view.slate, view.slate], ["grid", view.slate, `grid for ${view.slate}`]];
    this.what.replaceChildren(...options.map(([mode, slate, text]) => make("option", { value: `${mode} ${slate}`, text })));
    const bad = take?.medium === "video" ? badShots(take) : [];
    const need = view.next?.need;
    if (view.kind === "sequence" && bad.length === 1) this.what.value = `single ${view.slate}_${bad[0]}`;
    else if (need === "grid" || need === "pick" || (take?.medium === "grid" && !view.start_frame)) this.what.value = `grid ${view.slate}`;
    else if (need === "shots") this.what.value = `single ${view.slate}_${view.next.shot}`;
  }

  #frames() {
    const { slate, mode } = this.target;
    this.start.show(slate, mode === "grid" ? null : this.view.revision);
    this.#models();
  }

  #models() {
    const all = this.catalogue?.[this.target.mode === "grid" ? "grid" : "video"] ?? [];
    const usual = all.find((one) => one.default);
    const price = (one) => (one.usd_per_s ? `, $${one.usd_per_s}/s` : "");
    const held = this.model.value;
    this.model.replaceChildren(
      make("option", { value: "", text: usual ? `${usual.id}${price(usual)}` : "as planned" }),
      ...all.filter((one) => !one.default).map((one) => make("option", { value: one.id, text: `${one.id}${price(one)}`, title: one.title })));
    this.model.value = all.some((one) => one.id === held && !one.default) ? held : "";
    this.#titles();
  }

  /** What doesn't fit into a choice is read on it. */
  #titles() {
    for (const each of [this.what, this.model]) each.title = each.selectedOptions[0]?.text ?? "";
  }
}

const labelled = (label, control) => make("label", {}, make("span", { text: label, "aria-hidden": "true" }), control);
