// The costs: kept true by events; what lies ahead is fetched beside the books; asking the providers for their bills.
import { post } from "./api.js";
import { on } from "./live.js";
import { fragment, partOf, soon } from "./renew.js";
import { refuse } from "./toast.js";

const project = document.body.dataset.project;
const by = (id) => document.getElementById(id);

async function swap(id, path) {
  const html = await partOf(path);
  if (html === null) return;
  const opened = [...by(id).querySelectorAll("details")].map((each) => each.open);
  by(id).replaceChildren(fragment(html));
  by(id).querySelectorAll("details").forEach((each, i) => { each.open = opened[i] ?? false; });
  by(id).removeAttribute("aria-busy");
}

const books = () => swap("books", `/${project}/costs/books${location.search}`);
const ahead = () => swap("ahead", `/${project}/costs/ahead`);
const refresh = soon(() => Promise.all([books(), ahead()]), 400);
const basket = soon(ahead, 400);
for (const kind of ["record", "plan", "reset"]) on(kind, refresh);
on("basket", basket);
ahead();

by("ask-billed").addEventListener("click", async ({ currentTarget: button }) => {
  button.disabled = true;
  const words = button.textContent;
  button.textContent = "Asking …";
  try {
    const { billed } = await post("/costs/billed");
    tell(billed);
    await books();
  } catch (error) {
    refuse(error);
  } finally {
    button.disabled = false;
    button.textContent = words;
    button.focus();
  }
});

function tell({ booked, unknown, troubles }) {
  const parts = booked.map((each) => `${each.take} cost $${each.cost_usd}, says ${each.provider}.`).slice(0, 8);
  if (booked.length > 8) parts.push(`${booked.length - 8} more were booked.`);
  if (unknown.length) parts.push(`Nothing is said yet of ${unknown.slice(0, 8).join(", ")}${unknown.length > 8 ? " …" : ""}.`);
  for (const each of troubles) parts.push(`${each.message}. ${each.remedy}`);
  by("billed-said").textContent = parts.join(" ") || "Every take's cost is known; nothing had to be asked.";
  by("billed-said").hidden = false;
}
