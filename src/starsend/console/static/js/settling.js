// Takes at work and lost ones: cancelled, gone on with, looked for, given up or bought again, on a person's word.
import { Problem, post } from "./api.js";
import { on } from "./live.js";
import { refuse, toast } from "./toast.js";
import { usd } from "./usd.js";

const SAID = { cancel: "asked to stop", resume: "goes on", look: "is looked for", "give-up": "given up", resend: "sent again" };

/** Makes the buttons and forms (data-do) inside `root` work, and its bars move; `after` reads anew what is shown there. */
export function mountSettling(root, after) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) settle(button, button.dataset.do, {}, after);
  });
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-do]");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const more = {};
    if (form.dataset.do === "give-up" && form.elements.cost_usd?.value) more.cost_usd = form.elements.cost_usd.value;
    if (form.dataset.do === "resend") more.confirmed_usd = button.dataset.usd;
    settle(button, form.dataset.do, more, after);
  });
  on("progress", ({ slate, take, part }) => {
    const bar = root.querySelector(`[data-take="${CSS.escape(`${slate}_T${String(take).padStart(3, "0")}`)}"] progress`);
    if (bar) bar.value = part;
  });
}

async function settle(button, what, more, after) {
  const row = button.closest("[data-slate]");
  const { slate, revision } = row.dataset;
  if (button.disabled) return;
  button.disabled = true;
  try {
    if (what === "resume") await post("/jobs/resume", { slate });
    else if (what === "cancel") await post(`/records/${slate}/cancel`, { revision: Number(revision) });
    else await post(`/records/${slate}/reconcile`, { revision: Number(revision), how: what, ...more });
    toast(`${slate} ${SAID[what]}`);
  } catch (error) {
    if (error instanceof Problem && error.record) row.dataset.revision = error.record.revision;
    if (error instanceof Problem && error.code === "not-confirmed" && error.body.estimate_usd && what === "resend") {
      button.dataset.usd = error.body.estimate_usd;
      button.textContent = `Pay ${usd(error.body.estimate_usd)} and send again`;
    }
    refuse(error);
  } finally {
    button.disabled = false;
    button.blur();
    after();
  }
}
