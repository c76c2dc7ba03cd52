// The costs, which htmx keeps true: what lies ahead is made on a word, and bills are asked for.
import { plainRemedy } from "./plain.js";
import { get, post } from "./api.js";
import { mountJobs } from "./jobs.js";
import { ask } from "./question.js";
import { refuse, toast } from "./toast.js";
import { usd } from "./usd.js";

const project = document.body.dataset.project;
const by = (id) => document.getElementById(id);

by("ahead").addEventListener("htmx:after:swap", ({ currentTarget: ahead }) => ahead.removeAttribute("aria-busy"));
mountJobs(by("jobs"), settled);

let atWork = 0;
/** What was made isn't due any more, what failed isn't either: the sums are worked out anew. */
function settled(count) {
  if (count !== atWork) for (const id of ["books", "ahead"]) by(id).dispatchEvent(new Event("settled"));
  atWork = count;
}

/** Starts what `starsend run` starts, of all or of a part, after one question with the sum as it is now. */
async function makeDue(button) {
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const { episode = null, sequence = null } = button.dataset;
  const query = new URLSearchParams(Object.entries({ episode, sequence }).filter(([, value]) => value));
  const answer = await ask({
    title: `Make what is due${sequence || episode ? ` of ${sequence ?? episode}` : ""}`,
    always: true,
    part: true,
    estimate: () => get(`/jobs/due?${query}`),
    send: (sum) => post("/jobs/run", { episode, sequence, confirmed_usd: sum }),
  });
  button.removeAttribute("aria-busy");
  if (answer) toast(`What is due is being made, ${Number(answer.work.estimate_usd) ? `for at most ${usd(answer.work.estimate_usd)}` : "free"}. It can be stopped here.`);
}

by("ahead").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-run]");
  if (button) makeDue(button).catch(refuse);
});

by("ask-billed").addEventListener("click", async ({ currentTarget: button }) => {
  button.disabled = true;
  const words = button.textContent;
  button.textContent = "Asking …";
  try {
    const { billed } = await post("/costs/billed");
    tell(billed);
    by("books").dispatchEvent(new Event("settled"));
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
  for (const each of troubles) parts.push(`${each.message}. ${plainRemedy(each.code, each.remedy)}`);
  by("billed-said").textContent = parts.join(" ") || "Every take's cost is known; nothing had to be asked.";
  by("billed-said").hidden = false;
}
