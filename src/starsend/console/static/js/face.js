// What the stage says where there is no picture: what the slate needs and its price, a take at work, a lost or failed one.
import { ariaKey, bind, keyCap } from "./keys.js";
import { on } from "./live.js";
import { mountNext } from "./next.js";
import { takeDrops } from "./grid/upload.js";
import { plainRemedy } from "./plain.js";
import { estimateOf, giveFrame, makeIt, offersOf } from "./offers.js";
import { session } from "./session.js";
import { mountSettling } from "./settling.js";
import { make } from "./stage/build.js";
import { refuse, toast } from "./toast.js";
import { price as priceOf } from "./usd.js";

const ASK = "Shift+g"; // `g` sends what was put together; this asks for what is next
let place = null;
let shown = null; // { view, take } while the face is what is seen
let main = null; // the button that the key presses
let undrop = () => undefined;

/** Prepares the place; keys are bound once. */
export function mountFace(root) {
  place = root;
  mountSettling(document.getElementById("rail"), refresh);
  const next = () => (shown && !place.hidden ? main : document.querySelector("#next:not([hidden]) .primary"));
  bind(ASK, "Ask for what the slate needs next", "Retake", () => next().click(), { when: () => Boolean(next()?.isConnected && !next().disabled) });
  const picks = () => session.take?.medium === "grid" && session.take.media && session.view.state === "keyframe_complete";
  bind(ASK, "", "Retake", () => toast("Pick a cell first: digits, then Enter.", { seconds: 4 }), { when: () => Boolean(!next() && picks()) });
  bind("Enter", "", "Retake", () => main.click(), { when: () => Boolean(shown && main?.isConnected && !main.disabled && !place.hidden) });
  mountNext(offersOf, (offer, view, fault) => offerButton(offer, view, fault, ASK));
  on("progress", ({ slate, take, part }) => {
    if (shown?.take?.slate !== slate || shown.take.take !== take) return;
    const bar = place.querySelector(".face progress");
    if (bar) bar.value = part;
  });
  on("work", ({ slates, ended_at: ended }) => {
    if (slates.includes(session.slate) && (ended || shown?.take?.unsettled)) refresh(); // who has it has changed
  });
  on("plan", () => shown && paint(shown.view, shown.take));
  addEventListener("focus", () => shown?.take?.media?.missing && refresh());
}

const refresh = () => session.refresh().catch(() => undefined);

