// The quadtree's leaves, written straight into pixels: ten times as fast as stroked paths, and
// 100,000 leaves still move with the hand. Where the message brings what they are cut from, they
// are cut here, and cut anew while the threshold is dragged.

import { css, level, pixel } from "./colors.js";
import { columns } from "./payload.js";
import { leaves } from "./split.js";

const SHADES = 64; // steps of the colour by score

export class Leaves {
  constructor(words, cut, pyramid = null) {
    Object.assign(this, words, { pyramid });
    if (cut) this.take(cut);
  }

  static async load(words, read) {
    const { levels, root } = words;
    if (levels) return new Leaves(words, null, { root, levels: unfold(levels, await read("counts")) });
    const [boxes, depth, detail] = await Promise.all(["boxes", "depth", "detail"].map(read));
    const [x0, y0, x1, y1] = columns(boxes, depth.length);
    return new Leaves(words, { x0, y0, x1, y1, depth, detail, count: depth.length });
  }

  take(cut) {
    Object.assign(this, cut);
    this.levels = this.measure();
  }

  restyle(values, { tables }) {
    const look = (name) => values[`${this.name}_${name}`];
    Object.assign(this, { lut: tables[look("colormap")], style: look("style"), by: look("by") });
    if (!this.pyramid) return;
    const split = values.split ?? "threshold";
    const value = split === "budget" ? values.budget : values.max_detail;
    const key = `${split} ${value}`;
    if (key === this.key) return;
    this.key = key;
    this.scratch ??= {};
    this.take(leaves(this.pyramid, { split, value }, this.size, this.scratch));
  }

  /** Depths that occur, coarse first: {depth, side, place on the colour map}. */
  measure() {
    const sides = new Map();
    this.most = 1;
    for (let i = 0; i < this.count; i++) {
      const side = Math.max(this.x1[i] - this.x0[i], this.y1[i] - this.y0[i]);
      if (side > (sides.get(this.depth[i]) ?? 0)) sides.set(this.depth[i], side);
      if (this.detail[i] > this.most) this.most = this.detail[i];
    }
    const depths = [...sides.keys()].sort((a, b) => a - b);
    const [first, last] = [depths[0], depths.at(-1)];
    return depths.map((depth) => ({ depth, side: sides.get(depth), t: level(depth, first, last) }));
  }

  /** Upper and left edge of each leaf (its neighbours draw the others), or its area. */
  outline(pixels, view) {
    const { x0, y0, x1, y1 } = this;
    const { x: ox, y: oy, s, w, h } = view;
    const [from, to] = view.clip ?? [0, w];
    const width = Math.max(1, Math.round(view.k * 0.75));
    const fill = this.style === "fill";
    const color = this.color(view);
    for (let i = 0; i < this.count; i++) {
      const left = Math.round((x0[i] - ox) * s);
      const top = Math.round((y0[i] - oy) * s);
      if (left >= to || top >= h) continue;
      const right = Math.min(to, Math.round((x1[i] - ox) * s));
      const lower = Math.min(h, Math.round((y1[i] - oy) * s));
      if (right <= from || lower <= 0) continue;
      const [a, b] = [left < from ? from : left, top < 0 ? 0 : top];
      const paint = color(i);
      const rows = fill ? lower : Math.min(lower, top + width);
      for (let row = b; row < rows; row++) pixels.fill(paint, row * w + a, row * w + right);
      if (fill) continue;
      for (let column = left; column < left + width && column < right; column++) {
        if (column < from) continue;
        for (let p = b * w + column; p < lower * w; p += w) pixels[p] = paint;
      }
    }
  }

  /** @returns {(i: number) => number} the pixel of a leaf's colour */
  color(view) {
    const alpha = (side) => {
      if (this.style === "fill") return 0.55;
      // Leaves of a few pixels fade into a tint, or they would hide all.
      return Math.max(0.22, Math.min(0.95, (side * view.s) / (14 * view.k)));
    };
    const shade = (t, a) => ((Math.round(255 * a) << 24) | pixel(this.lut, t)) >>> 0;
    if (this.by === "score") return this.byScore(alpha, shade);
    const colors = [];
    for (const { depth, side, t } of this.levels) colors[depth] = shade(t, alpha(side));
    const { depth } = this;
    return (i) => colors[depth[i]];
  }

  /** The score on a logarithmic ramp, for a few leaves hold most of it. */
  byScore(alpha, shade) {
    const colors = new Map();
    for (const { depth, side } of this.levels) {
      const ramp = Array.from({ length: SHADES }, (_, n) => shade(n / (SHADES - 1), alpha(side)));
      colors.set(depth, ramp);
    }
    const top = (SHADES - 1) / Math.log1p(this.most);
    const { depth, detail } = this;
    return (i) => colors.get(depth[i])[Math.round(Math.log1p(detail[i]) * top)];
  }

  at(x, y) {
    const { x0, y0, x1, y1 } = this;
    for (let i = 0; i < this.count; i++) {
      if (x >= x0[i] && x < x1[i] && y >= y0[i] && y < y1[i]) {
        const { side } = this.levels.find(({ depth }) => depth === this.depth[i]);
        return { index: i, words: `leaf ${side} px · detail ${this.detail[i]}` };
      }
    }
    return null;
  }

  box(i) {
    return [this.x0[i], this.y0[i], this.x1[i], this.y1[i]];
  }

  legend() {
    const words = `${this.count.toLocaleString("en")} ${this.name}`;
    if (this.by === "score") {
      return { words, ramp: { table: this.lut, low: "0", high: `${this.most} (detail, log)` } };
    }
    const swatches = this.levels.map(({ side, t }) => [css(this.lut, t), `${side}`]);
    return { words, swatches, unit: "px" };
  }
}

/** The levels of the pyramid out of one array. */
function unfold(shapes, counts) {
  let start = 0;
  return shapes.map(([rows, columns]) => {
    const values = counts.subarray(start, (start += rows * columns));
    return { rows, columns, values };
  });
}
