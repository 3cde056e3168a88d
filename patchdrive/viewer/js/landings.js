// Saccades in visiting order: path, windows, numbers. What is drawn depends on the room there is:
// numbered discs when they are few, dots when many, tags on the windows when those are large.

import { Badges, circle } from "./badges.js";
import * as choosing from "./choosing.js";
import { ORDER, css, ink, order, pixel } from "./colors.js";
import { CASING, FONT, letters, rectangle, stroke } from "./ink.js";
import { FEW, drawPath, drawWeb } from "./path.js";
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
    const names = ["centers", "boxes", "scores", "kept", "map", "percentiles"];
    const [centers, boxes, scores, kept, map, percentiles] = await Promise.all(names.map(read));
    if (map) choosing.hold(words.live.url, { ...words.live, values: map, percentiles });
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
    const own = this.settings(values);
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

  /** The values of its own knobs: several layers may have such. */
  settings(values) {
    const prefix = this.live?.prefix ?? "";
    return Object.fromEntries(KNOBS.map((name) => [name, values[`${prefix}${name}`]]));
  }

  color() {
    if (this.order?.lut === this.lut) return;
    const n = this.count;
    this.order = { lut: this.lut };
    this.colors = Array.from({ length: n }, (_, i) => css(this.lut, order(i, n)));
    this.tints = this.colors.map((_, i) => pixel(this.lut, order(i, n)));
    const inks = this.colors.map((_, i) => ink(this.lut, order(i, n)));
    this.badges = new Badges(this.colors, inks);
  }

  /** How many are drawn. */
  get drawn() {
    return Math.min(this.count, this.until ?? Infinity);
  }

  /** A path of many is a web of thin lines; one of few has casing and arrowheads. */
  get lined() {
    return this.look.path && this.drawn > FEW;
  }

  /** Where the landings that are drawn lie on the canvas, in visiting order. */
  points({ x, y, s }) {
    return Array.from({ length: this.drawn }, (_, i) => [(this.x[i] + 0.5 - x) * s, (this.y[i] + 0.5 - y) * s]);
  }

  /** Windows on the canvas, in canvas pixels. */
  side(view) {
    return (this.x1[0] - this.x0[0]) * view.s;
  }

  /** Large windows tell enough of the way. */
  strength(view) {
    return this.side(view) > LARGE * view.k ? 0.6 : 1;
  }

  /** The path of many. */
  outline(pixels, view) {
    drawWeb(pixels, view, this.points(view), this.tints, this.strength(view));
  }

  mark(context, view, { hovered, selected }) {
    const points = this.points(view);
    const n = points.length;
    if (!n) return;
    const { look } = this;
    const side = this.side(view);
    context.save();
    context.lineJoin = "round";
    const seen = [...points.keys()].filter((i) => this.inSight(i, points[i], view)).reverse();
    if (look.inhibition) this.silenced(context, view, seen);
    if (look.path && !this.lined) drawPath(context, view, points, this.colors, this.strength(view));
    if (look.windows && side > SMALL * view.k) this.windows(context, view, seen);
    const tagged = look.windows && side > LARGE * view.k; // a tag hangs on its window
    const style = !look.numbers ? "dot" : tagged ? "tag" : this.count <= FEW ? "disc" : "dot";
    for (const i of seen) {
      if (i === hovered || i === selected) continue;
      this.badges[style](context, view, i, points[i], this.corners(i, view));
    }
    for (const i of [hovered, selected]) {
      if (i === null || i >= n) continue;
      const strong = i === selected;
      stroke(context, rectangle(...this.corners(i, view)), "#fff", (strong ? 2.5 : 1.5) * view.k);
      if (tagged) this.badges.tag(context, view, i, points[i], this.corners(i, view));
      else this.badges.discOnce(context, view.k, i, ...points[i], strong);
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
    circle(context, ...top, 3.5 * k, "#ff5d8f", "#fff", 1.25 * k);
  }

  inSight(i, [px, py], view) {
    const margin = 20 * view.k + (this.x1[i] - this.x0[i]) * view.s;
    return px > -margin && py > -margin && px < view.w + margin && py < view.h + margin;
  }

  /** The window on the canvas: left, top, right, lower. */
  corners(i, { x, y, s }) {
    return [(this.x0[i] - x) * s, (this.y0[i] - y) * s, (this.x1[i] - x) * s, (this.y1[i] - y) * s];
  }

  /** All casings, then each window in its colour. */
  windows(context, view, seen) {
    const width = (this.count > FEW ? 1 : 1.4) * view.k;
    context.lineJoin = "miter"; // on whole pixels, and a good deal sooner drawn than round ones
    const draw = (i) => {
      const [left, top, right, lower] = this.corners(i, view).map(Math.round);
      context.strokeRect(left + 0.5, top + 0.5, right - left, lower - top);
    };
    context.strokeStyle = CASING;
    context.lineWidth = 2 * width;
    for (const i of seen) draw(i);
    context.lineWidth = width;
    for (const i of seen) {
      context.strokeStyle = this.colors[i];
      draw(i);
    }
    context.lineJoin = "round";
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
