// One clock for what is on: plays, steps, shuttles and loops the leading reel, and keeps the others on its frame.
import { clamp, fps, middleOf } from "./rate.js";

export const SPEEDS = [0.25, 0.5, 1, 2];
const SHUTTLE = [1, 2, 4, 8];
const DRIFT = 0.12; // of a frame: less can't be seen
const JUMP = 3; // frames apart: more is mended by a seek, not by the rate
const MENDING_MS = 1000; // and no oftener than this, where the machine can't keep up

export class Transport {
  leader = null;
  followers = []; // { reel, place(frame) → its own frame, perhaps beyond its ends }
  speed = 1;
  shuttle = 0; // 0 rests, 1 2 4 8 plays, -1 … -8 backwards
  range = null; // { from, to }, both within
  loop = false;
  #aim = 0;
  #after = 0; // the shuttle that goes on once all are where they were sent
  #turn = 0; // what an older turn awaited is no longer wanted
  #closing = 0;
  #mended = 0;
  #moves = 0;
  #tell;

  constructor(tell) {
    this.#tell = tell; // { frame(n), state(), hold(reels, far), release() }
  }

  get paused() {
    return this.shuttle === 0 && this.#after === 0;
  }

  get frame() {
    return this.#aim;
  }

  get first() {
    return this.range?.from ?? 0;
  }

  get last() {
    return this.range ? Math.min(this.range.to, this.leader.last) : (this.leader?.last ?? 0);
  }

