// On a phone the list of slates is a sheet over the page, pulled up by a button within the thumb's reach.
import { bind } from "./keys.js";
import { on } from "./live.js";
import { make } from "./stage/build.js";

const narrow = matchMedia("(max-width: 760px)");
const list = document.getElementById("list");
const pull = make("button", { type: "button", class: "pull", "aria-controls": "list", "aria-expanded": "false", text: "Slates" });
const away = make("button", { type: "button", class: "pull-close", text: "Close the list" });
const beside = make("div", { class: "pull-beside" }); // a tap on it closes the sheet, and nothing of what lies below is pressed

export function mount() {
  document.querySelector("#decisions .decide-more").prepend(pull);
  list.append(away);
  list.before(beside);
  pull.addEventListener("click", () => turn(true));
  away.addEventListener("click", () => turn(false));
  beside.addEventListener("click", () => turn(false));
  bind("Escape", "", "Slates", () => turn(false), { when: isOpen });
  bind("/", "", "Slates", () => { turn(true); document.querySelector("#filters [name=text]").select(); }, { when: () => narrow.matches });
  on("view", ({ refreshed }) => refreshed || turn(false));
}

const isOpen = () => narrow.matches && list.hasAttribute("data-open");

function turn(open) {
  const within = list.contains(document.activeElement);
  list.toggleAttribute("data-open", open);
  pull.setAttribute("aria-expanded", String(open));
  if (open) {
    const row = list.querySelector(".row[aria-current]") ?? list.querySelector(".row") ?? away;
    row.scrollIntoView({ block: "nearest" });
    row.focus({ preventScroll: true });
  } else if (within) pull.focus({ preventScroll: true });
}
