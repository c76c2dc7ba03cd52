// Writes a note: the first letter pauses and pins the frame (or the looped range), sending plays on. One draft a take.
import { post } from "./api.js";
import { draftOf, keepDraft } from "./drafts.js";
import { keyCap } from "./keys.js";
import { make } from "./stage/build.js";
import { ours } from "./verdicts.js";

const EMPTY = { text: "", frame: null, end_frame: null, drawing: [], reply_to: null };

export class Composer {
  where = null; // { slate, take, name }: whose draft is in the field
  draft = { ...EMPTY };
  #playing = false; // it played when typing began: sending goes on
  #sending = null;

  /** `sent(answer, where)` is told of a note that was taken; `changed()` of another draft; `draw()` wants to draw. */
  constructor(session, { sent, changed, draw, seek }) {
    Object.assign(this, { session, sent, changed, seek });
    this.field = make("textarea", { rows: "1", maxlength: "10000", placeholder: "Write a note…", title: "Typing pauses and pins this frame (or the looped range); sending plays on" });
    this.pin = make("button", { type: "button", class: "pin num" });
    this.unpin = make("button", { type: "button", class: "unpin", "aria-label": "About the whole take", title: "About the whole take", text: "×" });
    this.answers = make("p", { class: "answers", hidden: true });
    this.fault = make("p", { class: "fault", role: "alert" });
    this.drawIt = make("button", { type: "button", class: "draw", "aria-keyshortcuts": "d", "aria-pressed": "false" }, make("span", { text: "Draw" }), keyCap("d"));
    this.send = make("button", { type: "submit", class: "send" }, make("span", { text: "Send" }), keyCap("Enter"));
    this.element = make("form", { class: "composer" },
      this.answers,
      make("div", { class: "written" }, this.pin, this.unpin, this.field, this.drawIt, this.send),
      this.fault);
    this.element.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.drawIt.addEventListener("click", draw);
    this.pin.addEventListener("click", () => this.draft.frame !== null && seek(this.draft.frame));
    this.unpin.addEventListener("click", () => { this.change({ frame: null, end_frame: null, drawing: [] }); this.field.focus(); });
    this.answers.addEventListener("click", (event) => event.target.closest("button") && this.change({ reply_to: null }));
  }

  /** Puts the draft of a take into the field; that of the take before stays where it is. */
  open(slate, take) {
    const off = !take;
    this.field.disabled = this.send.disabled = off;
    this.drawIt.hidden = take?.medium !== "video";
    if (off) return this.#shut();
    if (this.where?.slate === slate && this.where.take === take.take) return;
    this.where = { slate, take: take.take, name: take.name };
    this.#playing = false;
    this.fault.textContent = "";
    this.draft = { ...EMPTY, ...draftOf("note", slate, take.take) };
    this.field.value = this.draft.text;
    this.field.setAttribute("aria-label", `Note on ${take.name}`);
    this.#show();
  }

  /** There is no take to write on. What was begun elsewhere waits there. */
  #shut() {
    this.where = null;
    this.draft = { ...EMPTY };
    this.field.value = this.fault.textContent = "";
    this.#show();
  }

  focus() {
    this.field.focus();
  }

  change(part) {
    Object.assign(this.draft, part);
    const { text, drawing, reply_to: reply } = this.draft;
    if (this.where) keepDraft(text || drawing.length || reply ? this.draft : null, "note", this.where.slate, this.where.take);
    if (!text && !drawing.length && !reply) this.draft = { ...EMPTY };
    this.#show();
    this.changed();
  }

  reply(note) {
    this.change({ reply_to: note.id, frame: null, end_frame: null, drawing: [] });
    this.focus();
  }

  /** Rests the film, and gives the frames that a note which begins now is about. */
  async rest() {
    const { stage } = this.session;
    if (!stage || this.session.take?.medium !== "video") return { frame: null, end_frame: null };
    if (!stage.paused) {
      this.#playing = true;
      await stage.pause();
    }
    const range = stage.transport?.range;
    return range ? { frame: range.from, end_frame: range.to } : { frame: stage.transport?.leader === null ? this.session.frame : stage.frame, end_frame: null };
  }

  async #typed() {
    const began = !this.draft.text && !this.draft.drawing.length && !this.draft.reply_to && this.draft.frame === null;
    const { where } = this;
    this.change({ text: this.field.value });
    const frames = await this.rest();
    if (began && this.field.value && this.where === where) this.change(frames);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" || (event.key === "Tab" && event.shiftKey)) {
      event.preventDefault();
      this.field.blur();
    }
  }

  submit() {
    this.#sending ??= this.#submit().finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #submit() {
    const { where, draft } = this;
    const typed = draft.text;
    const text = typed.trim();
    if (!where || (!text && !draft.drawing.length)) return;
    this.element.setAttribute("aria-busy", "true");
    const { frame, end_frame, drawing, reply_to } = draft;
    try {
      const body = { take: where.take, text, frame, end_frame, reply_to, drawing: drawing.length ? drawing : null };
      const answer = await ours(where.slate, post(`/records/${encodeURIComponent(where.slate)}/notes`, body));
      this.#taken(where, draft, draft.text.slice(typed.length));
      this.sent(answer, where);
      if (this.#playing && this.where === where) this.session.stage?.play();
      this.#playing = false;
    } catch (error) {
      const known = error.status !== undefined;
      this.fault.textContent = known ? `${error.message} ${error.remedy ?? ""}` : "The Console can't be reached. Your note is kept; send it again.";
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  /** The note is in the record: its draft goes, but for what was typed meanwhile. */
  #taken(where, draft, more) {
    if (this.where !== where || this.draft !== draft) return keepDraft(null, "note", where.slate, where.take);
    this.fault.textContent = "";
    this.field.value = more;
    this.draft = { ...EMPTY };
    this.change({ text: more });
    if (!more && document.activeElement === this.field) this.field.blur(); // the keys belong to the page again
  }

  #show() {
    const { frame, end_frame: end, reply_to: reply, drawing } = this.draft;
    const first = this.session.view?.first_frame ?? 0;
    const pinned = frame !== null;
    this.pin.hidden = this.unpin.hidden = !pinned;
    if (pinned) {
      const last = end === null || end === frame ? "" : `–${end + first}`;
      this.pin.textContent = `${frame + first}${last}${drawing.length ? " · drawing" : ""}`;
      this.pin.setAttribute("aria-label", `Pinned to frame ${frame + first}${last}: go there`);
    }
    this.answers.hidden = !reply;
    if (!reply) return;
    const asked = this.session.take?.notes.find((note) => note.id === reply);
    const words = asked ? `Answers ${asked.by}: ${asked.text}` : "Answers a note";
    this.answers.replaceChildren(make("span", { text: words }), make("button", { type: "button", "aria-label": "Don't answer it", text: "×" }));
  }
}
