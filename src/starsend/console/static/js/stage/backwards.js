// Backwards: no browser plays that way, so frames are sought by the clock. One seek at a time, each to the frame that will
// be due when it lands, and evenly spaced: as many frames are left out each time as a seek takes.
const LEARNING = 0.3; // how much the newest seek says of how long one takes
const USUAL_MS = 40;
let taken = USUAL_MS; // by a seek; the machine stays the same from one time to the next

/**
 * Plays back from a frame until it is told to stop.
 *
 * pace: frames in a millisecond; first: where it ends; seek(frame): resolves when it is shown; going(): whether to go on;
 * ended(): the first frame has been shown for as long as any other.
 */
export async function playBack({ from, first, pace, seek, going, ended }) {
  const began = performance.now();
  let frame = from;
  while (going() && frame > first) {
    const stride = Math.max(1, Math.ceil(taken * pace * 0.9));
    const due = from - Math.round((performance.now() - began + taken) * pace);
    const next = Math.max(first, Math.min(frame - stride, due));
    await until(began + (from - next) / pace - taken, going);
    if (!going()) return;
    const asked = performance.now();
    await seek(next);
    taken += (performance.now() - asked - taken) * LEARNING;
    frame = next;
  }
  await until(performance.now() + 1 / pace, going);
  if (going()) ended();
}

/** Waits for a moment, picture by picture, so that a hidden page rests. */
function until(moment, going) {
  return new Promise((resolve) => {
    const look = (now) => (now >= moment - 4 || !going() ? resolve() : requestAnimationFrame(look));
    if (performance.now() >= moment - 4) resolve();
    else requestAnimationFrame(look);
  });
}
