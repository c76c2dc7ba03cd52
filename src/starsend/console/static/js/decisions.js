// Decisions: approve and go on at once, reject with reasons, mark shots bad, take it back. Choosing is free and undoable.
import { badShots, paintBad, toggleBad } from "./badshots.js";
import { hindrance, isApproved } from "./hindrance.js";
import { ariaKey, bind, isTyping, keyCap } from "./keys.js";
import { instead, keptWords } from "./kept.js";
import { on, tell } from "./live.js";
import { askReasons } from "./reject.js";
import { actOn, remediesOf } from "./remedies.js";
import { post } from "./api.js";
import { make } from "./stage/build.js";
import { refuse, toast } from "./toast.js";
import { decide, undoLast } from "./verdicts.js";

const GROUP = "Decisions";
let session = null;
let parts = null;
let decided = ""; // what was approved just now and is gone on from: a second press means nothing more
let over = false; // the end of dailies is shown: nothing is there to decide on

export function mount(given) {
  session = given;
  parts = build(document.getElementById("decisions"));
  actOn({ slate: () => session.slate, show: (slate, take = null) => back({ slate, take, frame: 0 }), again: () => session.refresh() });
  bind("a", "Approve; the next slate plays", GROUP, approve);
  bind("r", "Reject: say why", GROUP, reject);
  bind("x", "Mark the shot under the playhead bad; Approve leaves it out", GROUP, mark);
  bind("u", "Undo the last decision", GROUP, undo);
  on("view", () => { over = false; decided = ""; show(); });
  on("take", show);
  on("fault", show);
  on("frame", showShot);
  on("ended", () => { over = true; show(); });
  show();
}

function build(root) {
  const made = {
    except: make("p", { class: "except" }),
    why: make("p", { class: "why" }),
    approve: button("Approve", "a", approve, "primary approve"),
    reject: button("Reject", "r", reject, "reject"),
    mark: button("Mark bad", "x", mark, "mark-bad"),
    undo: button("Undo", "u", undo, "undo"),
    reopen: button("Reopen", "", reopen, "reopen"),
  };
  made.note = button("Note", "n", () => document.querySelector(".composer textarea")?.focus(), "note-here");
  for (const each of [made.approve, made.reject]) each.addEventListener("blur", () => { each.disabled = each.ariaDisabled === "true"; });
  root.replaceChildren(
    make("h2", { text: "Decide" }), made.except, made.why,
    make("div", { class: "decide", role: "group", "aria-label": "Decisions" }, made.reject, made.note, made.approve),
    make("div", { class: "decide-more" }, made.mark, made.undo, made.reopen));
  return { ...made, root };
}

function button(label, key, run, name) {
  const made = make("button", { type: "button", class: name, "aria-keyshortcuts": key ? ariaKey(key) : null });
  made.append(make("span", { text: label }), key ? keyCap(key) : "");
  made.addEventListener("click", run);
  return made;
}

/** Why a take can't be judged as it is asked for here; else "". */
function why(what) {
  const take = session.take;
  return over ? "Nothing is shown." : hindrance(session, take, what, marked(take));
}

const marked = (take) => (!over && take?.medium === "video" && take.outcome === "complete" ? badShots(take) : []);

function show() {
  const take = over ? null : session.take;
  const bad = marked(take);
  const [noApprove, noReject] = [why("approve"), why("reject")];
  const done = isApproved(session.view, take, bad);
  const all = bad.length > 0 && bad.length === take.covers.length;
  parts.root.toggleAttribute("data-none", Boolean(noApprove) && take?.medium !== "video");
  parts.root.toggleAttribute("data-except", bad.length > 0 && !all);
  parts.why.textContent = take && noApprove && !done ? noApprove : standing(take, done);
  able(parts.approve, !noApprove);
  able(parts.reject, !noReject);
  parts.approve.firstChild.textContent = done ? `Approved${bad.length ? ` without ${bad.join(", ")}` : ""}` : bad.length && !all ? `Approve without ${bad.join(", ")}` : "Approve";
  parts.except.textContent = bad.length && !done ? `Bad: ${bad.join(", ")}` : "";
  parts.reopen.disabled = Boolean(session.fault);
  parts.reopen.hidden = !(take?.approved || take?.verdict === "rejected");
  paintBad(take);
  showShot();
}

/** Who approved it; what it was approved without, where that can be said anew. */
function standing(take, done) {
  if (take?.verdict !== "approved" || session.view.approved_take !== take.take) return "";
  const by = take.verdict_by && take.verdict_by !== document.querySelector("#you button")?.textContent ? ` by ${take.verdict_by}` : "";
  const without = !done && take.except.length ? ` without ${take.except.join(", ")}` : "";
  return by || without ? `Approved${by}${without}` : "";
}

/** A button that has the focus keeps it: it is disabled for good once that is elsewhere. */
function able(button, can) {
  button.ariaDisabled = can ? null : "true";
  button.disabled = !can && document.activeElement !== button;
}

/** The shot that `x` would mark. */
function shotHere() {
  const take = session.take;
  if (over || session.fault || take?.medium !== "video" || take.outcome !== "complete" || take.covers.length < 2) return null;
  return session.stage?.shotAt?.(session.frame)?.id ?? take.shots.find((shot) => session.frame >= shot.start && session.frame < shot.end)?.id ?? null;
}

