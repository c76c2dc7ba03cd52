// Beside a grid whose frame is picked: what comes next, with its price. Where there is no picture at all the stage says it.
import { on } from "./live.js";
import { make } from "./stage/build.js";

let place = null;

/** Follows what is shown; `button(offer, view, fault)` makes the button of an offer, `offers(view)` says what there is. */
export function mountNext(offers, button) {
  place = make("div", { id: "next", class: "face", hidden: true });
  document.getElementById("decisions").before(place);
  const show = ({ view, take }) => paint(view, take, offers, button);
  on("view", show);
  on("take", show);
  on("ended", () => { place.hidden = true; });
  on("plan", () => { place.dataset.of = ""; }); // the next view brings new prices
}

function paint(view, take, offers, button) {
  const films = view.takes.some((each) => each.medium === "video" && (each.outcome === "complete" || each.unsettled));
  const wanted = take && take.medium !== "video" && take.media && !films && (view.next?.need === "video" || view.next?.need === "shots");
  place.hidden = !wanted;
  const key = wanted ? `${view.slate} ${view.revision}` : "";
  if (place.dataset.of === key) return;
  place.dataset.of = key;
  if (!wanted) return void place.replaceChildren();
  const fault = make("p", { class: "fault", role: "alert" });
  place.replaceChildren(make("h2", { text: "Next" }), make("div", { class: "offers" }, ...offers(view).made.slice(0, 1).map((offer) => button(offer, view, fault))), fault);
}
