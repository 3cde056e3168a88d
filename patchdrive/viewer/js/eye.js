// The eye on its way from saccade to saccade: where it looks at a time, and what it has seen.

import { Veil } from "./fovea.js";
import { stroke } from "./ink.js";
import { toCanvas } from "./view.js";

const FIXATION = 480; // milliseconds on a landing
const LAST = 1100; // on the last one, so that the end can be seen
const FADE = 260; // until the rest is dim
const [SHORTEST, LONGEST] = [130, 460]; // milliseconds of a glide

/** Slow, fast, slow: as the eye does it. */
const ease = (t) => t * t * t * (t * (6 * t - 15) + 10);

export class Eye {
  t = 0; // milliseconds since the last landing was left
  glide = 0; // milliseconds from there to the next one
  age = 0;
  veil = new Veil();

  /**
   * @param {import("./viewer.js").Viewer} viewer
   * @param {import("./landings.js").Landings} layer
   * @param {boolean} still jumps in place of glides
   */
  constructor(viewer, layer, still) {
    Object.assign(this, { viewer, layer, still, key: layer.key, steps: layer.count });
    const chosen = viewer.selected.landings ?? 0;
    this.to = chosen < layer.count - 1 ? chosen : 0;
    this.from = this.place(this.to);
    this.back = false;
    this.show();
  }

  /** Whether the saccades are still those that were there at the start. */
  get there() {
    const { layer, viewer } = this;
    return viewer.layers.includes(layer) && layer.visible && layer.count === this.steps
      && layer.key === this.key;
  }

  place(i) {
    return [this.layer.x[i] + 0.5, this.layer.y[i] + 0.5];
  }

  get landed() {
    return this.t >= this.glide;
  }

  /** How many were visited. */
  get step() {
    return this.landed || this.back ? this.to + 1 : this.to;
  }

  get words() {
    return `${this.step} / ${this.steps}`;
  }

  /** The picture point that is looked at. */
  get gaze() {
    const to = this.place(this.to);
    if (this.landed) return to;
    const t = ease(this.t / this.glide);
    return [0, 1].map((axis) => this.from[axis] + t * (to[axis] - this.from[axis]));
  }

  /** Look at saccade i. */
  go(i) {
    const [from, to] = [this.gaze, this.place(i)];
    const { s, k } = this.viewer.camera.view;
    const apart = (Math.hypot(to[0] - from[0], to[1] - from[1]) * s) / k;
    const glide = this.still ? 0 : Math.max(SHORTEST, Math.min(LONGEST, 90 + 0.5 * apart));
    Object.assign(this, { from, glide, t: 0, back: i < this.to, to: i });
    this.follow(to);
    this.show();
  }

  /** Where only a part of the picture shows, the camera comes along. */
  follow([x, y]) {
    const { camera } = this.viewer;
    const [px, py] = toCanvas(camera.view, x, y);
    const near = (place, length) => place > 0.18 * length && place < 0.82 * length;
    if (!near(px, camera.view.w) || !near(py, camera.view.h)) camera.reveal(x, y);
  }

  stepBy(by) {
    this.go((this.to + by + this.steps) % this.steps);
  }

  /** @returns {boolean} false: it is over */
  advance(ms, playing) {
    this.age += ms;
    this.t += ms;
    const last = this.to === this.steps - 1;
    const rest = this.t - this.glide - (last ? LAST : FIXATION);
    if (playing && rest > 0) {
      if (last) return false;
      this.go(this.to + 1);
      this.t = Math.min(rest, 50);
    }
    this.show();
    return true;
  }

  /** Whether a frame will differ from the last one, though nothing plays. */
  get moving() {
    return !this.landed || this.age < FADE;
  }

  show() {
    this.layer.until = this.step;
  }

  shade(context, view, foveated) {
    const strength = this.still ? 1 : Math.min(1, this.age / FADE);
    const gaze = toCanvas(view, ...this.gaze);
    const side = (this.layer.x1[this.to] - this.layer.x0[this.to]) * view.s;
    const reach = Math.max(45 * view.k, Math.min(0.4 * view.h, 0.6 * side));
    if (foveated) this.veil.blur(context, view, gaze, reach);
    this.veil.dim(context, view, this.windows(view), foveated ? 0.45 * strength : 0.68 * strength);
  }

  /** What was seen, in canvas pixels [x0, y0, x1, y1]. */
  windows(view) {
    const { x0, y0, x1, y1 } = this.layer;
    return Array.from({ length: this.step }, (_, i) => [
      ...toCanvas(view, x0[i], y0[i]), ...toCanvas(view, x1[i], y1[i]),
    ]);
  }

  /** The gaze: a ring that closes while the eye rests. */
  draw(context, view) {
    const [x, y] = toCanvas(view, ...this.gaze);
    const { k } = view;
    if (!this.landed) {
      const way = new Path2D();
      way.moveTo(...toCanvas(view, ...this.from));
      way.lineTo(x, y);
      stroke(context, way, "#fff", 2 * k);
    }
    const arc = (radius, share) => {
      const path = new Path2D();
      path.arc(x, y, radius * k, -Math.PI / 2, (2 * share - 0.5) * Math.PI);
      return path;
    };
    stroke(context, arc(16, 1), "rgb(255 255 255 / 0.45)", 1.5 * k, 4 * k);
    const rest = Math.max(0, Math.min(1, (this.t - this.glide) / FIXATION));
    stroke(context, arc(16, rest), "#fff", 3 * k);
    if (this.landed) return;
    context.fillStyle = "#fff";
    context.fill(arc(4, 1));
  }

  close() {
    this.layer.until = null;
  }
}
