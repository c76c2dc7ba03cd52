// Films beside the leading one while they play: its clock leads, theirs are nudged, and what is shown is shown in pairs:
// a frame of one never stands beside another frame of the other, also where the machine is late.
import { clamp, fps, middleOf } from "./rate.js";

const DRIFT = 0.12; // of a frame: less isn't worth a nudge
const JUMP = 2; // frames apart: more is mended by a seek, not by the rate
const MENDING_MS = 1000; // and no oftener than this, where the machine can't keep up
const PULL = 0.25; // of a frame's distance, made good in a frame
const MOST_PULL = 0.5;
const TRUST = 0.4; // in the newest measure of how far they are apart: a screen shows frames a little early or late

export class Together {
  leader = null;
  followers = []; // { reel, place(frame) → its own frame, perhaps beyond its ends }
  #mended = 0;

  set(leader, followers) {
    this.leader = leader;
    this.followers = followers;
  }

  get reels() {
    return [this.leader, ...this.followers.map((one) => one.reel)].filter(Boolean);
  }

  get seeking() {
    return this.reels.some((reel) => reel.seeking);
  }

  /** Those that have a picture for one of the leader's frames; null in the place of one that hasn't. */
  on(frame) {
    return [this.leader, ...this.followers.map((one) => (within(one, frame) ? one.reel : null))];
  }

  seek(frame, force = false) {
    for (const one of this.followers) one.apart = undefined;
    const others = this.followers.map((one) => one.reel.seek(one.place(frame), { force }));
    return Promise.all([this.leader.seek(frame, { force }), ...others]);
  }

  /**
   * What all of them show, where it belongs together: gives the leader's frame to `shown` with the pictures, null where
   * a film has none for it, and returns true. The pictures say themselves which frames they are: a film may have gone on since it told.
   */
  meet(shown) {
    const taken = this.reels.map((reel) => (reel.seeking || reel.failed ? null : reel.picture()));
    const [lead, ...others] = taken;
    const fits = (one, index) => !within(one, lead.frame) || one.reel.failed || others[index]?.frame === one.place(lead.frame);
    const met = Boolean(lead) && this.followers.every(fits);
    if (met) {
      const pictures = others.map((other, index) => (within(this.followers[index], lead.frame) ? other?.picture : null));
      shown(lead.frame, [lead.picture, ...pictures]);
    }
    for (const one of taken) one?.close();
    return met;
  }

  /** Brings the followers nearer. Gives whether they are so far away that all must be sent to one frame anew. */
  correct(rate) {
    const frame = this.leader.shown;
    return this.followers.map((one) => this.#correct(one, frame, rate)).some(Boolean);
  }

  #correct(one, frame, rate) {
    const { reel, place } = one;
    const want = place(frame);
    if (reel.seeking || reel.failed) return false;
    if (!within(one, frame)) {
      reel.pause();
    } else if (reel.video.paused) {
      if (want < reel.last) reel.seek(want).then(() => this.#mayGo(one) && reel.play(rate));
    } else {
      return this.#nudge(one, frame, rate);
    }
    return false;
  }

  #mayGo(one) {
    return this.followers.includes(one) && !this.leader.video.paused;
  }

  #nudge(one, frame, rate) {
    const { reel, place } = one;
    const { leader } = this;
    const now = performance.now();
    const beyond = leader.timeAt(now) - middleOf(frame, leader.rate); // the same for both, where they are together
    const measured = (reel.timeAt(now) - middleOf(place(frame), reel.rate) - beyond) * fps(reel.rate);
    one.apart = one.apart === undefined ? measured : one.apart + (measured - one.apart) * TRUST;
    const pull = Math.abs(one.apart) < DRIFT ? 0 : clamp(one.apart * PULL, -MOST_PULL, MOST_PULL);
    const wanted = clamp(rate * (1 - pull), 0.0625, 16);
    if (Math.abs(reel.video.playbackRate - wanted) > 0.01) reel.video.playbackRate = wanted;
    if (Math.abs(measured) <= JUMP || now - this.#mended < MENDING_MS) return false;
    this.#mended = now;
    return true;
  }
}

const within = ({ reel, place }, frame) => place(frame) >= 0 && place(frame) <= reel.last;
