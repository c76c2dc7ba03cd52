// The notes of a take as a list: its frame, its words, answers below it, done or not. Words of people are text only.
import { make } from "./stage/build.js";

/** Notes that answer none, by frame; each with its answers in the order in which they were written. */
export function threads(notes) {
  const ids = new Set(notes.map((note) => note.id));
  const roots = notes.filter((note) => !note.reply_to || !ids.has(note.reply_to));
  const rootOf = (note) => {
    for (let at = note, turns = 0; turns < notes.length; turns += 1) {
      if (!at.reply_to || !ids.has(at.reply_to)) return at;
      at = notes.find((other) => other.id === at.reply_to);
    }
    return note;
  };
  const order = (note) => note.frame ?? -1;
  return roots
    .sort((one, other) => order(one) - order(other) || String(one.at).localeCompare(String(other.at)))
    .map((note) => ({ note, answers: notes.filter((other) => other !== note && rootOf(other) === note) }));
}

export function frameName(note, first) {
  if (note.frame === null) return "take";
  const end = note.end_frame !== null && note.end_frame !== note.frame ? `–${note.end_frame + first}` : "";
  return `${note.frame + first}${end}`;
}

/** Fills the list; focus stays on the same button of the same note. */
export function paintNotes(list, notes, first) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const again = focused && `[data-note="${CSS.escape(focused.closest("[data-note]").dataset.note)}"] [data-act="${focused.dataset.act}"]`;
  list.replaceChildren(...threads(notes).map(({ note, answers }) => row(note, answers, first)));
  if (again) list.querySelector(again)?.focus({ preventScroll: true });
}

function row(note, answers, first) {
  const place = note.frame === null
    ? make("span", { class: "at", text: "take" })
    : make("button", { type: "button", class: "at num", "data-act": "seek", "aria-label": `Go to frame ${frameName(note, first)}`, text: frameName(note, first) });
  const item = make("li", { class: note.done ? "note is-done" : "note", "data-note": note.id }, place, body(note));
  const acts = make("span", { class: "acts" },
    make("button", { type: "button", "data-act": "reply", text: "Reply", "aria-label": `Reply to ${note.by}` }),
    make("button", { type: "button", "data-act": "done", text: note.done ? "Done ✓" : "Done", "aria-pressed": String(Boolean(note.done)) }));
  item.append(acts);
  if (answers.length) {
    item.append(make("ol", { class: "plain answers-list" }, ...answers.map((each) => make("li", { "data-note": each.id }, body(each)))));
  }
  return item;
}

function body(note) {
  const words = make("div", { class: "said-words" }, make("span", { class: "text", text: note.text || (note.drawing?.length ? "(drawing)" : "") }));
  if (note.drawing?.length && note.text) words.append(make("span", { class: "drawn", text: "drawing" }));
  words.append(make("span", { class: "by", text: `${note.by}, ${clock(note.at)}` }));
  return words;
}

function clock(at) {
  const date = new Date(at);
  if (Number.isNaN(date.valueOf())) return "";
  const today = date.toDateString() === new Date().toDateString();
  return date.toLocaleString([], today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
