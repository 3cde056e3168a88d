// Playing what the eye did, or how the tree grew: a part that holds the clock.

import { Eye } from "./eye.js";
import { Growth } from "./growth.js";
import { Hand } from "./hand.js";

const LONGEST = 100; // milliseconds of a frame: a hidden page does not run ahead
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Player {
  track = null; // what plays, or null
  playing = false;
  speed = 1;
  foveated = false;
  frame = 0;

  /** @param {import("./viewer.js").Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.keys = {
      " ": ["Play", "play and pause", () => this.toggle()],
      v: ["Play", "foveated view", () => this.foveate()],
      ",": ["Saccades", "the one before", () => this.stepBy(-1)],
      ".": ["Saccades", "the next one", () => this.stepBy(1)],
    };
    this.told();
  }

  /** What can be played: saccades where they are shown, else leaves. */
  get subject() {
    const { shown } = this.viewer;
    const some = (kind) => shown.find((layer) => layer.kind === kind && layer.count > 0);
    return some("landings") ?? some("leaves") ?? null;
  }

  open() {
    const { subject } = this;
    if (this.track || !subject || !this.viewer.actions.ready) return;
    this.viewer.actions.leave(); // what rests under the pointer is not of interest now
    const Track = subject.kind === "landings" ? Eye : Growth;
    this.track = new Track(this.viewer, subject, still.matches);
  }

  toggle() {
    this.open();
    this.playing = this.track !== null && !this.playing;
    this.run();
  }

  foveate() {
    this.foveated = !this.foveated;
    this.open();
    this.run();
  }

  /** By a key: a leaf that is selected comes before the tree. */
  stepBy(by) {
    const leaf = !this.track && this.viewer.selected.leaves !== null;
    return leaf ? this.select(by) : this.step(by);
  }

  /** One further: of what plays, of the tree, or of the selection. */
  step(by) {
    if (!this.track && this.subject?.kind === "leaves") {
      this.open();
      this.track?.rest();
    }
    if (!this.track) return this.select(by);
    this.playing = false;
    this.track.stepBy(by);
    return this.run();
  }

  select(by) {
    this.viewer.part(Hand).follow = null; // another one is wanted now
    this.viewer.actions.step(by);
  }

  run() {
    cancelAnimationFrame(this.frame);
    this.last = performance.now();
    this.told();
    this.viewer.redraw();
    const tick = (now) => {
      if (!this.track) return;
      const ms = Math.min(LONGEST, Math.max(0, now - this.last)) * this.speed;
      this.last = now;
      if (!this.track.advance(ms, this.playing)) return this.stop();
      this.told();
      this.viewer.redraw();
      if (this.playing || this.track.moving) this.frame = requestAnimationFrame(tick);
    };
    if (this.track) this.frame = requestAnimationFrame(tick);
  }

  /** Everything as before. */
  stop() {
    cancelAnimationFrame(this.frame);
    const { track } = this;
    this.track = null;
    this.playing = false;
    track?.close();
    this.told();
    this.viewer.redraw();
  }

  /** For the strip, and in attributes for tests. */
  told() {
    const { track, playing, viewer } = this;
    viewer.root.dataset.playing = track ? (playing ? "playing" : "paused") : "no";
    viewer.root.dataset.step = track?.step ?? "";
    this.changed?.();
  }

  escape() {
    const any = this.track !== null;
    if (any) this.stop();
    return any;
  }

  update() {
    this.restyle();
  }

  /** What is played may be no longer there. */
  restyle() {
    if (this.track && !this.track.there) this.stop();
    this.changed?.();
  }

  shade(context, view) {
    this.track?.shade?.(context, view, this.foveated);
  }

  draw(context, view) {
    this.track?.draw?.(context, view);
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}