function showShot() {
  const shot = shotHere();
  parts.mark.hidden = !shot;
  if (!shot) return;
  const bad = badShots(session.take).includes(shot);
  const words = bad ? `${shot} is bad` : `Mark ${shot} bad`;
  if (parts.mark.firstChild.textContent !== words) parts.mark.firstChild.textContent = words;
  parts.mark.setAttribute("aria-pressed", String(bad));
  if (document.querySelector("#strip .bar-track") && !document.querySelector("#strip .bar-bad")) paintBad(session.take);
}

const here = () => ({ slate: session.slate, take: session.take.take, name: session.take.name, frame: session.frame });

/** Nothing is approved that wasn't on the screen when the key went down: the film may still be coming. */
const unseen = (event) => event?.early || session.stage?.shows(session.slate, session.take.take) === false;

/** Doesn't wait for the answer: the next slate plays at once. A refusal comes back, with the record as it is now. */
function approve(event) {
  const take = session.take;
  if (decided && decided === take?.name) return;
  if (why("approve")) return void refused("approve");
  if (unseen(event)) return void toast(`${take.name} was not on the screen yet, so nothing was approved. Look, then press a again.`, { seconds: 5, kind: "decision" });
  const bad = badShots(take);
  if (bad.length && bad.length === take.covers.length) return void toast("Every shot is marked bad.", { action: "Reject", key: "r", run: reject });
  const where = here();
  decided = take.name;
  const sending = decide("approve", where, { revision: session.view.revision, ...(bad.length ? { except: bad } : {}) });
  session.forget(where.slate);
  const moved = session.nextWaiting().catch(refuse).then(() => session.slate);
  sending.then(
    ({ kept = [] }) => toast(`${where.name} approved${bad.length ? ` without ${bad.join(", ")}` : ""}${keptWords(kept)}`, { action: "Undo", key: "u", run: undo, acts: instead(where, kept, undo, changed), kind: "decision" }),
    async (error) => {
      const there = await moved;
      const offer = { action: `Show ${where.slate}`, run: () => back(where) };
      if (session.slate !== there || isBusy()) return void refuse(error, offer);
      const said = refuse(error);
      session.forget(where.slate);
      await session.open(where.slate, { ...where, play: false }).catch(() => {
        said.close(); // it can't be read now, either
        refuse(error, offer);
      });
    });
}

/** Somebody writes, draws or is asked something: they aren't called away. */
const isBusy = () => isTyping(document.activeElement) || Boolean(document.querySelector("dialog:modal, .is-drawn-on"));

function back({ slate, take, frame }) {
  session.forget(slate);
  return session.open(slate, { take, frame, play: false }).catch(refuse);
}

/** Says why nothing was decided, with what the page can do about it. */
function refused(what) {
  const refusal = over || session.fault ? null : session.take?.hinders?.[what];
  const record = refusal ? { id: session.slate, state: session.view.state, revision: session.view.revision, takes: session.view.takes } : null;
  toast(why(what), { acts: refusal ? remediesOf({ ...refusal, record }).acts : [], kind: "decision" });
}

/** Other slates were changed from here: what is shown of them is read anew. */
async function changed(slates) {
  slates.forEach((slate) => session.forget(slate));
  await session.refresh().catch(() => undefined);
}

function reject() {
  if (why("reject")) return void refused("reject");
  session.stage?.pause();
  const where = here();
  let seen = session.view.revision;
  askReasons({
    ...where,
    send: async (said) => {
      try {
        await decide("reject", where, { revision: seen, ...said });
      } catch (error) {
        if (error.record) seen = error.record.revision; // it is shown; to send again is to judge what is there now
        session.forget(where.slate);
        if (session.slate === where.slate) session.refresh().catch(() => undefined);
        throw error;
      }
      session.forget(where.slate);
      if (session.slate === where.slate) await session.refresh().catch(refuse);
      toast(`${where.name} rejected`, { action: "Undo", key: "u", run: undo, kind: "decision" });
    },
  });
}

function mark() {
  const shot = shotHere();
  if (!shot) return void toast(why("reject") || "This take shows one shot: approve or reject it.");
  const bad = toggleBad(session.take, shot);
  show();
  tell("marked", { slate: session.slate, take: session.take });
  toast(bad ? `${shot} is marked bad: Approve leaves it out` : `${shot} is no longer marked bad`, { seconds: 3, kind: "bad" });
}

export { undo as undoLastChoice };

async function undo() {
  try {
    const undone = await undoLast(session.slate);
    if (!undone) return void toast("There is nothing to undo.", { seconds: 3, kind: "decision" });
    toast(takenBack(undone), { kind: "decision" });
    await back({ frame: 0, ...undone });
  } catch (error) {
    refuse(error);
    session.refresh().catch(() => undefined);
  }
}

function takenBack(undone) {
  const why = undone.action === "crop" ? "" : undone.record.history?.at(-1)?.why ?? "";
  if (why.startsWith("the reopening of ")) return `T${why.slice(1)}.`; // it names the takes that stand again
  return `Taken back: ${(undone.action === "crop" && undone.target) || undone.name || undone.slate} ${nowIs(undone)}`;
}

function nowIs({ action, record }) {
  if (action !== "crop") return action === "approve" ? "waits again" : "is as it was";
  return record.clean_frame ? "has its start frame of before again" : "has no start frame again";
}

async function reopen() {
  const where = here();
  try {
    await post(`/records/${encodeURIComponent(where.slate)}/reopen`, { revision: session.view.revision });
    toast(`${where.name} waits for a verdict again`);
  } catch (error) {
    refuse(error);
  }
  session.forget(where.slate);
  await session.refresh().catch(() => undefined);
}
