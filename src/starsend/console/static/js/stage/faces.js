// What the stage says instead of a picture: a take at work, a failed one, a film that the browser can't play.
import { plainRemedy } from "../plain.js";
import { make } from "./build.js";

/** null where the take has a film to play. */
export function faceOf(view, take) {
  if (!take) return { title: `${view.slate} has no take yet`, words: "" };
  if (filmOf(view, take)) return null;
  if (take.media?.missing) return { title: `The file of ${take.name} is gone`, words: "Put it back from a copy.", bad: true };
  if (take.error) return { title: `${take.name} failed`, words: take.error.message, remedy: plainRemedy(take.error.code, take.error.remedy), bad: true };
  if (take.outcome === "pending") return { title: `${take.name} is being made`, words: "It plays here once it has come." };
  return { title: `${take.name} has no film`, words: take.outcome ?? "" };
}

/** The film of a take: address, rational rate, frames. */
export function filmOf(view, take) {
  if (take?.medium !== "video" || !take.media?.url || take.media.missing) return null;
  const { url, fps, frames, width, height } = take.media;
  return { url, fps: fps ?? view.fps, frames, width, height };
}

export function paintFace(place, face) {
  place.hidden = !face;
  if (!face) return place.replaceChildren();
  place.setAttribute("role", face.bad ? "alert" : "status");
  place.replaceChildren(
    make("h2", { text: face.title }),
    face.words ? make("p", { text: face.words }) : "",
    face.remedy ? make("p", { class: "remedy", text: face.remedy }) : "",
    face.url ? make("p", {}, make("a", { href: face.url, download: "", text: "Download the file" })) : "",
  );
}

export function unplayable(take, film, reason) {
  return {
    title: `This browser can't play ${take.name}`,
    words: `${reason}. The take itself may be fine: look at it in another player.`,
    url: film.url,
    bad: true,
  };
}
