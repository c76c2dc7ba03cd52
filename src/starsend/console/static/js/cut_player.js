// Plays the cut: two videos in turn, the next one ready before the one that is shown ends; slates hold for their time.
// Times are seconds from the beginning of the cut. A new item of the same file that goes on where the last one ended is no cut at all.
const EPSILON = 1e-4;
const LATE_S = 8; // a video that doesn't come in this time is said, and passed over

export class CutPlayer {
  /**
   * @param {HTMLVideoElement[]} videos two of them
   * @param {object[]} items as the view has them: seconds, at, url, start, end, fps
   * @param {{onTime, onItem, onState, onFault}} heard
   */
  constructor(videos, items, heard) {
    this.videos = videos;
    this.heard = heard;
    this.front = 0;
    this.time = 0;
    this.index = -1;
    this.playing = false;
    this.rate = 1;
    this.clock = null; // the last tick, for slates and for playing backwards
    this.use(items);
  }

  use(items) {
    this.items = items;
    this.total = items.length ? items.at(-1).at + items.at(-1).seconds : 0;
    this.index = -1;
  }

  get item() { return this.items[this.index] ?? null; }

  indexAt(time) {
    let found = 0;
    for (let i = 0; i < this.items.length && this.items[i].at <= time + EPSILON; i += 1) found = i;
    return found;
  }

  /** Shows a place, playing or not. */
  seek(time) {
    this.time = Math.min(Math.max(0, time), Math.max(0, this.total - this.frame(this.items.at(-1))));
    this.enter(this.indexAt(this.time), this.time);
    this.heard.onTime(this.time);
  }

  step(frames) {
    this.pause();
    const length = this.frame(this.item);
    const place = Math.round((this.time - (this.item?.at ?? 0)) / length + frames);
    this.seek((this.item?.at ?? 0) + place * length + EPSILON);
  }

  toItem(index) {
    const item = this.items[Math.min(this.items.length - 1, Math.max(0, index))];
    if (item) this.seek(item.at);
  }

  play(rate = 1) {
    if (!this.items.length) return;
    if (rate > 0 && this.time >= this.total - this.frame(this.items.at(-1)) - EPSILON) this.seek(0);
    this.rate = rate;
    this.playing = true;
    this.clock = performance.now();
    this.run();
    this.heard.onState(this);
    cancelAnimationFrame(this.ticking);
    this.ticking = requestAnimationFrame((now) => this.tick(now));
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    for (const video of this.videos) video.pause();
    cancelAnimationFrame(this.ticking);
    this.heard.onState(this);
  }

  toggle() { if (this.playing) this.pause(); else this.play(1); }

  frame(item) { return 1 / (item?.fps || 24); }

  /** Starts or stops the shown video as the rate wants it. */
  run() {
    const video = this.videos[this.front];
    if (!this.playing || !this.item?.url || this.rate < 0) return video.pause();
    video.playbackRate = Math.min(4, this.rate);
    video.play().catch((error) => { if (error.name === "NotAllowedError") this.pause(); });
    return undefined;
  }

  /** Makes an item the one that is shown. `at` is the time within the cut that it is entered at. */
  enter(index, at) {
    const before = this.item;
    const item = this.items[index];
    const goesOn = before && item !== before && item.url && item.url === before.url && Math.abs(item.start - before.end) < 0.5
      && this.playing && this.rate > 0 && at <= item.at + 0.1;
    const changed = this.index !== index;
    this.index = index;
    if (changed) this.heard.onItem(item, index);
    if (!item.url) {
      for (const video of this.videos) video.pause();
      this.show(null);
    } else if (!goesOn) {
      this.bring(item, item.start / item.fps + (at - item.at));
    }
    this.ready(index + 1);
    this.run();
  }

  /** Shows an item's file at a place: the video that has it ready, else the one that is hidden. */
  bring(item, seconds) {
    const place = seconds + this.frame(item) / 4; // inside the frame, not on its edge
    const holder = this.videos.findIndex((video) => video.dataset.url === item.url && Math.abs(video.currentTime - place) < this.frame(item));
    const shown = this.videos.findIndex((video, i) => i === this.front && video.dataset.url === item.url);
    const which = holder >= 0 ? holder : shown >= 0 ? shown : 1 - this.front;
    const video = this.videos[which];
    load(video, item.url);
    if (Math.abs(video.currentTime - place) > this.frame(item) / 2) video.currentTime = place;
    this.front = which;
    this.videos[1 - which].pause();
    this.since = performance.now();
    if (video.readyState >= 2 && !video.seeking) return this.show(video);
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const show = () => { if (turn === this.turn && this.item === item) this.show(video); };
    video.addEventListener("seeked", show, { once: true });
    video.addEventListener("loadeddata", show, { once: true });
    return undefined;
  }

  show(video) {
    for (const each of this.videos) each.classList.toggle("is-shown", each === video);
    this.heard.onShown(video === null);
  }

  /** Holds the file of the next item that is another one ready at its first frame. */
  ready(index) {
    let next = index;
    for (; next < this.items.length && next < index + 4; next += 1) {
      const item = this.items[next];
      const before = this.items[next - 1];
      if (item.url && !(before?.url === item.url && Math.abs(item.start - before.end) < 0.5)) break;
    }
    const item = this.items[next];
    if (!item?.url || next >= index + 4) return;
    const video = this.videos[1 - this.front];
    if (video.classList.contains("is-shown") && this.item?.url) return; // still on the screen until the other has its picture
    load(video, item.url);
    const place = item.start / item.fps + this.frame(item) / 4;
    if (Math.abs(video.currentTime - place) > this.frame(item) / 2) video.currentTime = place;
    video.pause();
  }

  tick(now) {
    if (!this.playing) return;
    const passed = Math.min(0.25, (now - this.clock) / 1000);
    this.clock = now;
    const { item } = this;
    if (this.rate < 0) this.backwards(passed);
    else if (item.url) this.follow(item, now);
    else this.time += passed * this.rate;
    if (this.playing && this.rate > 0 && this.time >= item.at + item.seconds - EPSILON) this.onward();
    this.heard.onTime(this.time);
    this.ticking = requestAnimationFrame((next) => this.tick(next));
  }

  /** Takes the time from the video that plays. */
  follow(item, now) {
    const video = this.videos[this.front];
    if (video.error || (video.readyState < 2 && now - this.since > LATE_S * 1000)) {
      this.heard.onFault(item, video.error);
      this.time = item.at + item.seconds;
      return;
    }
    if (video.readyState >= 2 && !video.seeking && !this.videos[this.front].classList.contains("is-shown")) this.show(video);
    const within = video.seeking ? 0 : video.currentTime - item.start / item.fps;
    this.time = video.ended ? item.at + item.seconds : Math.max(this.time, item.at + Math.max(0, within));
    this.ready(this.index + 1);
  }

  backwards(passed) {
    const video = this.videos[this.front];
    this.time += passed * this.rate;
    if (this.time <= 0) { this.pause(); this.seek(0); return; }
    if (!video.seeking) this.seek(this.time);
  }

  onward() {
    if (this.index + 1 >= this.items.length) {
      this.time = this.total - this.frame(this.item) / 2;
      this.pause();
      return;
    }
    const next = this.items[this.index + 1];
    this.time = next.at;
    this.enter(this.index + 1, next.at);
  }
}

function load(video, url) {
  if (video.dataset.url === url) return;
  video.dataset.url = url;
  video.src = url;
}