  /** Puts on a reel. It shows the frame before `ready` is called, so that nothing black comes between. */
  async lead(reel, followers, frame, ready) {
    const going = this.shuttle || this.#after;
    const turn = this.#rest();
    this.#after = going;
    const to = clamp(frame, 0, reel.last);
    await Promise.all([reel.seek(to), ...followers.map((one) => one.reel.seek(one.place(to)))]);
    if (turn !== this.#turn) return false;
    this.#detach();
    this.#tell.release();
    this.leader = reel;
    this.followers = followers;
    reel.onframe = (shown) => this.#shown(shown);
    reel.onended = () => this.#reachedEnd(turn);
    this.#aim = to;
    ready();
    this.#tell.frame(to);
    if (going) this.#go(going);
    return true;
  }

  /** Compares with others, or with none, on the frame that is on. */
  async follow(followers) {
    if (!this.leader) return;
    await this.lead(this.leader, followers, this.frame, () => undefined);
  }

  async seek(frame) {
    if (!this.leader) return;
    const going = this.shuttle || this.#after;
    const to = clamp(frame, 0, this.leader.last);
    const turn = going ? this.#rest() : (this.#turn += 1);
    this.#after = going;
    this.#aim = to;
    await this.#all(to);
    if (this.#turn !== turn) return;
    this.#tell.frame(to);
    if (going) this.#go(going);
  }

  /** Steps by frames; a held key waits for each frame to be presented. */
  async step(by, held = false) {
    if (!this.leader || (held && this.#seeking())) return;
    if (!this.paused) await this.pause();
    await this.seek(this.frame + by);
  }

  async play() {
    if (!this.leader || this.shuttle === 1) return;
    const outside = this.frame >= this.last || this.frame < this.first;
    this.#rest();
    if (outside) await this.seek(this.first);
    this.#go(1);
  }

  /** Rests on the frame that was presented last, all of them. */
  async pause() {
    if (!this.leader || this.paused) return;
    const under = this.leader.seeking || this.leader.shown < 0;
    const at = clamp(under ? this.#aim : this.leader.shown, 0, this.leader.last);
    const turn = this.#rest();
    this.#aim = at;
    this.#tell.state();
    await this.#all(at, true);
    if (turn === this.#turn) this.#tell.frame(at);
  }

  toggle() {
    return this.paused ? this.play() : this.pause();
  }

  /** L and J: each tap in the direction that it goes doubles it; a tap against it turns it round at once. */
  shuttleBy(direction) {
    if (!this.leader) return;
    const going = Math.sign(this.shuttle) === direction ? Math.abs(this.shuttle) : 0;
    const next = SHUTTLE[Math.min(SHUTTLE.indexOf(going) + 1, SHUTTLE.length - 1)];
    this.#rest();
    this.#go(direction * next);
  }

  setSpeed(speed) {
    this.speed = speed;
    if (this.shuttle > 0) for (const one of this.#reels()) one.video.playbackRate = this.#rate();
    if (this.shuttle < 0) this.#go(this.shuttle);
    this.#tell.state();
  }

  /** Rests everything and lets go of it; what is shown stays. */
  stop() {
    this.#rest();
    this.#detach();
    this.leader = null;
    this.followers = [];
  }

  #reels() {
    return [this.leader, ...this.followers.map((one) => one.reel)].filter(Boolean);
  }

  #on(frame) {
    const within = ({ reel, place }) => place(frame) >= 0 && place(frame) <= reel.last;
    return [this.leader, ...this.followers.filter(within).map((one) => one.reel)];
  }

  #seeking() {
    return this.#reels().some((reel) => reel.seeking);
  }

  #rate() {
    return Math.max(0.0625, this.speed * this.shuttle);
  }

  /** All of them to one frame. What is seen stays until the last has it: two sides never part. */
  async #all(frame, force = false) {
    const mine = (this.#moves += 1);
    if (this.followers.length) this.#tell.hold(this.#reels(), Math.abs(frame - this.leader.shown) > 1);
    const others = this.followers.map((one) => one.reel.seek(one.place(frame), { force }));
    await Promise.all([this.leader.seek(frame, { force }), ...others]);
    if (mine === this.#moves) this.#tell.release();
  }

  #rest() {
    this.shuttle = this.#after = 0;
    clearTimeout(this.#closing);
    this.#closing = 0;
    for (const reel of this.#reels()) reel.pause();
    return (this.#turn += 1);
  }

  #detach() {
    if (this.leader) this.leader.onframe = this.leader.onended = null;
  }

  #go(shuttle) {
    const turn = (this.#turn += 1);
    this.shuttle = shuttle;
    this.#after = 0;
    this.leader.onended = () => this.#reachedEnd(turn);
    this.#tell.state();
    if (shuttle < 0) this.#backwards(turn);
    else for (const reel of this.#on(this.frame)) reel.play(this.#rate());
  }

  /** The leading reel presented a frame. At rest, what was asked for is told once all show it. */
  #shown(frame) {
    if (this.shuttle === 0 || this.leader.seeking) return;
    this.#aim = frame;
    this.#tell.frame(frame);
    if (this.shuttle < 0) return;
    if (frame < this.last) for (const one of this.followers) this.#correct(one, frame);
    else if (!this.#closing) {
      const turn = this.#turn; // the last frame stays on for as long as any other, and none after it
      for (const reel of this.#reels()) reel.pause();
      this.#closing = setTimeout(() => this.#reachedEnd(turn), 1000 / (fps(this.leader.rate) * this.#rate()));
    }
  }

  async #reachedEnd(turn) {
    if (turn !== this.#turn || this.shuttle === 0) return;
    clearTimeout(this.#closing);
    this.#closing = 0;
    const backwards = this.shuttle < 0;
    if (!this.loop && !this.range) {
      this.#rest();
      this.#tell.state();
      await this.seek(backwards ? this.first : this.last);
      return;
    }
    await this.seek(backwards ? this.last : this.first); // rests all, and goes on when all are there
  }

  #correct({ reel, place }, frame) {
    const want = place(frame);
    if (reel.seeking || reel.failed) return;
    if (want < 0 || want > reel.last) {
      reel.pause();
    } else if (reel.video.paused) {
      const turn = this.#turn;
      if (want < reel.last) reel.seek(want).then(() => turn === this.#turn && reel.play(this.#rate()));
    } else {
      const ahead = this.leader.video.currentTime - middleOf(frame, this.leader.rate);
      this.#nudge(reel, (reel.video.currentTime - middleOf(want, reel.rate) - ahead) * fps(reel.rate));
    }
  }

  #nudge(reel, apart) {
    if (Math.abs(apart) > JUMP && performance.now() - this.#mended > MENDING_MS) {
      this.#mended = performance.now();
      this.seek(this.frame);
      return;
    }
    const pull = Math.abs(apart) < DRIFT ? 0 : clamp(apart * 0.2, -0.2, 0.2);
    const rate = this.#rate() * (1 - pull);
    if (reel.video.playbackRate !== rate) reel.video.playbackRate = rate;
  }

  /** No browser plays backwards: frames are sought by the clock, as many as it manages. */
  #backwards(turn) {
    const from = this.frame;
    const began = performance.now();
    const pace = (fps(this.leader.rate) * this.speed * -this.shuttle) / 1000;
    const tick = (now) => {
      if (turn !== this.#turn) return;
      const want = from - Math.floor(Math.max(0, now - began) * pace);
      if (want < this.first && this.frame <= this.first && !this.#seeking()) {
        this.#reachedEnd(turn);
        return;
      }
      if (!this.#seeking() && want !== this.frame) this.#back(turn, Math.max(want, this.first));
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  async #back(turn, frame) {
    this.#aim = frame;
    await this.#all(frame);
    if (turn === this.#turn) this.#tell.frame(frame);
  }
}
