// Notes: written on a take and its frames, drawn over the picture, dots on the bar, answered, marked as done.
import { post } from "./api.js";
import { Composer } from "./composer.js";
import { Sketch } from "./draw.js";
import { bind } from "./keys.js";
import { on } from "./live.js";
import { frameName, paintNotes } from "./note_list.js";
import { paintStrokes } from "./paint.js";
import { make } from "./stage/build.js";
import { refuse, toast } from "./toast.js";
import { ours } from "./verdicts.js";

const GROUP = "Notes";
let session = null;
let composer = null;
let sketch = null;
let parts = null;
let stage = null; // the one that is listened to
let painted = false; // something is on the canvas

export function mount(given) {
  session = given;
  composer = new Composer(session, { sent, changed: paint, draw: toggleDraw, seek });
  sketch = new Sketch({ changed: drawn, painted: paint, left, full: () => toast("That is all that one drawing can hold; send it and begin another.") });
  parts = build(document.getElementById("notes"));
  bind(["n", "m"], "Write a note", GROUP, write);
  bind("Shift+Tab", "From the player to the note; again: back", GROUP, () => (document.activeElement === document.body ? write() : false));
  bind("d", "Draw on this frame; again to stop", GROUP, toggleDraw);
  bind("e", "Eraser", GROUP, erase);
  const drawing = { when: () => sketch.active };
  bind("Ctrl+z", "Undo a stroke", GROUP, () => sketch.undo(), drawing);
  bind(["Alt+r", "Ctrl+Shift+z"], "Redo a stroke", GROUP, () => sketch.redo(), drawing);
  bind(["Delete", "Backspace"], "Throw the drawing away; Ctrl Z brings it back", GROUP, () => sketch.clear(), drawing);
  bind("Enter", "Send the drawing", GROUP, () => composer.submit(), drawing);
  bind("Escape", "", GROUP, () => sketch.stop(), drawing);
  bind(",", "Previous note", GROUP, () => step(-1));
  bind(".", "Next note", GROUP, () => step(1));
  for (const kind of ["view", "take"]) on(kind, show);
  on("frame", framed);
  show();
}

function build(root) {
  const list = make("ol", { class: "plain note-list" });
  const count = make("span", { class: "num" });
  const said = make("p", { class: "visually-hidden", role: "status" });
  const notes = make("section", { class: "notes", "aria-labelledby": "notes-title" },
    make("h2", { id: "notes-title", class: "visually-hidden" }, make("span", { text: "Notes " }), count), composer.element, list, said);
  root.classList.add("desk");
  root.prepend(notes);
  list.addEventListener("click", clicked);
  return { list, count, said };
}

const notesOf = () => session.take?.notes ?? [];
const first = () => session.view?.first_frame ?? 0;
const seek = (frame) => { session.stage?.pause(); return session.stage?.seek(frame); };

function show() {
  const take = session.take;
  if (sketch.active && (composer.where?.slate !== session.slate || composer.where?.take !== take?.take)) sketch.stop();
  composer.open(session.slate, take);
  parts.count.textContent = notesOf().length || "";
  paintNotes(parts.list, notesOf(), first());
  if (!notesOf().length) parts.list.replaceChildren(make("li", { class: "none", text: take ? "No notes on this take." : "" }));
  follow();
  mark();
  paint();
}

/** The stage comes with the first film. */
function follow() {
  if (stage === session.stage || !session.stage) return;
  stage = session.stage;
  stage.onFrame(() => { mark(); paint(); });
}

const marks = () => notesOf().filter((note) => note.frame !== null && !note.reply_to);

function mark() {
  if (!session.stage?.setMarks || session.take?.medium !== "video") return;
  const wanted = marks().map((note) => ({
    id: note.id, frame: note.frame, end_frame: note.end_frame,
    label: `${frameName(note, first())} ${note.by}: ${note.text || "drawing"}`, colour: note.done ? "var(--muted)" : undefined,
  }));
  const key = JSON.stringify([session.slate, session.take.take, wanted]);
  const dots = document.querySelector("#strip .bar-dots");
  if (!dots || (dots.dataset.shows === key && dots.childElementCount === wanted.length)) return;
  dots.dataset.shows = key;
  session.stage.setMarks(wanted);
}

function framed({ frame }) {
  for (const item of parts.list.querySelectorAll(".note")) {
    const note = notesOf().find((each) => each.id === item.dataset.note);
    item.toggleAttribute("data-here", Boolean(note) && covers(note, frame));
  }
}

