// Sums as people read them: to the nearest cent, as the server writes them; the exact figure stays in the data.

/** "2.980542" → "$2.98"; what costs anything is at least a cent. */
export function usd(text) {
  const cents = Math.round(Number(`${text}e2`)); // decimal places are moved in the text: no binary rounding before ours
  return `$${((cents || (Number(text) > 0 ? 1 : 0)) / 100).toFixed(2)}`;
}

/** What something costs: "$0.34" or "free". */
export const price = (text) => (Number(text) ? usd(text) : "free");

/** The same behind a verb: " for $0.34" or ", free". */
export const forPrice = (text) => (Number(text) ? ` for ${usd(text)}` : ", free");
