// Saccades in visiting order: path, windows, numbers. What is drawn depends on the room there is:
// numbered discs when they are few, dots when many, tags on the windows when those are large.

import { css, ink, order } from "./colors.js";
import { CASING, FONT, rectangle, stroke } from "./ink.js";
import { FEW, drawPath } from "./path.js";
import { columns } from "./payload.js";

const SMALL = 12; // CSS pixels: smaller windows are left out
const LARGE = 56; // larger ones carry the number themselves

export class Landings {
  kind = "landings";

  constructor(words, centers, boxes, scores, lut) {
    const n = scores.length;
    Object.assign(this, words, { scores, lut, count: n });
    [this.x, this.y] = columns(centers, n);
    [this.x0, this.y0, this.x1, this.y1] = columns(boxes, n);
    this.colors = Array.from({ length: n }, (_, i) => css(lut, order(i, n)));
    this.inks = Array.from({ length: n }, (_, i) => ink(lut, order(i, n)));
  }

  static async load(words, read) {
    const names = ["centers", "boxes", "scores", "lut"];
    return new Landings(words, ...(await Promise.all(names.map(read))));
  }

  mark(context, view, { hovered, selected }) {
    if (!this.count) return;
    const points = Array.from({ length: this.count }, (_, i) => [
      (this.x[i] + 0.5 - view.x) * view.s,
      (this.y[i] + 0.5 - view.y) * view.s,
    ]);
    const side = (this.x1[0] - this.x0[0]) * view.s;
    context.save();
    context.lineJoin = "round";
    drawPath(context, view, points, this.colors, side > LARGE * view.k ? 0.6 : 1);
    const seen = [...points.keys()].filter((i) => this.visible(i, points[i], view)).reverse();
    if (side > SMALL * view.k) this.windows(context, view, seen);
    const style = side > LARGE * view.k ? this.tag : this.count <= FEW ? this.disc : this.dot;
    for (const i of seen) {
      if (i !== hovered && i !== selected) style.call(this, context, view, i, points[i]);
    }
    for (const i of [hovered, selected]) {
      if (i === null || i >= this.count) continue;
      const strong = i === selected;
      stroke(context, this.window(i, view), "#fff", (strong ? 2.5 : 1.5) * view.k);
      if (side > LARGE * view.k) this.tag(context, view, i, points[i]);
      else this.disc(context, view, i, points[i], strong);
    }
    context.restore();
  }

  visible(i, [px, py], view) {
    const margin = 20 * view.k + (this.x1[i] - this.x0[i]) * view.s;
    return px > -margin && py > -margin && px < view.w + margin && py < view.h + margin;
  }

  window(i, view, path) {
    const at = (x, y) => [(x - view.x) * view.s, (y - view.y) * view.s];
    return rectangle(...at(this.x0[i], this.y0[i]), ...at(this.x1[i], this.y1[i]), path);
  }

  /** All casings in one stroke, then each window in its colour. */
  windows(context, view, seen) {
    const width = (this.count > FEW ? 1 : 1.4) * view.k;
    const casings = new Path2D();
    for (const i of seen) this.window(i, view, casings);
    context.strokeStyle = CASING;
    context.lineWidth = 2 * width;
    context.stroke(casings);
    context.lineWidth = width;
    for (const i of seen) {
      context.strokeStyle = this.colors[i];
      context.stroke(this.window(i, view));
    }
  }

  circle(context, x, y, radius, fill, ring, width) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
    context.lineWidth = width;
    context.strokeStyle = ring;
    context.stroke();
  }

  dot(context, view, i, [x, y]) {
    this.circle(context, x, y, 3.5 * view.k, this.colors[i], "rgb(0 0 0 / 0.75)", 1.25 * view.k);
  }

  disc(context, view, i, [x, y], strong = false) {
    const radius = (i < 99 ? 8.5 : 10.5) * view.k * (strong ? 1.2 : 1);
    this.circle(context, x, y, radius + view.k, "rgb(0 0 0 / 0.6)", "rgb(0 0 0 / 0.6)", view.k);
    this.circle(context, x, y, radius, this.colors[i], "#fff", (strong ? 2.5 : 1.25) * view.k);
    this.number(context, view, i, x, y);
  }

  /** The number on the window's upper left corner, and a small dot on the centre pixel. */
  tag(context, view, i, [x, y]) {
    this.circle(context, x, y, 2.5 * view.k, this.colors[i], "rgb(0 0 0 / 0.75)", 1.25 * view.k);
    const [width, height] = [(8 + 7 * `${i + 1}`.length) * view.k, 17 * view.k];
    const left = Math.round((this.x0[i] - view.x) * view.s);
    const top = Math.round((this.y0[i] - view.y) * view.s);
    context.fillStyle = this.colors[i];
    context.fillRect(left, top, width, height);
    this.number(context, view, i, left + width / 2, top + height / 2);
  }

  number(context, view, i, x, y) {
    context.font = `600 ${11 * view.k}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = this.inks[i];
    context.fillText(i + 1, x, y + 0.5 * view.k);
  }

  /** The nearest landing in whose window or reach (picture pixels) a point lies. */
  at(x, y, reach) {
    let [nearest, best] = [null, Infinity];
    for (let i = 0; i < this.count; i++) {
      const distance = Math.hypot(this.x[i] + 0.5 - x, this.y[i] + 0.5 - y);
      const inside = x >= this.x0[i] && x < this.x1[i] && y >= this.y0[i] && y < this.y1[i];
      if (distance < best && (inside || distance <= reach)) [nearest, best] = [i, distance];
    }
    if (nearest === null) return null;
    const score = this.scores[nearest].toPrecision(3);
    return { index: nearest, words: `saccade ${nearest + 1} of ${this.count} · score ${score}` };
  }
}
