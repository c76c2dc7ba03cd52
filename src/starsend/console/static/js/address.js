// The address of Dailies: each slate is a step that the browser's Back goes back on; takes and frames are none.
import { filterAs, showEnd } from "./list.js";
import { tell } from "./live.js";
import { session } from "./session.js";
import { refuse } from "./toast.js";

/** Says in the address what was shown first, and shows what the address says when somebody goes back or forth. */
export function followAddress() {
  if (session.view) session.writeAddress();
  addEventListener("popstate", () => {
    const address = new URLSearchParams(location.search);
    filterAs(address);
    show(address).catch(refuse);
  });
}

async function show(address) {
  const [take, frame] = ["take", "frame"].map((name) => Number(address.get(name)) || 0);
  const slate = address.get("slate");
  if (!slate) return showEnd({ step: false });
  if (slate !== session.slate || session.over) return session.open(slate, { take: take || null, frame, play: false, step: false });
  if (take && take !== session.take?.take) await session.showTake(take);
  return tell("seek", { frame });
}
