// Every page begins here: keys, live events, toasts, and the module of the page itself.
import { listen, showKeys } from "./keys.js";
import { connect } from "./live.js";
import { mountMoney } from "./money.js";
import { mountName } from "./you.js";

const RETRY_MS = 2000;
const PLAIN = new Set(["elements"]); // pages that need no module of their own
const tab = document.body.dataset.tab;
listen();
document.getElementById("keys-open").addEventListener("click", showKeys);
if (document.querySelector("[data-retry]")) retry();
if (document.body.dataset.project) connect();
mountMoney(document.getElementById("money"));
mountName(document.getElementById("you"));
if (tab && !PLAIN.has(tab)) import(`./${tab}.js`).catch((error) => console.error(`the page ${tab} has no module`, error));

/** The page that was asked for couldn't be made; it is asked for again until it can. */
async function retry() {
  const there = await fetch(location.href, { headers: { Accept: "text/html" } }).then((answer) => answer.ok, () => false);
  if (there) location.reload();
  else setTimeout(retry, RETRY_MS);
}
