// Short words at the foot of the page: what was done or refused, and one thing to do about it.
import { ariaKey, bind, keyCap } from "./keys.js";
import { remediesOf } from "./remedies.js";
import { make } from "./stage/build.js";

const MOST = 3;
const ACT = "y"; // presses the first button that has no key of its own
const shown = [];

/**
 * toast("SEQ01 T002 approved", { action: "Undo", key: "u", run: undo }) → { close() }
 *   acts     further buttons: [{ words, run }]; what `run` gives in words is said, what it throws is refused
 *   seconds  how long it stays while nobody points at it; 0: until it is closed
 *   bad      it was refused: said at once, and stays longer; remedy: what to do about it
 *   kind     one of a kind is shown at a time: the newer takes the place of the older
 */
export function toast(text, { action, key, run, acts = [], seconds, bad = false, remedy = "", kind = "" } = {}) {
  if (kind) for (const other of shown.filter((each) => each.kind === kind)) other.close();
  const box = make("div", { class: bad ? "toast is-bad" : "toast", role: bad ? "alert" : null });
  const words = make("p", {}, make("span", { text }), remedy ? make("span", { class: "remedy", text: ` ${remedy}` }) : null);
  box.append(words);
  let timer = 0;
  const all = [...(action && run ? [{ words: action, key, run }] : []), ...acts];
  const first = all.find((each) => !each.key);
  if (first) first.key = ACT;
  const unbind = all.filter((each) => each.key).map((each) => bind(each.key, "", "Page", () => void press(each.run)));
  const close = () => {
    clearTimeout(timer);
    for (const stop of unbind) stop();
    box.remove();
    if (shown.includes(made)) shown.splice(shown.indexOf(made), 1);
  };
  const press = async (does) => {
    close();
    try {
      const said = await does();
      if (typeof said === "string") toast(said);
    } catch (error) {
      refuse(error);
    }
  };
  if (all.length) box.append(make("span", { class: "toast-acts" }, ...all.map((each) => button(each.words, each.key, () => press(each.run)))));
  const away = make("button", { type: "button", class: "toast-close", "aria-label": "Close this message", text: "×" });
  away.addEventListener("click", close);
  box.append(away);
  const stay = seconds ?? (bad ? 15 : 8);
  const wait = () => (timer = stay ? setTimeout(close, stay * 1000) : 0);
  for (const kind of ["pointerenter", "focusin"]) box.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) box.addEventListener(kind, wait);
  const made = { close, kind };
  shown.push(made);
  while (shown.length > MOST) shown[0].close();
  document.getElementById("toasts").append(box);
  wait();
  return made;
}

/** Says why something was refused, with what to do about it: buttons where the page can do it, else words. */
export function refuse(error, more = {}) {
  const known = error?.status !== undefined;
  const text = known ? error.message : "The Console can't be reached; nothing was changed.";
  const { words, acts } = known ? remediesOf(error) : { words: "What you typed is kept. Try again when it is back.", acts: [] };
  if (!known && !(error instanceof TypeError)) console.error(error);
  const other = acts.filter((each) => each.words !== more.action);
  return toast(text, { bad: true, remedy: words, acts: other, ...more });
}

function button(action, key, run) {
  const made = make("button", { type: "button", "aria-keyshortcuts": key ? ariaKey(key) : null, text: `${action} ` });
  if (key) made.append(keyCap(key));
  made.addEventListener("click", run);
  return made;
}
