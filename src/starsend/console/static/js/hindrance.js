// Why a take can't be judged: by what it is, and by what the server says that a verdict would be refused for as things are now.

/** The words why not, else "". `what` is approve or reject; `bad` are the shots that an approval would leave out. */
export function hindrance({ view, slate, fault }, take, what, bad) {
  if (fault) return `${slate} can't be read, so nothing is decided on it until it is mended.`;
  if (!take) return "There is no take to decide on.";
  if (take.medium === "grid") return view.start_frame ? "A grid isn't approved: its cell is picked." : "A grid isn't approved: pick one of its cells.";
  if (take.medium !== "video") return "Only films are approved.";
  if (take.outcome !== "complete") return take.unsettled ? `${take.name} is still at work.` : `${take.name} has no film to decide on.`;
  if (what === "approve" && isApproved(view, take, bad)) return `${take.name} is approved already.`;
  const refusal = take.hinders?.[what];
  if (!refusal || refusal.code === "approved-already") return ""; // it is approved, but not for these shots
  if (refusal.code === "file-gone") return `The file of ${take.name} is gone: it is approved once it is back.`;
  return sentence(refusal.message);
}

/** Whether it stands approved just so: without these shots and no others. */
export function isApproved(view, take, bad) {
  if (!bad.length) return take?.hinders?.approve?.code === "approved-already";
  if (!take.approved || view.state !== "approved" || view.approved_take !== take.take) return false;
  return take.except.length === bad.length && take.except.every((shot) => bad.includes(shot));
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
