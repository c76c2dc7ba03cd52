// Verdicts as requests: approve, reject, undo; with what this tab decided or picked, so that it can be taken back, one by one.
import { get, post } from "./api.js";
import { tell } from "./live.js";

const MOST = 50;
const PASSED = new Set(["frame-used", "nothing-to-undo", "pick-stands"]); // refusals of a pick behind which another choice may stand
const decided = [];
const writing = new Map(); // slate → the last note of ours that is under way
const own = new Map(); // slate → { from, to }: revisions in a row that are ours alone

/** A note of ours on a slate: a verdict waits for it, and doesn't take our own change for somebody else's. */
export function ours(slate, sending) {
  const done = sending.then(({ record: { revision } }) => {
    const run = own.get(slate);
    own.set(slate, run?.to === revision - 1 ? { ...run, to: revision } : { from: revision, to: revision });
  }, () => undefined);
  writing.set(slate, Promise.all([writing.get(slate), done]));
  return sending;
}

async function seenWithOurs(slate, revision) {
  await writing.get(slate);
  writing.delete(slate);
  const run = own.get(slate);
  return run && revision >= run.from - 1 && revision < run.to ? run.to : revision;
}

/** Sends a verdict on what was seen. Settles with the record; the decision can be undone also while it is under way. */
export function decide(action, where, body) {
  const { slate, take } = where;
  const decision = { ...where, action };
  const asked = seenWithOurs(slate, body.revision).then((revision) => ({ ...body, take, revision }));
  decision.sending = asked.then((all) => post(`/records/${encodeURIComponent(slate)}/${action}`, all)).then((record) => {
    decision.record = record;
    tell("decided", { slate, take, action });
    return record;
  });
  decision.sending.catch(() => forget(decision));
  keep(decision);
  return decision.sending;
}

function keep(decision) {
  decided.push(decision);
  if (decided.length > MOST) decided.shift();
}

/** A start frame was picked: it can be taken back as a verdict can. `undo` is what the answer says of that. */
export function picked(where, { slate: target, revision, picked }) {
  if (!picked) return;
  keep({ ...where, action: "crop", target, record: { revision, picked } });
}

/** Takes back what is approved of a fix, so that the cut takes its shot from the sequence's take; `where` is what was looked at. */
export async function setAside(where, fix) {
  const record = await post(`/records/${encodeURIComponent(fix.slate)}/reopen`, { revision: fix.revision, every: true });
  keep({ ...where, action: "reopen", target: fix.slate, name: fix.name, record });
  tell("decided", { slate: fix.slate, take: fix.take, action: "reopen" });
}

/** The newest cell of a slate's grids that was given to another shot after a time, where that can still be taken back. */
async function givenAway(slate, since) {
  const { shots } = await get(`/records/${encodeURIComponent(slate)}/picking`).catch(() => ({ shots: [] }));
  const given = shots.filter((each) => each.slate !== slate && each.clean?.from?.startsWith(`${slate}_T`) && Date.parse(each.clean.at) > since);
  const newest = given.sort((one, other) => Date.parse(other.clean.at) - Date.parse(one.clean.at))[0];
  if (!newest) return null;
  const { revision, picked: pick } = await get(`/records/${encodeURIComponent(newest.slate)}`);
  if (!pick || Date.parse(pick.at) !== Date.parse(newest.clean.at)) return null; // it was taken back to this one
  if (pick.by !== document.querySelector("#you button")?.textContent.trim()) return null; // another's stays
  return { slate, take: takeOf(newest.clean.from), frame: 0, action: "crop", target: newest.slate, record: { revision, picked: pick } };
}

const takeOf = (name) => Number(name?.match(/_T(\d+)$/)?.[1]) || null;

/** Takes back the last verdict or pick of this tab, else the last one on `slate`. Gives where it was, or null if there is none. */
export async function undoLast(slate) {
  if (decided.length) return takeBack(decided.pop());
  const [newest, before] = await stands(slate);
  if (!newest) return null;
  if (!before) return takeBack(newest);
  return takeBack(newest).catch((error) => { // a cell that was given away and used since hides no older choice
    if (!PASSED.has(error.code)) throw error;
    return takeBack(before);
  });
}

async function takeBack(decision) {
  const record = decision.record ?? (await decision.sending.catch(() => null));
  if (!record) return null; // it was refused; that has been said
  const undone = await undo(decision.target ?? decision.slate, record);
  tell("decided", { slate: decision.slate, take: decision.take, action: "undo" });
  return { ...decision, record: undone };
}

function forget(decision) {
  if (decided.includes(decision)) decided.splice(decided.indexOf(decision), 1);
}

async function undo(slate, record) {
  const path = `/records/${encodeURIComponent(slate)}/undo`;
  try {
    return await post(path, { revision: record.revision });
  } catch (error) {
    const now = error.record;
    if (error.status !== 409 || !now || now.revision === record.revision || !sameChoice(now, record)) throw error;
    return post(path, { revision: now.revision }); // a note came between: the same choice still stands
  }
}

const same = (one, other) => Boolean(one && other) && one.at === other.at && one.by === other.by && one.take === other.take;
const sameChoice = (now, then) => (then.picked && !then.undo ? same(now.picked, then.picked) : same(now.undo, then.undo));

/** What was chosen of a slate, by its record, the last one first: a cell of its grid that was given away; a verdict or its start frame. */
async function stands(slate) {
  if (!slate) return [];
  const record = await get(`/records/${encodeURIComponent(slate)}`);
  const { undo: verdict, picked: pick } = record;
  const away = await givenAway(slate, Math.max(0, ...[verdict, pick].map((each) => Date.parse(each?.at) || 0)));
  return [away, ofRecord(slate, record)].filter(Boolean);
}

function ofRecord(slate, record) {
  const { undo: verdict, picked: pick } = record;
  if (!verdict && !pick) return null;
  if (!pick || (verdict && verdict.at > pick.at)) return { slate, take: verdict.take, frame: 0, record };
  return { slate, take: takeOf(record.clean_frame?.from), frame: 0, action: "crop", record: { revision: record.revision, picked: pick } };
}
