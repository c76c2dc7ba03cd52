// Remedies as a page says them: without commands for a terminal; what the page can do itself stands as a button beside them.
const COMMAND = /`?\bstarsend [a-z]|(^|[\s(])--[a-z]/;
const LEFT_OVER = /^(later|then|or)?$/; // of "later: starsend run"

/** What the page says in the place of a remedy, where the words without the command would say too little. */
const WORDS = {
  "approved-already": "Reopen it to judge it anew.",
  "bad-plan": "Mend them in the plan; this page goes on by itself.",
  "disk-full": "Free some space, then do it again.",
  "file-gone": "Put it back from a copy; then it can be approved.",
  "nothing-to-reopen": "Approve or reject it.",
  "nothing-to-undo": "Only what you chose last yourself is taken back.",
  ending: "It goes on when the Console is started again.",
  interrupted: "It can be gone on with; what was sent costs nothing more.",
  unsettled: "It can be gone on with, cancelled or settled where it is shown.",
};

/** Whether a remedy is one for a terminal. */
export const namesCommand = (text) => COMMAND.test(text ?? "");

/** A remedy in words for a page. */
export function plainRemedy(code, remedy) {
  return WORDS[code] ?? withoutCommands(remedy ?? "");
}

/** "go on with it: starsend run, or give it up: starsend reconcile X --give-up" → "go on with it, or give it up". */
export function withoutCommands(text) {
  if (!COMMAND.test(text)) return text;
  const clauses = text.split(/;\s*/).map((clause) => clause.split(/,\s*(?=or\b)/).map(headOf).filter(Boolean).join(", "));
  return clauses.filter(Boolean).join("; ").replace(/^or\s+/, "");
}

/** What stands before the command, if that says something. */
function headOf(piece) {
  const command = piece.match(COMMAND);
  if (!command) return LEFT_OVER.test(piece.trim()) ? "" : piece.trim();
  const colon = piece.lastIndexOf(":", command.index);
  const head = colon < 0 ? "" : piece.slice(0, colon).replace(/,?\s*(then|later)$/, "").trim();
  return LEFT_OVER.test(head) ? "" : head;
}
