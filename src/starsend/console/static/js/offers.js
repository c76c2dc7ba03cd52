// What a slate without a picture can be asked for, each with its price, fresh: a grid, a video, an upload; asked once, sent once.
import { get, post } from "./api.js";
import { hindrance, upload } from "./grid/upload.js";
import { ask } from "./question.js";
import { session } from "./session.js";
import { refuse, toast } from "./toast.js";
import { forPrice } from "./usd.js";

const WORDS = { grid: "Draw a grid", multi: "Make the video", single: "Make the video" };
const AGAIN = { grid: "Draw another grid", multi: "Make the video again", single: "Make the video again" };

/** What can be asked for now, the most needed first: [{ mode, slate, words }]; `upload` where a start frame may be given. */
export function offersOf(view) {
  const { next, slate } = view;
  if (!next?.mode) return { made: [], upload: false };
  const had = (medium) => view.takes.some((take) => take.medium === medium);
  const offer = (mode, of = slate) => ({ mode, slate: of, words: (had(mode === "grid" ? "grid" : "video") ? AGAIN : WORDS)[mode] });
  if (next.need === "shots") return { made: [{ ...offer("single", `${slate}_${next.shot}`), words: `Make ${next.shot}` }], upload: false };
  const made = [offer(next.mode)];
  if (next.need === "video" && next.frame && !view.start_frame) made.push(offer("grid"));
  return { made, upload: next.frame };
}

export const estimateOf = ({ slate, mode }) => post(`/records/${encodeURIComponent(slate)}/estimate`, { mode });

/** Asks, and has it made through the same call as the command line. Gives whether it was begun. */
export async function makeIt(offer, known) {
  let seen = 0;
  const answer = await ask({
    title: `${offer.words}: ${offer.slate}`,
    known,
    estimate: async () => {
      seen = await revisionOf(offer.slate);
      return estimateOf(offer);
    },
    send: (usd) => post(`/records/${encodeURIComponent(offer.slate)}/generate`, { mode: offer.mode, revision: seen, confirmed_usd: usd }),
  });
  if (!answer) return false;
  toast(`${offer.slate}: ${offer.mode === "grid" ? "a grid" : "the video"} is being made${Number(answer.work.estimate_usd) ? forPrice(answer.work.estimate_usd) : ""}. It shows here when it has come.`);
  return true;
}

/** The revision that a person sees: of the slate that is shown, or of another one as it is when its price is told. */
async function revisionOf(slate) {
  if (session.slate === slate) return session.view.revision;
  const record = await get(`/records/${encodeURIComponent(slate)}`).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
  return record?.revision ?? 0;
}

/** A picture of one's own as the slate's start frame. Gives whether it was taken. */
export async function giveFrame(slate, revision, file) {
  const why = hindrance(file);
  if (why) {
    toast(why.message, { bad: true, remedy: why.remedy });
    return false;
  }
  toast(`${file.name} is being sent…`, { kind: "upload" });
  try {
    const kept = await upload(`/records/${encodeURIComponent(slate)}/frame`, { file, revision: String(revision) }, () => undefined).done;
    toast([`${file.name} is the start frame of ${slate}`, ...(kept.warnings ?? [])].join(". "), { kind: "upload", seconds: 4 });
    return true;
  } catch (error) {
    refuse(error, { kind: "upload" });
    return false;
  }
}