/** Shows the face of a slate or take. */
export function paint(view, take) {
  shown = { view, take };
  main = null;
  undrop();
  const open = view.work?.working.find((each) => each.take === take?.take);
  const lost = view.work?.lost.flatMap((group) => group.takes).find((each) => each.take === take?.take);
  const box = make("div", { class: "nothing face", role: "status" }, ...(lost ? ofLost(lost) : open ? ofOpen(open) : ofNeed(view, take)).filter(Boolean));
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.offer : null;
  place.replaceChildren(box);
  if (focused) place.querySelector(`[data-offer="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** Something else is seen now. */
export function leave() {
  shown = null;
  main = null;
  undrop();
}

function ofOpen(open) {
  const has = open.here ? `${open.provider} works on it` : open.sender ? `It is being sent to ${open.provider} by ${open.sender}` : open.fetcher ? `Another process is at it (${open.fetcher})` : `${open.provider} has it; this Console doesn't follow it, another process may`;
  const followed = open.here || open.sender || open.fetcher;
  const bar = make("progress", { max: "1", "aria-label": `${open.name} is being made` });
  if (open.progress !== null) bar.value = open.progress;
  const buttons = [!followed ? beside("resume", "Go on", "Costs nothing more: it was sent") : null,
    open.medium === "video" && open.sent ? beside("cancel", "Cancel", "Asks the provider to stop it; what comes all the same was paid for and is kept") : null].filter(Boolean);
  return [make("h1", { text: `${open.name} is being made` }), bar,
    make("p", { text: `${has}; ${open.estimate} ${open.medium === "video" || open.sent ? "are" : "would be"} committed. ${followed ? "It shows here by itself when it has come." : "To go on with it costs nothing more."}` }),
    open.medium === "video" ? null : make("p", { class: "small", text: "A picture is made in one call, and can't be cancelled." }),
    buttons.length ? make("div", { class: "offers" }, ...buttons) : null];
}

function ofLost(lost) {
  return [make("h1", { text: `What came of ${lost.name} isn't known` }),
    make("p", { text: `It was sent to ${lost.provider}, and no answer came: ${lost.estimate} stay committed.` }),
    make("p", { class: "small", text: `To look for it asks ${lost.provider} for its jobs: one that asks for exactly this, and that no take has, is taken on and costs nothing more. Nothing is bought by looking. To give it up or to buy it again is at the right.` }),
    make("div", { class: "offers" }, beside("look", "Look for it", "Asks the provider whether it has it; sends nothing that was sent", true))];
}

/** A button that presses the one beside the takes: there the revision and the form are. */
function beside(what, words, title, primary = false) {
  const button = make("button", { type: "button", title, "data-offer": what, class: primary ? "primary" : null }, make("span", { text: words }));
  button.addEventListener("click", () => document.querySelector(`#rail [data-part="work"] [data-do="${what}"]`)?.click());
  if (primary) main = named(button, ASK);
  return button;
}

function named(button, key) {
  button.setAttribute("aria-keyshortcuts", ariaKey(key));
  button.append(keyCap(key));
  return button;
}

function ofNeed(view, take) {
  const { next } = view;
  const { made, upload } = offersOf(view);
  const fault = make("p", { class: "fault", role: "alert" });
  const row = make("div", { class: "offers" });
  const words = [make("h1", { text: title(view, take) })];
  if (take?.media?.missing) words.push(make("p", { text: `${take.media.path} is in its record and not on disk: put it back from a copy. Until then ${take.approved ? "the cut can't show it" : "it can't be approved"}.` }));
  else if (take?.error) words.push(make("p", { text: take.error.message }), make("p", { class: "remedy", text: plainRemedy(take.error.code, take.error.remedy) }));
  else if (view.prompt) words.push(make("p", { text: view.prompt }));
  if (next?.words && !["grid", "pick"].includes(next.need)) words.push(make("p", { class: "small", text: beginning(next) }));
  row.append(...made.map((offer, index) => offerButton(offer, view, fault, index ? "" : ASK)));
  main = made.length ? row.firstElementChild : null;
  const grid = next?.need === "pick" ? gridOf(view) : null;
  if (grid) row.prepend(grid);
  if (take?.media?.missing) row.prepend(lookAgain());
  if (upload) row.append(uploadButton(view));
  return [...words, row.childElementCount ? row : null, fault];
}

function title(view, take) {
  if (take?.media?.missing) return `The file of ${take.name} is gone`;
  if (take) return take.unsettled ? `${take.name} is at work` : `${take.name} ${take.outcome === "unknown" ? "was given up" : take.outcome}`;
  if (view.next?.need === "grid") return `${view.slate} needs a start frame`;
  return view.next?.need === "nothing" ? `${view.slate} is made shot by shot` : `${view.slate} has no take yet`;
}

/** A file that is put back is seen by this, or when the page is come back to. */
function lookAgain() {
  const button = make("button", { type: "button", "data-offer": "again", title: "Whether the file is there again" }, make("span", { text: "Look again" }));
  button.addEventListener("click", refresh);
  return button;
}

const beginning = ({ need, words }) =>
  (need === "trouble" || need === "nothing" ? words : words.startsWith("none: ") ? `Without a start frame: ${words.slice(6)}` : `Start frame: ${words}`);

/** A complete grid to pick from: of the slate, else of its sequence. */
function gridOf(view) {
  const grid = view.takes.findLast((each) => each.medium === "grid" && each.outcome === "complete");
  const button = make("button", { type: "button", "data-offer": "pick" }, make("span", { text: grid ? `Pick from ${grid.name}` : `Pick from the grid of ${view.sequence}` }));
  button.addEventListener("click", () => (grid ? session.showTake(grid.take) : session.open(view.sequence)).catch(refuse));
  return button;
}

function offerButton(offer, view, fault, key) {
  const price = make("span", { class: "num" });
  const button = make("button", { type: "button", class: key ? "primary" : null, "data-offer": offer.mode }, make("span", { text: offer.words }), price);
  if (key) named(button, key);
  let known = null;
  estimateOf(offer).then((told) => {
    known = told;
    price.textContent = priceOf(told.estimate_usd);
  }, (error) => {
    button.disabled = true;
    fault.textContent = `${error.message} ${error.remedy ?? ""}`.trim();
  });
  button.addEventListener("click", async () => {
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    await makeIt(offer, known).catch(refuse);
    button.removeAttribute("aria-busy");
  });
  return button;
}

function uploadButton(view) {
  const input = make("input", { type: "file", accept: "image/png,image/jpeg,image/webp", hidden: true, "aria-label": `Start frame of ${view.slate}` });
  const button = make("button", { type: "button", "data-offer": "upload", title: "A PNG, JPEG or WebP; or drop it here" }, make("span", { text: view.start_frame ? "Upload another start frame" : "Upload a start frame" }));
  const give = async (file) => {
    if (file && (await giveFrame(view.slate, session.slate === view.slate ? session.view.revision : view.revision, file)) && session.slate === view.slate) session.refresh().catch(refuse);
  };
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => { give(input.files[0]); input.value = ""; });
  undrop = takeDrops(place, give);
  return make("span", {}, button, input);
}
