// Saccades in visiting order: path, windows, numbers. What is drawn depends on the room there is:
// numbered discs when they are few, dots when many, tags on the windows when those are large.

import * as choosing from "./choosing.js";
import { ORDER, css, ink, order } from "./colors.js";
import { CASING, FONT, letters, rectangle, stroke } from "./ink.js";
import { FEW, drawPath } from "./path.js";
import { columns } from "./payload.js";
import { remains } from "./standin.js";

const SMALL = 12; // CSS pixels: smaller windows are left out
const LARGE = 56; // larger ones carry the number themselves
const PARTS = ["path", "windows", "numbers", "values", "inhibition"];
const MARKS = ["keep", "ban", "inside"];
const KNOBS = ["k", "radius", "threshold", "percentile", ...MARKS];

export class Landings {
  until = null; // only so many are drawn, if that is no null

  constructor(words, sent) {
    Object.assign(this, words, { sent });
    this.take(sent);
  }

  static async load(words, read) {
    const names = ["centers", "boxes", "scores", "kept"];
    const [centers, boxes, scores, kept] = await Promise.all(names.map(read));
    const n = scores.length;
    const [[x, y], [x0, y0, x1, y1]] = [columns(centers, n), columns(boxes, n)];
    return new Landings(words, { x, y, x0, y0, x1, y1, scores, kept, count: n });
  }

  take(chosen) {
    Object.assign(this, chosen);
    this.order = null; // colours follow from how many there are
  }

  /** Where a knob was turned since Python chose, choose anew, if what it takes is here. */
  restyle(values, viewer) {
    const { tables, turns } = viewer;
    const look = (name) => values[`${this.name}_${name}`];
    const names = KNOBS.map((name) => `${this.live?.prefix ?? ""}${name}`);
    const own = Object.fromEntries(KNOBS.map((name, n) => [name, values[names[n]]]));
    this.lut = tables[look("colormap")];
    this.reach = own.radius ?? this.radius;
    this.look = Object.fromEntries(PARTS.map((part) => [part, look(part)]));
    const key = turns.same(...names) ? "sent" : Object.values(own).join(" ");
    if (key === this.key) return this.color();
    const chosen = key === "sent" ? this.sent : this.live && choosing.choose(this, own);
    if (chosen) {
      this.key = key;
      this.take(chosen);
    } else if (!turns.same(...MARKS)) {
      this.key = null; // until Python has chosen anew
      this.take(remains(this, own, (x, y) => viewer.layer("raster")?.value(x, y) ?? 0));
    }
    this.color();
  }

  color() {
    if (this.order?.lut === this.lut) return;
    const n = this.count;
    this.order = { lut: this.lut };
    this.colors = Array.from({ length: n }, (_, i) => css(this.lut, order(i, n)));
    this.inks = Array.from({ length: n }, (_, i) => ink(this.lut, order(i, n)));
  }

  mark(context, view, { hovered, selected }) {
    const n = Math.min(this.count, this.until ?? Infinity);
    if (!n) return;
    const points = Array.from({ length: n }, (_, i) => [
      (this.x[i] + 0.5 - view.x) * view.s,
      (this.y[i] + 0.5 - view.y) * view.s,
    ]);
    const { look } = this;
    const side = (this.x1[0] - this.x0[0]) * view.s;
    context.save();
    context.lineJoin = "round";
    const seen = [...points.keys()].filter((i) => this.inSight(i, points[i], view)).reverse();
    if (look.inhibition) this.silenced(context, view, seen);
    if (look.path) drawPath(context, view, points, this.colors, side > LARGE * view.k ? 0.6 : 1);
    if (look.windows && side > SMALL * view.k) this.windows(context, view, seen);
    const tagged = look.windows && side > LARGE * view.k; // a tag hangs on its window
    const style = !look.numbers ? this.dot
      : tagged ? this.tag : this.count <= FEW ? this.disc : this.dot;
    for (const i of seen) {
      if (i !== hovered && i !== selected) style.call(this, context, view, i, points[i]);
    }
    for (const i of [hovered, selected]) {
      if (i === null || i >= n) continue;
      const strong = i === selected;
      stroke(context, this.window(i, view), "#fff", (strong ? 2.5 : 1.5) * view.k);
      if (tagged) this.tag(context, view, i, points[i]);
      else this.disc(context, view, i, points[i], strong);
    }
    if (look.values) for (const i of seen) this.score(context, view, i, points[i]);
    for (const i of seen) if (this.kept[i]) this.pin(context, view, i, points[i]);
    context.restore();
  }

  /** The squares within which each one silences others (Chebyshev distance). */
  silenced(context, view, seen) {
    const path = new Path2D();
    const radius = this.reach + 0.5;
    for (const i of seen) {
      const at = (x, y) => [(x - view.x) * view.s, (y - view.y) * view.s];
      const [x, y] = [this.x[i] + 0.5, this.y[i] + 0.5];
      rectangle(...at(x - radius, y - radius), ...at(x + radius, y + radius), path);
    }
    context.fillStyle = "rgb(120 160 255 / 0.07)";
    context.fill(path);
    context.setLineDash([4 * view.k, 4 * view.k]);
    stroke(context, path, "rgb(170 200 255 / 0.9)", view.k);
    context.setLineDash([]);
  }

  /** The value that won it, right of the landing. */
  score(context, view, i, [x, y]) {
    context.font = `500 ${10.5 * view.k}px ${FONT}`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    letters(context, this.scores[i].toFixed(2), x + 13 * view.k, y);
  }

  /** What a person put there has a pin. */
  pin(context, view, i, [x, y]) {
    const k = view.k;
    const top = [x + 9 * k, y - 13 * k];
    context.beginPath();
    context.moveTo(x + 2 * k, y - 4 * k);
    context.lineTo(...top);
    context.lineWidth = 2 * k;
    context.strokeStyle = "#fff";
    context.stroke();
    this.circle(context, ...top, 3.5 * k, "#ff5d8f", "#fff", 1.25 * k);
  }

  inSight(i, [px, py], view) {
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
    const pin = this.kept[nearest] ? " · pinned" : "";
    const pane = this.title.match(/ ([A-D])$/)?.[0] ?? "";
    const words = `saccade ${nearest + 1} of ${this.count}${pane} · score ${score}${pin}`;
    return { index: nearest, words };
  }

  legend() {
    const words = `${this.count} ${this.title}`;
    if (this.count < 2) return { words };
    return { words, ramp: { table: this.lut, low: "1", high: `${this.count}`, part: ORDER } };
  }
}
