// The basket's contents as elements: items with what they cost, then budgets before and after. Words are text only.
import { plainRemedy } from "./plain.js";
import { keyCap } from "./keys.js";
import { inPlace } from "./maker.js";
import { session } from "./session.js";
import { make } from "./stage/build.js";
import { price as priceOf, usd } from "./usd.js";

const firstFrame = () => session.view?.first_frame ?? 0;
const WHAT = { multi: "all shots", single: "one shot", grid: "a grid", auto: "as the plan says" };

/** Everything above the buttons. */
export function basketView({ items, total_usd: total, budgets, problems }) {
  if (!items.length) {
    const words = make("p", { class: "muted" }, "It is empty. Edit a prompt beside the notes, or leave it as it is, and press ", keyCap("q"), ".");
    return [words];
  }
  return [
    make("ul", { class: "plain items" }, ...items.map(row)),
    ...problems.map((text) => make("p", { class: "fault", text })),
    make("dl", { class: "sum" }, make("div", {}, make("dt", { text: "In all" }), make("dd", { class: "num", title: `$${total}`, text: priceOf(total) }))),
    make("h3", { text: "Budgets" }),
    budgets.length ? make("ul", { class: "plain budgets" }, ...budgets.map(budget)) : make("p", { class: "muted", text: "No budget is set: the sum alone is asked for." }),
  ];
}

/** What is asked for; only where no other words stand, it is as the plan says. */
function whatOf(item) {
  const said = [];
  if (item.prompt || Object.keys(item.prompts ?? {}).length) said.push("new words");
  if (item.overridden?.length) said.push("as overridden");
  const words = said.join(", ");
  if (item.mode === "auto" && words) return words;
  return [WHAT[item.mode] ?? item.mode, words].filter(Boolean).join(" · ");
}

/** An override, with what is new in it marked against the plan's words. */
function override({ shot, words, difference }) {
  const pieces = difference.filter(([kind]) => kind !== "-").map(([kind, text]) => (kind === "+" ? make("ins", { text }) : text));
  return make("p", { class: "new-words", title: "An override: it is sent instead of the plan's words" }, make("b", { text: `${shot} as overridden ` }), make("span", { class: "diff" }, ...(pieces.length ? pieces : [words])));
}

function row(item) {
  const prompts = Object.entries(item.prompts ?? {});
  const drawn = inPlace(item.jobs);
  const facts = [whatOf(item), drawn || item.model, item.start_frame && `start frame: ${item.start_frame}`].filter(Boolean).join(" · ");
  const price = item.estimate_usd === null ? "no estimate" : priceOf(item.estimate_usd);
  return make("li", { "data-item": item.id, class: item.error ? "item is-bad" : "item" },
    make("div", { class: "head" }, make("b", { text: item.slate }), make("span", { class: "num", text: item.sending ? "being sent…" : price })),
    make("p", { class: "muted", text: `${facts} · by ${item.by}` }),
    ...prompts.map(([shot, words]) => make("p", { class: "new-words" }, make("b", { text: `${shot} ` }), words)),
    ...(item.overridden ?? []).map(override),
    item.prompt ? make("p", { class: "new-words", text: item.prompt }) : null,
    item.words ? make("p", { class: "new-words", text: item.words }) : null,
    item.answers?.length ? make("ul", { class: "plain answers", "aria-label": "Notes that it answers" }, ...item.answers.map((note) => make("li", {}, make("span", { class: "muted", text: `${note.by}, ${note.take}${note.frame === null ? "" : `, frame ${note.frame + firstFrame()}`}: ` }), make("q", { text: note.text || "a drawing" })))) : null,
    ...(item.jobs ?? []).flatMap((job) => job.warnings ?? []).map((text) => make("p", { class: "warning", text })),
    item.error ? make("p", { class: "fault" }, make("span", { text: item.error.message }), make("span", { class: "remedy", text: ` ${plainRemedy(item.error.code, item.error.remedy)}` })) : null,
    make("div", { class: "acts" },
      act("fewer", "−", `Fewer takes of ${item.slate}`, item.takes <= 1 || item.sending),
      make("span", { class: "num", text: `${item.takes} take${item.takes === 1 ? "" : "s"}` }),
      act("more", "+", `More takes of ${item.slate}`, item.sending),
      make("span", { class: "grow" }),
      act("remove", "Remove", `Remove ${item.slate} from the basket`, item.sending)));
}

const act = (name, text, label, off) => make("button", { type: "button", "data-act": name, "aria-label": label, disabled: Boolean(off), text });

function budget({ kind, name, cap_usd: cap, committed_usd: committed, after_usd: after, over }) {
  const words = cap === null ? `${usd(after)} after, no limit` : `${usd(after)} of ${usd(cap)} after`;
  const line = make("li", { class: over ? "budget is-over" : "budget" },
    make("span", { text: kind === "project" ? "project" : name }), make("span", { class: "num", title: `$${committed} now, $${after} after`, text: over ? `${words}: over` : words }));
  if (cap !== null) {
    const track = make("i", { class: "track", "aria-hidden": "true" }, make("i", { class: "now" }), make("i", { class: "more" }));
    const part = (sum) => (Number(sum) > 0 ? `max(2px, ${Math.min(100, (Number(sum) / Math.max(Number(cap), 0.01)) * 100)}%)` : "0");
    track.firstChild.style.width = part(committed);
    track.lastChild.style.width = part(after);
    line.append(track);
  }
  return line;
}
