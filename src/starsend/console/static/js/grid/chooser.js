// Asks which other shot is meant: a small list of the sequence's shots, by digit, arrows or click.
import { keyCap } from "../keys.js";
import { make } from "../stage/build.js";

/** shots: [{ slate, label, prompt, frame, word }]. Gives the slate that was chosen, or null. */
export function chooseShot(what, shots) {
  return new Promise((resolve) => {
    const title = make("h2", { id: "chooser-title", text: `Give ${what} to another shot` });
    const rows = shots.map((shot, index) => row(shot, index));
    const list = make("div", { class: "chooser-list", role: "group", "aria-labelledby": "chooser-title" }, ...rows);
    const away = make("button", { type: "button", class: "chooser-close" }, make("span", { text: "Cancel" }), keyCap("Escape"));
    const dialog = make("dialog", { class: "chooser", "aria-labelledby": "chooser-title" }, title, list, away);
    const end = (slate) => {
      dialog.close();
      dialog.remove();
      resolve(slate);
    };
    rows.forEach((each, index) => each.addEventListener("click", () => end(shots[index].slate)));
    away.addEventListener("click", () => end(null));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); end(null); });
    dialog.addEventListener("click", (event) => event.target === dialog && end(null));
    dialog.addEventListener("keydown", (event) => {
      const digit = Number(event.key);
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (digit >= 1 && digit <= 9 && shots[digit - 1]) end(shots[digit - 1].slate);
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(rows, event.key === "ArrowDown" ? 1 : -1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    document.body.append(dialog);
    dialog.showModal();
    (rows[0] ?? away).focus();
  });
}

function row(shot, index) {
  const still = make("span", { class: "chooser-still" }, shot.frame ? make("img", { src: shot.frame, alt: "" }) : null);
  const words = make("span", { class: "chooser-words" },
    make("b", { text: shot.label }), make("span", { class: "chooser-state", text: shot.frame ? "has a frame; it is kept as a backup" : "has no frame of its own" }),
    make("span", { class: "chooser-prompt", text: shot.prompt }));
  return make("button", { type: "button", "data-slate": shot.slate }, index < 9 ? keyCap(String(index + 1)) : make("kbd"), still, words);
}

function walk(rows, by) {
  const at = rows.indexOf(document.activeElement);
  rows.at((at + by + rows.length) % rows.length)?.focus();
}
