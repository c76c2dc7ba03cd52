// What lies below the sheet: the present start frame, and what else can be done: a box, an upload, older grids.
import { ariaKey, keyCap } from "../keys.js";
import { make } from "../stage/build.js";
import { refuse } from "../toast.js";

export class Beside {
  /** run: { box, upload(file), ask, askFor, older, newer } */
  constructor(run) {
    this.picture = make("img", { alt: "The present start frame", hidden: true });
    this.words = make("p", { class: "beside-words" });
    this.present = make("figure", { class: "beside-frame" }, make("span", { class: "beside-still" }, this.picture), make("figcaption", {}, make("b", { text: "Start frame" }), this.words));
    this.input = make("input", { type: "file", accept: "image/png,image/jpeg,image/webp", class: "visually-hidden", tabindex: "-1", "aria-label": "A picture to upload as the start frame" });
    this.input.addEventListener("change", () => {
      if (this.input.files[0]) run.upload(this.input.files[0]);
      this.input.value = "";
    });
    this.progress = make("progress", { max: "1", value: "0", "aria-label": "Uploading" });
    this.cancel = button("Stop", null, () => this.stop?.());
    this.upload = make("div", { class: "beside-upload", hidden: true }, make("span", { text: "Uploading " }), this.progress, this.cancel);
    this.older = button("Older grid", "PageUp", run.older);
    this.newer = button("Newer grid", "PageDown", run.newer);
    this.place = make("span", { class: "beside-place num" });
    this.turn = make("div", { class: "beside-turn", role: "group", "aria-label": "Grids of this slate" }, this.older, this.place, this.newer);
    this.said = make("p", { class: "beside-said", role: "status" });
    this.uploadFor = button("Upload for another shot", null, run.askFor);
    this.uploadFor.hidden = true;
    this.acts = make("div", { class: "beside-acts" }, button("Draw a box", "b", run.box), button("Upload a picture", "Shift+u", run.ask), this.uploadFor, this.turn);
    this.hint = make("p", { class: "beside-hint" });
    this.element = make("div", { class: "beside" }, this.present, make("div", { class: "beside-main" }, this.hint, this.acts, this.upload, this.said), this.input);
  }

  /** Shows the start frame that stands, or says that there is none. */
  show(frame, cells) {
    this.picture.hidden = !frame;
    if (frame && this.picture.getAttribute("src") !== frame.small) this.picture.src = frame.small;
    this.words.textContent = frame ? frame.words : "none yet: pick a cell";
    const keys = cells > 1 ? `Press 1 to ${Math.min(9, cells)}, or click a cell, to see it at its true size.` : "Press 1, or click the cell, to see it at its true size.";
    this.hint.textContent = cells ? `${keys} Or drop a picture here.` : "Draw a box, or drop a picture here.";
  }

  /** grids: numbers of the takes; shown: which of them is. */
  showTurn(grids, shown) {
    const at = grids.indexOf(shown);
    this.turn.hidden = grids.length < 2;
    this.place.textContent = `${at + 1} of ${grids.length}`;
    this.older.disabled = at <= 0;
    this.newer.disabled = at < 0 || at >= grids.length - 1;
  }

  /** part: 0 to 1 while something is sent, null when it has ended. */
  showProgress(part, stop) {
    this.upload.hidden = part === null;
    this.stop = stop;
    if (part === null) return;
    if (part >= 1) this.progress.removeAttribute("value"); // all was sent: the server looks at it
    else this.progress.value = part;
  }

  /** acts: what can be done about it, as buttons: [{ words, run }] */
  say(text, remedy = "", bad = false, acts = []) {
    const buttons = text ? acts.map(({ words, run }) => button(words, null, () => Promise.resolve(run()).catch(refuse))) : [];
    this.said.replaceChildren(...(text ? [make("span", { text }), remedy && make("span", { class: "remedy", text: ` ${remedy}` }), ...buttons] : []).filter(Boolean));
    this.said.toggleAttribute("data-bad", bad);
  }
}

function button(label, key, run) {
  const made = make("button", { type: "button", "aria-keyshortcuts": key ? ariaKey(key) : null }, make("span", { text: label }), key ? keyCap(key) : null);
  made.addEventListener("click", run);
  return made;
}
