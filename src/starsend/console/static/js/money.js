// The money in the head of each page: what is committed of the project's budget, kept true while others work.
import { on } from "./live.js";
import { partOf, soon } from "./renew.js";

const QUIET_MS = 400;

export function mountMoney(root) {
  const { project } = document.body.dataset;
  if (!root || !project) return;
  const read = soon(async () => {
    const html = await partOf(`/${project}/money`); // sums alone: rendered and escaped by the server
    if (html !== null && html !== root.innerHTML) root.innerHTML = html;
  }, QUIET_MS);
  for (const kind of ["record", "plan", "reset"]) on(kind, read);
}
