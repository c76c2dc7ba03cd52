// Who makes it, where that isn't the model that is named: the animatic engine draws in the place of a paid one.

const drawn = ({ provider, model }) => provider === "animatic" && model && !model.startsWith("animatic");

/** "drawn by animatic, in the place of kling-o3-pro" of the first job that is; empty where the model itself makes it. */
export function inPlace(jobs) {
  const job = (jobs ?? []).find(drawn);
  return job ? `drawn by ${job.provider}, in the place of ${job.model}` : "";
}
