// On a touch screen a swipe over the picture goes to the next or the previous slate.
const FAR_PX = 60;
const LONGEST_MS = 700;
const CLICK_MS = 50;

/** Calls next or previous after a quick sideways swipe with one finger; scrolling and pinching stay what they are. */
export function mountSwipe(root, { next, previous }) {
  let from = null;
  root.addEventListener("pointerdown", (event) => {
    const taken = event.target.closest("button:not(.sheet-cell), input, select, [role=slider], .is-drawn-on, [data-drag]") || root.querySelector("[data-zoomed]");
    from = event.pointerType === "touch" && event.isPrimary && !taken ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null; // a second finger pinches
  });
  root.addEventListener("pointercancel", () => { from = null; });
  root.addEventListener("pointerup", (event) => {
    if (!from || !event.isPrimary) return;
    const [across, down] = [event.clientX - from.x, event.clientY - from.y];
    const quick = event.timeStamp - from.at < LONGEST_MS;
    from = null;
    if (!quick || Math.abs(across) < FAR_PX || Math.abs(across) < 2 * Math.abs(down)) return;
    root.addEventListener("click", drop, { capture: true });
    setTimeout(() => root.removeEventListener("click", drop, { capture: true }), CLICK_MS);
    if (across < 0) next();
    else previous();
  });
}

/** The click that some browsers make of the end of a swipe: it would press a cell of the grid. */
function drop(event) {
  event.preventDefault();
  event.stopPropagation();
}
