// The prompt that a take was made from: what is said otherwise now, and the shot under the playhead in sight.
import { on } from "./live.js";
import { difference, showDifference } from "./words.js";

let session = null;
let part = null;

export function mount(given) {
  session = given;
  part = document.querySelector('#panel [data-part="prompt"]');
  part.addEventListener("toggle", opened, true); // toggle doesn't bubble
  part.addEventListener("keydown", close);
  new MutationObserver(() => opened()).observe(part, { childList: true }); // the part was swapped for another take's
  on("frame", follow);
  opened();
}

const shown = () => part.querySelector(".prompt[open]");

function opened() {
  if (!shown()) return;
  for (const now of part.querySelectorAll("[data-now]:not([data-compared])")) {
    const made = now.closest("li").querySelector(".made").textContent;
    now.replaceChildren(...showDifference(difference(made, now.textContent)));
    now.dataset.compared = "";
  }
  follow();
}

/** Marks the shot that the playhead stands in, and brings it into sight. */
function follow() {
  const prompt = shown();
  if (!prompt) return;
  const id = session.take?.medium === "video" ? session.stage?.shotAt?.(session.frame)?.id : null;
  const here = id ? prompt.querySelector(`li[data-shot="${CSS.escape(id)}"]`) : null;
  const before = prompt.querySelector("li[data-here]");
  if (here === before) return;
  before?.removeAttribute("data-here");
  if (!here) return;
  here.dataset.here = "";
  const list = here.parentElement;
  const { top, bottom } = here.getBoundingClientRect();
  const place = list.getBoundingClientRect();
  if (top < place.top || bottom > place.bottom) list.scrollTop += top - place.top - 6;
}

function close(event) {
  if (event.key !== "Escape" || !shown()) return;
  event.stopPropagation();
  shown().open = false;
  part.querySelector(".prompt summary").focus();
}
