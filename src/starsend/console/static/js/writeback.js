// "Write back to plan": shows what would change in the client's plan, line by line, and does it when that is confirmed.
import { get, post } from "./api.js";
import { make } from "./stage/build.js";
import { toast } from "./toast.js";

let dialog = null;

/** Shows the change of a slate's overrides and asks; `written` is told when it was done. */
export async function askWriteBack(slate, written) {
  const path = `/records/${encodeURIComponent(slate)}/overrides/write-back`;
  let change = await get(path);
  if (!change.shots.length) return void toast(`${change.slate} has no prompt of its own to write back`);
  const { body, fault, form, cancel } = build(change);
  const show = () => body.replaceChildren(...change.diff.split("\n").map(line));
  show();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    form.setAttribute("aria-busy", "true");
    try {
      const { revision, plan_sha256, shots } = change;
      const done = await post(path, { revision, plan_sha256, shots });
      dialog.close();
      toast(`Written into the plan: ${shots.join(", ")}. The plan of before is ${done.backup}.`);
      await written();
    } catch (error) {
      fault.textContent = `${error.message} ${error.remedy ?? ""}`;
      const fresh = error.status === 409 ? await get(path).catch(() => null) : null;
      if (fresh) { change = fresh; show(); }
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
  cancel.addEventListener("click", () => dialog.close());
  dialog.showModal();
}

function build({ slate }) {
  dialog?.remove();
  const body = make("pre", { class: "diff", tabindex: "0", "aria-label": "What changes in the plan" });
  const fault = make("p", { class: "fault", role: "alert" });
  const cancel = make("button", { type: "button", text: "Leave it" });
  const form = make("form", { method: "dialog" },
    make("h2", { id: "writeback-title", text: `Write the prompts of ${slate} back to the plan?` }),
    make("p", { class: "muted", text: "This changes plan.json, the client's file; a copy of it is kept." }),
    body, fault,
    make("p", { class: "ends" }, make("button", { type: "submit", class: "primary", text: "Write to plan" }), cancel));
  dialog = make("dialog", { class: "docked wide", "aria-labelledby": "writeback-title" }, form);
  document.body.append(dialog);
  return { body, fault, form, cancel };
}

function line(text) {
  const kind = text.startsWith("+") ? "ins" : text.startsWith("-") ? "del" : "span";
  return make(kind, { class: "line", text: `${text}\n` });
}
