// What a choice does: crop, upload, finish; says what was done, and goes on to the next slate that waits.
import { plainRemedy } from "../plain.js";
import { post } from "../api.js";
import { tell } from "../live.js";
import { session } from "../session.js";
import { refuse, toast } from "../toast.js";
import { undoLastChoice } from "../decisions.js";
import { picked } from "../verdicts.js";
import { remediesOf } from "../remedies.js";
import { chooseShot } from "./chooser.js";
import { confirmPrice } from "./price.js";
import { hindrance, upload } from "./upload.js";

export class Choice {
  #sending = null; // the upload that is under way
  #busy = false;
  #ended = new Map(); // finishes that have ended: id → what went wrong, or null
  #waited = false; // whether the slate waited when the choice was made: word of it may come before the answer does

  constructor(grid) {
    this.grid = grid;
  }

  get #path() { return `/records/${encodeURIComponent(this.grid.view.slate)}`; }
  get #seen() { return this.grid.view.revision; }

  /** Crops a cell or a box into the slate's start frame, or into another's. */
  async give({ cell, box, words }, target) {
    if (this.#busy) return;
    const { grid } = this;
    this.#waited = grid.view.waits;
    this.#setBusy(true);
    try {
      const done = await post(`${this.#path}/crop`, {
        revision: this.#seen, take: grid.take.name, ...(box ? { box } : { cell }), ...(target ? { for: target } : {}),
      });
      await this.#accepted(done, words, target);
    } catch (error) {
      await this.#refused(error);
    } finally {
      this.#setBusy(false);
    }
  }

  /** The sequence's other shots. */
  get others() { return this.grid.about?.shots.filter((shot) => shot.slate !== this.grid.view.slate) ?? []; }

  /** Asks which other shot is meant. */
  chooseOther(words) { return chooseShot(words, this.others); }

  async giveAway(choice) {
    const { grid } = this;
    const slate = await this.chooseOther(choice.words);
    if (slate) return this.give(choice, slate);
    if (grid.loupe.isOpen) grid.loupe.view.focus({ preventScroll: true });
  }

  /** Sends a picture as the start frame, or as that of another shot. */
  async upload(file, target = null) {
    const { beside } = this.grid;
    const why = hindrance(file);
    if (why) return void beside.say(why.message, why.remedy, true);
    if (this.#sending) return void beside.say("A picture is being sent already.", "Wait for it, or stop it.", true);
    beside.say("");
    const stop = () => this.stop();
    beside.showProgress(0, stop);
    this.#sending = upload(`${this.#path}/frame`, { file, revision: this.#seen, for: target }, (part) => beside.showProgress(part, stop));
    this.#waited = this.grid.view.waits;
    try {
      await this.#accepted(await this.#sending.done, file.name, target);
    } catch (error) {
      await this.#refused(error);
    } finally {
      this.#sending = null;
      beside.showProgress(null);
    }
  }

  stop() { this.#sending?.stop(); }

  /** Asks the price, then has the cell rendered as one full-size frame. */
  async finish(cell) {
    const { grid } = this;
    const offer = await grid.offer(cell);
    if (!offer?.offered || !(await confirmPrice(`cell ${cell}`, offer))) return;
    this.#waited = grid.view.waits;
    try {
      const answer = await post(`${this.#path}/finish`, { revision: this.#seen, cell, take: grid.take.name, confirmed_usd: offer.estimate_usd });
      if (answer.frame) return void (await this.#accepted(answer, `cell ${cell}, finished,`, null)); // it was made before
      grid.loupe.close();
      const words = `Cell ${cell} is being finished; it becomes the start frame of ${grid.view.slate} when it is done.`;
      if (this.#ended.has(answer.work?.id)) return void this.#tellEnd(answer.work.id); // it ended before its begin was answered
      grid.beside.say(words);
      toast(words);
    } catch (error) {
      await this.#refused(error);
    } finally {
      grid.forgetOffers();
    }
  }

  /** A finish of this slate has ended: a refusal is said where it was asked for. */
  heard({ id, kind, slates, ended_at: end, results, error }) {
    if (kind !== "finish" || !end || !slates?.includes(this.grid.view.slate)) return;
    this.#ended.set(id, error ?? results?.find((each) => each.error)?.error ?? null);
    this.#tellEnd(id);
  }

  #tellEnd(id) {
    const fault = this.#ended.get(id);
    if (fault) this.grid.beside.say(fault.message, plainRemedy(fault.code, fault.remedy), true);
    else this.grid.beside.say("");
  }

  async #accepted({ frame, slate, undo, warnings = [] }, words, target) {
    const { grid } = this;
    const here = grid.view.slate;
    const larger = frame.note?.match(/enlarged ([\d.]+) times/);
    const text = `${slate}: ${words} is the start frame, ${frame.width}×${frame.height} px${larger && !warnings.length ? `, enlarged ${larger[1]} times` : ""}`;
    grid.loupe.close();
    picked({ slate: here, take: grid.take.take, name: slate }, undo);
    toast([text, ...warnings].join(". "), { action: "Undo", key: "u", run: undoLastChoice, kind: "decision" });
    session.forget(here);
    tell("decided", { slate, take: grid.take.take, action: "crop" });
    if (!target && this.#waited && session.slate === here) await session.nextWaiting({ play: true }).catch(refuse);
    else if (session.slate === here) await session.refresh().catch(refuse);
  }

  async #refused(error) {
    const { grid } = this;
    const known = error?.status !== undefined;
    if (!known && !(error instanceof TypeError)) console.error(error);
    const text = known ? error.message : "The Console can't be reached; nothing was changed.";
    const { words, acts } = known ? remediesOf(error) : { words: "Try again when it is back; the box is kept.", acts: [] };
    if (grid.loupe.isOpen) grid.loupe.say(text, { bad: true, remedy: known ? error.remedy : words });
    else grid.beside.say(text, words, true, acts);
    if (error.status !== 409) return;
    session.forget(grid.view.slate);
    await session.refresh().catch(() => undefined); // the fresh state is shown; what is open and drawn stays
  }

  #setBusy(on) {
    this.#busy = on;
    this.grid.loupe.setBusy(on);
  }
}