const covers = (note, frame) => note.frame !== null && frame >= note.frame && frame <= (note.end_frame ?? note.frame);

/** What is drawn on the frame that is shown: by notes, and by the one that is being written. */
function paint() {
  const canvas = session.stage?.canvas?.();
  if (!canvas || session.take?.medium !== "video") return;
  const frame = session.stage.frame;
  const strokes = notesOf().filter((note) => note.drawing?.length && covers(note, frame))
    .flatMap((note) => note.drawing.map((stroke) => ({ ...stroke, faint: sketch.active })));
  const own = sketch.active ? sketch.shown : composer.draft.drawing;
  if (sketch.active || (own.length && covers(composer.draft, frame))) strokes.push(...own);
  if (!strokes.length && !painted) return;
  painted = strokes.length > 0;
  paintStrokes(canvas, strokes);
}

function write() {
  document.getElementById("notes").scrollIntoView({ block: "nearest" });
  composer.focus();
}

async function toggleDraw() {
  if (sketch.active) return sketch.stop();
  if (!composer.where || session.take?.medium !== "video" || !session.stage) return void toast("There is no film to draw on.", { seconds: 3 });
  const frames = await composer.rest();
  const { draft } = composer;
  if (draft.frame === null) composer.change({ ...frames, reply_to: null });
  else if (!covers(draft, session.stage.frame)) await session.stage.seek(draft.frame);
  const pinned = draft.frame === null ? frames : draft;
  sketch.start(session.stage.canvas(), composer.draft.drawing);
  sketch.pinned = { frame: pinned.frame, end_frame: pinned.end_frame };
  composer.drawIt.setAttribute("aria-pressed", "true");
  document.activeElement?.blur();
  parts.said.textContent = `Drawing on frame ${pinned.frame + first()}`;
  paint();
}

async function erase() {
  if (!sketch.active) await toggleDraw();
  if (sketch.active) sketch.choose(sketch.erasing ? "pen" : "eraser");
}

/** Strokes belong to the frame on which drawing began. */
function drawn(strokes) {
  composer.change({ drawing: strokes, ...(strokes.length ? sketch.pinned : {}) });
}

function left() {
  composer.drawIt.setAttribute("aria-pressed", "false");
  paint();
}

/** The note is in the record: it is shown at once, and the revision that was seen goes along with it. */
function sent({ note, record }, { slate, take, name }) {
  if (sketch.active) sketch.stop();
  const view = session.view;
  const held = view?.slate === slate ? view.takes.find((each) => each.take === take) : null;
  if (!held) {
    session.forget(slate);
    return void toast(`The note is on ${name}`);
  }
  if (!held.notes.some((each) => each.id === note.id)) held.notes.push(note);
  adopt(record);
  parts.said.textContent = "The note is written.";
}

/** Our own change is seen; if somebody else's came with it, the slate is read again. */
function adopt(record) {
  session.forget(session.slate);
  if (record.revision <= session.view.revision + 1) {
    session.view.revision = Math.max(record.revision, session.view.revision);
    show();
  } else session.refresh().catch(refuse);
}

function step(direction) {
  const frames = [...new Set(marks().map((note) => note.frame))].sort((one, other) => one - other);
  const here = session.stage?.frame ?? session.frame;
  const to = direction > 0 ? frames.find((frame) => frame > here) : frames.filter((frame) => frame < here).at(-1);
  if (to === undefined) return void toast(frames.length ? "There is no further note." : "There are no notes on frames.", { seconds: 2 });
  seek(to);
  const note = marks().find((each) => each.frame === to);
  parts.list.querySelector(`[data-note="${CSS.escape(note.id)}"]`)?.scrollIntoView({ block: "nearest" });
  parts.said.textContent = `${frameName(note, first())}, ${note.by}: ${note.text || "a drawing"}`;
}

async function clicked(event) {
  const button = event.target.closest("[data-act]");
  const note = button && notesOf().find((each) => each.id === button.closest("[data-note]").dataset.note);
  if (!note) return;
  if (button.dataset.act === "seek") seek(note.frame);
  if (button.dataset.act === "reply") composer.reply(note);
  if (button.dataset.act === "done") await done(note);
}

async function done(note) {
  const { slate, view } = session;
  try {
    const sending = post(`/records/${encodeURIComponent(slate)}/notes/${encodeURIComponent(note.id)}/done`, { done: !note.done });
    const answer = await ours(slate, sending);
    if (session.view !== view) return session.forget(slate);
    Object.assign(note, answer.note);
    adopt(answer.record);
  } catch (error) {
    refuse(error);
  }
}
