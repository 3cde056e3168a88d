// The view and how it moves: at once under the hand, gliding after a key.

import * as views from "./view.js";

const GLIDE = 180; // milliseconds: long enough to follow with the eye
const REST = 140; // milliseconds without another move of the hand until the picture is at rest
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Camera {
  view = null; // what is drawn
  exact = null; // the same before it settled on whole pixels: half steps of the hand add up
  size = null;
  start = null; // where to look first, {x, y, zoom}, if not at the whole
  fitted = true; // the whole picture is shown, and stays so when the page is resized
  target = null; // where a glide is going
  frame = 0;
  held = 0; // timer: the hand moves the picture

  /** @param {() => void} moved */
  constructor(moved) {
    this.moved = moved;
  }

  /** Whether a glide is under way, or the hand has not rested yet. */
  get moving() {
    return this.target !== null || this.held !== 0;
  }

  /** The hand moved the picture: what costs time may wait until it rests. */
  touch() {
    clearTimeout(this.held);
    this.held = setTimeout(() => {
      this.held = 0;
      this.moved();
    }, REST);
  }

  /** Look at a picture of this size (H, W); another size starts with the whole picture. */
  picture(size) {
    if (`${size}` === `${this.size}`) return;
    this.size = size;
    if (this.view) this.begin();
  }

  /** The first look at a picture: where the link says, else the whole. */
  begin() {
    const { start } = this;
    this.start = null;
    const [view, size] = [views.fit(this.size, this.view), this.size];
    if (!start) return this.set(view, true);
    this.set(views.center(size, view, start.x, start.y, start.zoom * view.k));
  }

  /** The canvas has w x h pixels now, k of them to a CSS pixel, and bars lie over it. */
  resize(w, h, k, bars) {
    this.stop();
    const { exact } = this;
    const first = !this.view;
    let view = first ? { x: 0, y: 0, s: 1, w, h, k, bars } : views.resize(exact, w, h, k, bars);
    if (this.size && this.fitted) view = views.fit(this.size, view);
    this.take(view);
    if (first && this.size) this.begin();
  }

  /** Other bars lie over the canvas. */
  clear(bars) {
    if (!this.view || `${bars}` === `${this.view.bars}`) return;
    const { w, h, k } = this.exact;
    if (this.fitted) this.resize(w, h, k, bars);
    else for (const view of [this.exact, this.view]) view.bars = bars;
  }

  zoom(px, py, factor) {
    this.touch();
    this.set(views.zoomAt(this.size, this.exact, px, py, factor));
  }

  pan(dx, dy) {
    this.touch();
    this.set(views.pan(this.size, this.exact, dx, dy));
  }

  /** Glide closer or away; a picture point (x, y) stays where it is, or the middle does. */
  zoomBy(factor, point = null) {
    const from = this.target ?? this.exact;
    const [px, py] = point ? views.toCanvas(from, ...point) : [from.w / 2, from.h / 2];
    this.glide(views.zoomAt(this.size, from, px, py, factor));
  }

  /** Glide to a scale; a picture point comes into the middle. */
  zoomTo(scale, point = null) {
    const from = this.target ?? this.exact;
    const [x, y] = point ?? views.toPicture(from, from.w / 2, from.h / 2);
    this.glide(views.center(this.size, from, x, y, scale));
  }

  /** Whether a picture point is on the canvas. */
  sees(x, y) {
    const [px, py] = views.toCanvas(this.view, x, y);
    return px >= 0 && py >= 0 && px < this.view.w && py < this.view.h;
  }

  panBy(x, y) {
    const from = this.target ?? this.exact;
    this.glide(views.pan(this.size, from, x * from.w, y * from.h));
  }

  fit() {
    this.glide(views.fit(this.size, this.view), true);
  }

  /** Bring a picture point into sight; into the middle where only a part of the picture shows. */
  reveal(x, y) {
    if (!this.fitted) this.glide(views.center(this.size, this.exact, x, y));
  }

  set(view, fitted = false) {
    this.stop();
    this.take(view);
    this.fitted = fitted;
    this.moved();
  }

  take(view) {
    this.exact = view;
    this.view = views.settle(view);
  }

  glide(to, fitted = false) {
    if (still.matches) return this.set(to, fitted);
    this.stop();
    this.target = to;
    this.fitted = fitted;
    const [from, start] = [this.exact, performance.now()];
    const run = (now) => {
      const t = Math.max(0, Math.min(1, (now - start) / GLIDE));
      if (t === 1) return this.set(to, fitted);
      this.take(views.between(from, to, 1 - (1 - t) ** 3));
      this.moved();
      this.frame = requestAnimationFrame(run);
    };
    this.frame = requestAnimationFrame(run);
    this.moved();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.target = null;
  }
}
