// The quadtree's leaves as fine outlines, written straight into pixels: ten times as fast as
// stroked paths, and 100,000 leaves still move with the hand.

import { level, pixel } from "./colors.js";
import { columns } from "./payload.js";

export class Leaves {
  kind = "leaves";

  constructor(words, boxes, depth, detail, lut) {
    const n = depth.length;
    Object.assign(this, words, { depth, detail, lut, count: n });
    [this.x0, this.y0, this.x1, this.y1] = columns(boxes, n);
    this.levels = this.measure();
  }

  static async load(words, read) {
    return new Leaves(words, ...(await Promise.all(["boxes", "depth", "detail", "lut"].map(read))));
  }

  /** Depths that occur, coarse first: {depth, side, place on the colour map}. */
  measure() {
    const sides = new Map();
    for (let i = 0; i < this.count; i++) {
      const side = Math.max(this.x1[i] - this.x0[i], this.y1[i] - this.y0[i]);
      if (side > (sides.get(this.depth[i]) ?? 0)) sides.set(this.depth[i], side);
    }
    const depths = [...sides.keys()].sort((a, b) => a - b);
    const [first, last] = [depths[0], depths.at(-1)];
    return depths.map((depth) => ({ depth, side: sides.get(depth), t: level(depth, first, last) }));
  }

  /** Upper and left edge of each leaf; its neighbours draw the others. */
  outline(pixels, view) {
    const { x0, y0, x1, y1, depth } = this;
    const { x: ox, y: oy, s, w, h } = view;
    const width = Math.max(1, Math.round(view.k * 0.75));
    const colors = this.colors(view);
    for (let i = 0; i < this.count; i++) {
      const left = Math.round((x0[i] - ox) * s);
      const top = Math.round((y0[i] - oy) * s);
      if (left >= w || top >= h) continue;
      const right = Math.min(w, Math.round((x1[i] - ox) * s));
      const lower = Math.min(h, Math.round((y1[i] - oy) * s));
      if (right <= 0 || lower <= 0) continue;
      const color = colors[depth[i]];
      const [a, b] = [left < 0 ? 0 : left, top < 0 ? 0 : top];
      for (let row = top; row < top + width && row < lower; row++) {
        if (row >= 0) pixels.fill(color, row * w + a, row * w + right);
      }
      for (let column = left; column < left + width && column < right; column++) {
        if (column < 0) continue;
        for (let p = b * w + column; p < lower * w; p += w) pixels[p] = color;
      }
    }
  }

  /** A pixel for each depth; leaves of a few pixels fade into a tint, or they would hide all. */
  colors(view) {
    const colors = [];
    for (const { depth, side, t } of this.levels) {
      const alpha = Math.max(0.22, Math.min(0.95, (side * view.s) / (14 * view.k)));
      colors[depth] = ((Math.round(255 * alpha) << 24) | pixel(this.lut, t)) >>> 0;
    }
    return colors;
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
}
