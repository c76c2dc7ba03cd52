// The difference between two texts, word by word: ["=", same], ["-", gone], ["+", new].
import { make } from "./stage/build.js";

const MOST = 1500; // words of one text that are compared; a longer one is shown as gone and new

export function difference(before, after) {
  const [old, now] = [split(before), split(after)];
  if (old.length > MOST || now.length > MOST) return [["-", before], ["+", after]];
  const common = table(old, now);
  const found = [];
  const add = (kind, word) => (found.at(-1)?.[0] === kind ? (found.at(-1)[1] += word) : found.push([kind, word]));
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i].trim() === now[j].trim()) {
      add("=", now[j++]);
      i += 1;
    } else if (i < old.length && (j === now.length || common[i + 1][j] >= common[i][j + 1])) add("-", old[i++]);
    else add("+", now[j++]);
  }
  return found;
}

/** A paragraph that shows a difference: <del> and <ins>, with words for those who hear it. */
export function showDifference(parts) {
  return parts.map(([kind, words]) => {
    if (kind === "=") return document.createTextNode(words);
    return make(kind === "-" ? "del" : "ins", {}, make("span", { class: "visually-hidden", text: kind === "-" ? " gone: " : " new: " }), words);
  });
}

/** Words and signs apart, each with the space behind it: a full stop that moves is no other word. */
const split = (text) => text.match(/[\p{L}\p{N}_@'’-]+\s*|[^\p{L}\p{N}\s]+\s*/gu) ?? [];

/** Lengths of the longest common runs of words, from the ends. */
function table(old, now) {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      rows[i][j] = old[i].trim() === now[j].trim() ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
    }
  }
  return rows;
}
