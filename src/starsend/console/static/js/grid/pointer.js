// The pointer on the light table: drags, resizes and draws the box, pans, pinches, zooms by the wheel, swipes to the next cell.
import { drawn, moved } from "./box.js";

const REACH = { mouse: 12, touch: 26, pen: 16 }; // CSS pixels around a corner
const SWIPE_PX = 48;

/**
 * follow(view, table, hooks) → stop
 *   hooks: box() the box or null where none is edited, setBox(box), aspect(), swipe(by), drag(on)
 */
export function follow(view, table, hooks) {
  const down = new Map(); // pointers that are down → where they are
  let act = null;

  const place = (event) => [event.clientX, event.clientY];
  const whole = ([x, y]) => [Math.round(Math.min(table.size[0], Math.max(0, x))), Math.round(Math.min(table.size[1], Math.max(0, y)))];

  function begin(event) {
    if (event.target.closest("button")) return;
    if (event.button > 1) return;
    view.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    event.preventDefault();
    view.focus({ preventScroll: true });
    if (down.size === 2) return void (act = pinching());
    const box = hooks.box();
    const panning = event.button === 1 || event.altKey || !box;
    act = panning ? pulling(event) : onBox(event, box) ?? (event.pointerType === "touch" ? pulling(event) : drawing(event));
    hooks.drag(true);
  }

  /** Takes hold of a corner, or of the whole box; null outside of it. */
  function onBox(event, box) {
    const [x, y] = table.toSheet(place(event));
    const reach = (REACH[event.pointerType] ?? REACH.mouse) / table.scale;
    const near = (value, edge) => Math.abs(value - edge) <= reach;
    const across = near(x, box[0]) ? 0 : near(x, box[2]) ? 2 : null;
    const along = near(y, box[1]) ? 1 : near(y, box[3]) ? 3 : null;
    if (across !== null && along !== null) {
      const stays = [box[2 - across], box[4 - along]];
      return (now) => hooks.setBox(drawn(stays, whole(table.toSheet(now)), hooks.aspect(), table.size));
    }
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return null;
    return (now) => {
      const to = table.toSheet(now);
      hooks.setBox(moved(box, to[0] - x, to[1] - y, table.size));
    };
  }

  function drawing(event) {
    const from = whole(table.toSheet(place(event)));
    return (now) => hooks.setBox(drawn(from, whole(table.toSheet(now)), hooks.aspect(), table.size));
  }

  function pulling(event) {
    const from = place(event);
    let last = from;
    const pull = (now) => {
      if (table.overflows || hooks.box()) table.pan((now[0] - last[0]) / table.scale, (now[1] - last[1]) / table.scale);
      last = now;
    };
    pull.end = (now) => {
      const [dx, dy] = [now[0] - from[0], now[1] - from[1]];
      if (!hooks.box() && !table.overflows && Math.abs(dx) > SWIPE_PX && Math.abs(dx) > 2 * Math.abs(dy)) hooks.swipe(dx < 0 ? 1 : -1);
    };
    return pull;
  }

  function pinching() {
    const spread = ([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]) || 1;
    const middle = ([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
    const from = [...down.values()];
    const scale = table.scale;
    let last = middle(from);
    return () => {
      const now = [...down.values()];
      if (now.length < 2) return;
      const at = middle(now);
      table.setScale((scale * spread(now)) / spread(from), at);
      table.pan((at[0] - last[0]) / table.scale, (at[1] - last[1]) / table.scale);
      last = at;
    };
  }

  function move(event) {
    if (!down.has(event.pointerId)) return;
    down.set(event.pointerId, place(event));
    act?.(place(event));
  }

  function end(event) {
    if (!down.delete(event.pointerId)) return;
    if (event.type === "pointerup") act?.end?.(place(event));
    act = null;
    hooks.drag(false);
  }

  function wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    table.zoom(-Math.max(-2, Math.min(2, lines / 100)), place(event));
  }

  const heard = { pointerdown: begin, pointermove: move, pointerup: end, pointercancel: end, wheel };
  for (const [kind, listen] of Object.entries(heard)) view.addEventListener(kind, listen, { passive: false });
  return () => { for (const [kind, listen] of Object.entries(heard)) view.removeEventListener(kind, listen); };
}
