// Every page begins here: keys, live events, toasts, and the module of the page itself.
import { connect } from "./live.js";
import { mountName } from "./you.js";

const tab = document.body.dataset.tab;
if (document.body.dataset.project) connect();
mountName(document.getElementById("you"));
if (tab) import(`./${tab}.js`).catch((error) => console.error(`the page ${tab} has no module`, error));
