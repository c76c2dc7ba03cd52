// Shots that a person marked bad in a take: kept for the take, shown on the bar; an approval then leaves them out.
import { draftOf, keepDraft } from "./drafts.js";
import { make } from "./stage/build.js";

/** The shots of a take that are marked bad, in order. */
export function badShots(take) {
  const marked = draftOf("bad", take.slate, take.take) ?? [];
  return take.covers.filter((shot) => marked.includes(shot));
}

/** Marks a shot bad, or takes the mark away. Gives whether it is bad now. */
export function toggleBad(take, shot) {
  const marked = badShots(take);
  const bad = !marked.includes(shot);
  const now = bad ? [...marked, shot] : marked.filter((other) => other !== shot);
  keepDraft(now.length ? now : null, "bad", take.slate, take.take);
  return bad;
}

/** Paints them over the bar's frames. */
export function paintBad(take) {
  const track = document.querySelector("#strip .bar-track");
  track?.querySelector(".bar-bad")?.remove();
  const bad = take?.medium === "video" ? badShots(take) : [];
  const frames = take?.media?.frames;
  if (!track || !bad.length || !frames) return;
  const layer = make("div", { class: "bar-bad", "aria-hidden": "true" });
  for (const shot of take.shots.filter((each) => bad.includes(each.id))) {
    const reach = make("i", { title: `${shot.id} is bad` }, make("b", { text: `${shot.id} bad` }));
    reach.style.left = `${(shot.start / frames) * 100}%`;
    reach.style.width = `${((shot.end - shot.start) / frames) * 100}%`;
    layer.append(reach);
  }
  track.append(layer);
}
