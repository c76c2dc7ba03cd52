// After an approval: which shots the cut goes on taking from fixes of their own, and the new take in their place if that is wanted.
import { setAside } from "./verdicts.js";
import { toast } from "./toast.js";

const joined = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
const short = (name) => name.slice(name.lastIndexOf("_") + 1);

/** "; SH02 stays with its fix SEQ03_SH02_T001", or nothing. `kept` is what the answer says. */
export function keptWords(kept) {
  if (!kept.length) return "";
  const shots = joined(kept.map((each) => each.shot));
  const names = joined(kept.map((each) => each.name));
  return kept.length === 1 ? `; ${shots} stays with its fix ${names}` : `; ${shots} stay with their fixes ${names}`;
}

/** The button that takes these shots from the take that was approved. `undo` takes one of them back. */
export function instead(where, kept, undo, shown) {
  if (!kept.length) return [];
  const shots = joined(kept.map((each) => each.shot));
  return [{
    words: `Use ${short(where.name)} for ${kept.length > 2 ? `${kept.length} shots` : shots}`,
    run: async () => {
      for (const fix of kept) await setAside(where, fix);
      toast(`${shots} ${kept.length === 1 ? "comes" : "come"} from ${where.name} now`, { action: "Undo", key: "u", run: undo, kind: "decision" });
      await shown(kept.map((each) => each.slate));
    },
  }];
}
