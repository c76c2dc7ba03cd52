// One clock for what is on: plays, steps, shuttles and loops the leading reel, and keeps the others on its frame.
import { playBack } from "./backwards.js";
import { clamp, fps } from "./rate.js";
import { composed } from "./run.js";
import { Together } from "./together.js";

export const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4];
const SHUTTLE = [1, 2, 4, 8];
const SLOWEST = 0.0625; // as browsers have it
const FASTEST = 16;

export class Transport {
  together = new Together();
  speed = 1;
  shuttle = 0; // 0 rests, 1 2 4 8 plays, -1 … -8 backwards
  range = null; // { from, to }, both within
  loop = false;
  #aim = 0;
  #after = 0; // the shuttle that goes on once all are where they were sent
  #turn = 0; // what an older turn awaited is no longer wanted
  #closing = 0;
  #moves = 0;
  #tell;

  constructor(tell) {
    this.#tell = tell; // { frame(n), state(), hold(reels, far), pair(pictures), release() }
  }

  get leader() { return this.together.leader; }
  get paused() { return this.shuttle === 0 && this.#after === 0; }
  get frame() { return this.#aim; }
  get first() { return this.range?.from ?? 0; }
  /** Whether what is seen must be painted: with others beside it, or where frames follow that don't belong to what is on. */
  get #guarded() { return this.together.followers.length > 0 || (this.range !== null && this.range.to < this.leader.last); }
  get last() { return this.range ? Math.min(this.range.to, this.leader.last) : (this.leader?.last ?? 0); }

  /** Puts on a reel. It shows the frame before `ready` is called, so that nothing black comes between. */
  async lead(reel, followers, frame, ready) {
    const going = this.shuttle || this.#after;
    const turn = this.#rest();
    this.#after = going;
    const to = clamp(frame, 0, reel.last);
    const coming = new Together();
    coming.set(reel, followers);
    await coming.seek(to);
    if (turn !== this.#turn) return false;
    this.#detach();
    this.#tell.release();
    this.together.set(reel, followers);
    for (const one of this.together.reels) one.onframe = () => this.#shown(one === reel);
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
    if (!this.leader || (held && this.together.seeking)) return;
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

  /** Rests on the frame that was shown last, all of them. */
  async pause() {
    if (!this.leader || this.paused) return;
    const told = this.leader.seeking || this.leader.shown < 0 || this.#guarded;
    const at = clamp(told ? this.#aim : this.leader.shown, 0, this.leader.last);
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
    if (this.shuttle > 0) for (const one of this.together.reels) one.video.playbackRate = this.#rate();
    if (this.shuttle < 0) this.#go(this.shuttle);
    this.#tell.state();
  }

  /** Rests everything and lets go of it; what is shown stays. */
  stop() {
    this.#rest();
    this.#detach();
    this.#tell.release();
    this.together.set(null, []);
  }

  #rate() {
    return clamp(this.speed * this.shuttle, SLOWEST, FASTEST);
  }

  /** All of them to one frame. What is seen stays until the last has it: two sides never part. */
  async #all(frame, force = false) {
    const mine = (this.#moves += 1);
    const { together } = this;
    if (together.followers.length) this.#tell.hold(together.reels, Math.abs(frame - this.leader.shown) > 1);
    await together.seek(frame, force);
    if (mine === this.#moves) this.#tell.release();
  }

  #rest() {
    this.shuttle = this.#after = 0;
    clearTimeout(this.#closing);
    this.#closing = 0;
    for (const reel of this.together.reels) reel.pause();
    return (this.#turn += 1);
  }

  #detach() {
    for (const reel of this.together.reels) reel.onframe = reel.onended = null;
  }

  #go(shuttle) {
    const turn = (this.#turn += 1);
    this.shuttle = shuttle;
    this.#after = 0;
    this.leader.onended = () => this.#reachedEnd(turn);
    this.#tell.state();
    if (shuttle < 0) this.#backwards(turn);
    else this.#forwards(turn);
  }

  async #forwards(turn) {
    const { together } = this;
    if (this.#guarded) {
      if (!together.meet((_frame, pictures) => this.#tell.pair(pictures))) this.#tell.hold(together.reels, true);
      await composed(); // else a film's next frame may be on the screen before what is painted over it
      if (turn !== this.#turn) return;
    }
    for (const reel of together.on(this.frame)) reel?.play(this.#rate());
  }

  /** A reel presented a frame. What is told is what all of them show; at rest that is told once they have landed. */
  #shown(leads) {
    if (this.shuttle <= 0 || this.leader.seeking) return;
    const frame = this.leader.shown;
    if (this.#guarded) this.together.meet((met, pictures) => this.#met(met, pictures));
    else {
      this.#tell.release();
      this.#told(frame);
    }
    if (!leads) return;
    if (frame >= this.last) this.#close();
    else if (this.together.correct(this.#rate())) this.seek(frame);
  }

  #met(frame, pictures) {
    if (frame > this.last) return;
    this.#tell.pair(pictures);
    this.#told(frame);
  }

  #told(frame) {
    this.#aim = frame;
    this.#tell.frame(frame);
  }

  /** The last frame stays on for as long as any other, and none after it. */
  #close() {
    if (this.#closing) return;
    const turn = this.#turn;
    for (const reel of this.together.reels) reel.pause();
    this.#closing = setTimeout(() => this.#reachedEnd(turn), 1000 / (fps(this.leader.rate) * this.#rate()));
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

  #backwards(turn) {
    playBack({
      from: this.frame,
      first: this.first,
      pace: (fps(this.leader.rate) * this.speed * -this.shuttle) / 1000,
      going: () => turn === this.#turn,
      ended: () => this.#reachedEnd(turn),
      seek: async (frame) => {
        this.#aim = frame;
        await this.#all(frame);
        if (turn === this.#turn) this.#tell.frame(frame);
      },
    });
  }
}
