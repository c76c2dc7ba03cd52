// The dialog that asks why: kinds of fault on digits, words, or both. Closing it loses nothing.
import { keyCap } from "./keys.js";
import { draftOf, keepDraft } from "./drafts.js";
import { make } from "./stage/build.js";

const REASONS = [
  ["identity", "identity"], ["hands", "hands"], ["motion", "motion"], ["camera", "camera"],
  ["continuity", "continuity"], ["prompt", "prompt ignored"], ["artefact", "artefact"], ["sound", "sound"],
];

let dialog = null;
let parts = null;
let about = null; // { slate, take, name, send }

/** Asks for the reasons of a rejection. `send({ reasons, reason })` rejects where it is refused; then the dialog stays. */
export function askReasons(asked) {
  about = asked;
  parts ??= build();
  const draft = draftOf("reject", about.slate, about.take) ?? { reasons: [], reason: "" };
  parts.title.textContent = `Reject ${about.name}`;
  parts.words.value = draft.reason;
  for (const choice of parts.choices) press(choice, draft.reasons.includes(choice.dataset.reason));
  say("");
  if (!dialog.open) dialog.showModal();
  parts.choices[0].focus();
}

function build() {
  dialog = make("dialog", { id: "reject", class: "docked", "aria-labelledby": "reject-title" });
  const title = make("h2", { id: "reject-title" });
  const choices = REASONS.map(([reason, label], index) => {
    const choice = make("button", { type: "button", "data-reason": reason, "aria-pressed": "false", "aria-keyshortcuts": String(index + 1) });
    choice.append(keyCap(String(index + 1)), make("span", { text: label }));
    choice.addEventListener("click", () => turn(choice));
    return choice;
  });
  const words = make("textarea", { rows: "3", maxlength: "4000", placeholder: "…or in words" });
  const fault = make("p", { class: "fault", role: "alert" });
  const sendIt = make("button", { type: "submit", class: "primary is-bad", text: "Reject " });
  sendIt.append(keyCap("Enter"));
  const cancel = make("button", { type: "button", text: "Close " });
  cancel.append(keyCap("Escape"));
  cancel.addEventListener("click", () => dialog.close());
  const form = make("form", { method: "dialog" },
    title,
    make("div", { class: "reasons", role: "group", "aria-label": "What is wrong, several may be" }, ...choices),
    make("label", { class: "words" }, make("span", { text: "In words" }), words),
    fault,
    make("p", { class: "ends" }, sendIt, cancel));
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  words.addEventListener("input", keep);
  dialog.append(form);
  dialog.addEventListener("keydown", typed);
  document.body.append(dialog);
  return { title, choices, words, fault, form };
}

const press = (choice, on) => choice.setAttribute("aria-pressed", String(on));
const pressed = (choice) => choice.getAttribute("aria-pressed") === "true";

function turn(choice) {
  press(choice, !pressed(choice));
  keep();
}

/** Digits choose, Enter sends, any other letter begins the words. */
function typed(event) {
  const writing = event.target === parts.words;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && !event.shiftKey && !event.target.closest(".ends button")) {
    event.preventDefault();
    submit();
  } else if (!writing && /^[1-8]$/.test(event.key)) {
    event.preventDefault();
    turn(parts.choices[Number(event.key) - 1]);
    parts.choices[Number(event.key) - 1].focus();
  } else if (!writing && event.key.length === 1 && event.key !== " ") {
    parts.words.focus(); // the key that is on its way is typed there
  }
}

function answer() {
  return { reasons: parts.choices.filter(pressed).map((choice) => choice.dataset.reason), reason: parts.words.value };
}

function keep() {
  const draft = answer();
  keepDraft(draft.reasons.length || draft.reason ? draft : null, "reject", about.slate, about.take);
}

function say(text, remedy = "") {
  parts.fault.replaceChildren(...(text ? [make("b", { text }), make("span", { class: "remedy", text: remedy ? ` ${remedy}` : "" })] : []));
}

async function submit() {
  const draft = answer();
  const { slate, take, send } = about;
  if (!draft.reasons.length && !draft.reason.trim()) return say("Say what is wrong: a digit, words, or both.");
  if (parts.form.hasAttribute("aria-busy")) return;
  parts.form.setAttribute("aria-busy", "true");
  try {
    await send({ reasons: draft.reasons, reason: draft.reason.trim() });
    keepDraft(null, "reject", slate, take);
    dialog.close();
  } catch (error) {
    const known = error.status !== undefined;
    say(known ? error.message : "The Console can't be reached.", known ? error.remedy : "What you wrote is kept; try again.");
  } finally {
    parts.form.removeAttribute("aria-busy");
  }
}
