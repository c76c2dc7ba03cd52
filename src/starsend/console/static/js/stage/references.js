// What a take was made from, beside the picture while `f` is held: its start frame and the elements.
import { make } from "./build.js";

export class References {
  #view = null;
  #take = null;

  constructor(stage) {
    this.stage = stage;
    this.place = make("aside", { class: "stage-refs", "aria-label": "Start frame and elements", hidden: true });
    stage.append(this.place);
  }

  load(view, take) {
    this.#view = view;
    this.#take = take;
    if (!this.place.hidden) this.show();
  }

  show() {
    const start = this.#take?.start_frame ?? this.#view?.start_frame?.url;
    const elements = this.#take?.elements?.length ? this.#take.elements : (this.#view?.elements ?? []);
    const pictures = elements.map((one) => card(one.url, one.id, one.dropped ? "dropped" : (one.description ?? one.kind)));
    if (start) pictures.unshift(card(start, "Start frame", ""));
    if (!pictures.length) pictures.push(make("p", { text: "It has no start frame and no elements." }));
    this.place.replaceChildren(...pictures);
    this.place.hidden = false;
    this.stage.dataset.refs = "";
  }

  hide() {
    this.place.hidden = true;
    delete this.stage.dataset.refs;
  }

  toggle() {
    if (this.place.hidden) this.show();
    else this.hide();
  }
}

function card(url, name, words) {
  const figure = make("figure");
  if (url) figure.append(make("img", { src: url, alt: name, loading: "eager", decoding: "async" }));
  figure.append(make("figcaption", {}, make("b", { text: name }), words ? make("span", { text: words }) : null));
  return figure;
}
