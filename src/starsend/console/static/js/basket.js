// The retake basket: what is to be made again, what that costs against the budgets; asks once, and `g` sends all.
import { get, post } from "./api.js";
import { basketView } from "./basket_view.js";
import { ariaKey, bind, keyCap } from "./keys.js";
import { on } from "./live.js";
import { mount as mountProgress } from "./progress.js";
import { make } from "./stage/build.js";
import { refuse, toast } from "./toast.js";
import { forPrice, price } from "./usd.js";

const GROUP = "Retake";
let basket = null;
let parts = null;
let reading = 0;
let adding = Promise.resolve(); // `g` right after `q` shows what was put in

export function mount() {
  parts = build();
  mountProgress();
  bind("g", "Basket: look, and send all", GROUP, open);
  on("basket", () => soon());
  on("record", () => parts.drawer.open && soon());
  on("reset", () => soon());
  read().catch((error) => console.warn("the basket could not be read", error.message));
}

/** Puts something into the basket; throws where it is refused. What waits there already isn't put in a second time. */
export async function add(item) {
  await adding;
  const there = basket?.items.find((held) => !held.sending && isSame(item, held));
  if (there) return void toast(`${item.slate} is in the basket already, as it is here.`, { action: "One take more", run: () => more(there.id), kind: "basket" });
  const sending = post("/basket/items", item);
  adding = sending.catch(() => undefined);
  show(await sending);
  const count = basket.items.length;
  toast(`${item.slate} is in the basket: ${count} in all, ${price(basket.total_usd)}`, { action: "Look and send", key: "g", run: open, kind: "basket" });
}

const isSame = ({ takes: _takes, ...item }, held) => Object.entries(item).every(([name, value]) => JSON.stringify(value) === JSON.stringify(held[name] ?? null));

async function more(id) {
  const item = basket.items.find((each) => each.id === id);
  if (item) await change(`/basket/items/${id}`, { takes: item.takes + 1 });
}

function build() {
  const button = make("button", { type: "button", class: "basket-open", "aria-keyshortcuts": ariaKey("g"), "aria-haspopup": "dialog" });
  const words = make("span", { text: "Basket" });
  button.append(words, keyCap("g"));
  button.addEventListener("click", open);
  document.querySelector(".bar-end")?.prepend(button);
  const body = make("div", { class: "basket-body" });
  const fault = make("p", { class: "fault", role: "alert" });
  const sendIt = make("button", { type: "button", class: "primary", "aria-keyshortcuts": "g" });
  const close = make("button", { type: "button", text: "Close " }, keyCap("Escape"));
  close.addEventListener("click", () => drawer.close());
  sendIt.addEventListener("click", send);
  const drawer = make("dialog", { id: "basket", class: "docked basket", "aria-labelledby": "basket-title" },
    make("h2", { id: "basket-title", text: "Retake basket" }), body, fault, make("p", { class: "ends" }, sendIt, close));
  drawer.addEventListener("click", acted);
  drawer.addEventListener("keydown", (event) => {
    if (event.key !== "g" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    event.preventDefault();
    send();
  });
  document.body.append(drawer);
  document.addEventListener("click", (event) => event.target.closest("[data-basket]") && open()); // the end of dailies offers it
  return { button, words, drawer, body, fault, sendIt };
}

/** Opening it is the question: what it costs, and against what. */
async function open() {
  parts.fault.textContent = "";
  if (!parts.drawer.open) parts.drawer.showModal();
  try {
    await adding;
    await read();
  } catch (error) {
    parts.fault.textContent = error.message;
  }
  (parts.sendIt.disabled ? parts.drawer.querySelector(".ends button:last-child") : parts.sendIt).focus();
}

function soon() {
  clearTimeout(reading);
  reading = setTimeout(() => read().catch(() => undefined), 60);
}

async function read() {
  show(await get("/basket"));
}

function show(fresh) {
  if (basket && fresh.revision < basket.revision) return; // an answer that was overtaken
  basket = fresh;
  const count = basket.items.length;
  const going = count > 0 && basket.items.every((item) => item.sending);
  parts.words.textContent = !count ? "Basket" : going ? `Basket: ${count} being sent` : `Basket ${count}${basket.items.some((item) => item.estimate_usd !== null) ? ` · ${price(basket.total_usd)}` : ""}`;
  parts.button.toggleAttribute("data-full", count > 0);
  const focused = parts.body.contains(document.activeElement) ? document.activeElement : null;
  const again = focused?.closest("[data-item]") && `[data-item="${CSS.escape(focused.closest("[data-item]").dataset.item)}"] [data-act="${focused.dataset.act}"]`;
  parts.body.replaceChildren(...basketView(basket));
  if (again) (parts.body.querySelector(again) ?? parts.sendIt).focus();
  const sending = basket.items.filter((item) => !item.error && !item.sending).length;
  parts.sendIt.replaceChildren(make("span", { text: sending ? `Send ${sending === 1 ? "it" : "all"}${forPrice(basket.total_usd)}` : "Send" }), keyCap("g"));
  parts.sendIt.disabled = !basket.sendable || !sending;
}

async function send() {
  if (parts.sendIt.disabled || parts.drawer.hasAttribute("aria-busy")) return;
  parts.drawer.setAttribute("aria-busy", "true");
  parts.fault.textContent = "";
  const { total_usd: usd, items } = basket;
  try {
    const answer = await post("/basket/send", { revision: basket.revision, confirmed_usd: usd });
    show(answer.basket);
    parts.drawer.close();
    const takes = items.filter((item) => !item.error).reduce((sum, item) => sum + item.takes, 0);
    toast(`${takes} take${takes === 1 ? "" : "s"} sent${forPrice(usd)}. ${takes === 1 ? "It shows in the list as it comes" : "They show in the list as they come"}.`, { kind: "basket" });
  } catch (error) {
    refused(error);
  } finally {
    parts.drawer.removeAttribute("aria-busy");
  }
}

/** A refusal says why, shows the basket as it is now, and asks anew. */
async function refused(error) {
  parts.fault.textContent = `${error.message} ${error.remedy ?? ""}`.trim();
  if (!parts.drawer.open) refuse(error);
  if (error.body?.basket) show(error.body.basket);
  else await read().catch(() => undefined);
}

async function acted(event) {
  const button = event.target.closest("button[data-act]");
  const id = button?.closest("[data-item]")?.dataset.item;
  if (!id) return;
  const item = basket.items.find((each) => each.id === id);
  if (button.dataset.act === "remove") await change(`/basket/items/${id}/remove`, {});
  if (button.dataset.act === "fewer") await change(`/basket/items/${id}`, { takes: Math.max(1, item.takes - 1) });
  if (button.dataset.act === "more") await change(`/basket/items/${id}`, { takes: item.takes + 1 });
}

async function change(path, body) {
  parts.fault.textContent = "";
  try {
    show(await post(path, { revision: basket.revision, ...body }));
  } catch (error) {
    await refused(error);
  }
}
