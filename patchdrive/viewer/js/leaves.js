// The quadtree's leaves, written straight into pixels: ten times as fast as stroked paths, and
// 100,000 leaves still move with the hand. Where the message brings what they are cut from, they
// are cut here, and cut anew while the threshold is dragged.

import { coarseLeaves, countLeaves, span } from "./coarse.js";
import { css, level, pixel } from "./colors.js";
import { columns } from "./payload.js";
import { leaves } from "./split.js";

const SHORT = 24; // pixels: fewer are sooner written one by one
const SHADES = 64; // steps of the colour by score
const FINE = 2.6; // canvas pixels: squares below this are drawn as one with their neighbours,
const MOVING = 2; // and so much larger ones while the picture moves

export class Leaves {
  lined = true;

  constructor(words, cut, pyramid = null) {
    Object.assign(this, words, { pyramid, scratch: {}, coarse: { scratch: {} } });
    if (!cut) return;
    this.cut = cut;
    this.count = cut.count;
    this.levels = measure(cut);
  }

  static async load(words, read) {
    const { levels, root } = words;
    if (levels) {
      const pyramid = { root, levels: unfold(levels, await read("counts")) };
      return new Leaves(words, null, pyramid);
    }
    const [boxes, depth, detail] = await Promise.all(["boxes", "depth", "detail"].map(read));
    const [x0, y0, x1, y1] = columns(boxes, depth.length);
    return new Leaves(words, { x0, y0, x1, y1, depth, detail, count: depth.length });
  }

  restyle(values, { tables }) {
    const look = (name) => values[`${this.name}_${name}`];
    Object.assign(this, { lut: tables[look("colormap")], style: look("style"), by: look("by") });
    const split = values.split ?? "threshold";
    if (this.pyramid) this.divide(split, split === "budget" ? values.budget : values.max_detail);
  }

  /** Cut anew. A threshold's leaves are only counted here, and cut when somebody asks for them. */
  divide(split, value) {
    if (this.how?.split === split && this.how.value === value) return;
    this.how = { split, value };
    this.cut = null;
    this.ceiling = null;
    if (split === "budget") {
      this.count = this.full.count;
      this.levels = measure(this.full);
    } else {
      this.count = countLeaves(this.pyramid, value, this.size);
      this.levels = depths(this.pyramid, value, this.size);
    }
  }

  /** All leaves, in Morton order. */
  get full() {
    this.cut ??= leaves(this.pyramid, this.how, this.size, this.scratch);
    return this.cut;
  }

  /** The highest score of all leaves. */
  get most() {
    const { detail, count } = this.full;
    this.ceiling ??= detail.subarray(0, count).reduce((a, b) => Math.max(a, b), 1);
    return this.ceiling;
  }

  /** What a view can tell apart: the leaves in sight, or squares as fine as its pixels. */
  drawn({ x, y, s, w, h, moving }) {
    if (!this.pyramid || this.how.split === "budget") return this.full;
    const { root, levels } = this.pyramid;
    const side = moving ? MOVING * FINE : FINE;
    const fine = Math.max(0, Math.ceil(Math.log2((root * s) / side)));
    const deepest = Math.min(fine, levels.length - 1);
    const sight = [x, y, x + w / s, y + h / s];
    const { coarse, how } = this;
    const key = `${how.value} ${deepest} ${sight}`;
    if (coarse.key === key) return coarse.cut;
    coarse.key = key;
    const asked = { value: how.value, deepest, sight };
    coarse.cut = coarseLeaves(this.pyramid, asked, this.size, coarse.scratch);
    if (deepest === levels.length - 1) return coarse.cut;
    const { depth, detail, count } = coarse.cut;
    const finest = this.levels.at(-1).depth;
    for (let i = 0; i < count; i++) if (detail[i] > how.value) depth[i] = finest;
    return coarse.cut;
  }

  /** Upper and left edge of each leaf (its neighbours draw the others), or its area. */
  outline(pixels, view) {
    const cut = this.drawn(view);
    const { x0, y0, x1, y1, count } = cut;
    const { x: ox, y: oy, s, w, h } = view;
    const [from, to] = view.clip ?? [0, w];
    const width = Math.max(1, Math.round(view.k * 0.75));
    const fill = this.style === "fill";
    const color = this.color(view, cut);
    for (let i = 0; i < count; i++) {
      const left = Math.round((x0[i] - ox) * s);
      const top = Math.round((y0[i] - oy) * s);
      if (left >= to || top >= h) continue;
      const right = Math.min(to, Math.round((x1[i] - ox) * s));
      const lower = Math.min(h, Math.round((y1[i] - oy) * s));
      if (right <= from || lower <= 0) continue;
      const [a, b] = [left < from ? from : left, top < 0 ? 0 : top];
      const paint = color(i);
      const rows = fill ? lower : Math.min(lower, top + width);
      for (let row = b; row < rows; row++) {
        const [start, end] = [row * w + a, row * w + right];
        if (end - start > SHORT) pixels.fill(paint, start, end);
        else for (let p = start; p < end; p++) pixels[p] = paint;
      }
      if (fill) continue;
      for (let column = left; column < left + width && column < right; column++) {
        if (column < from) continue;
        for (let p = b * w + column; p < lower * w; p += w) pixels[p] = paint;
      }
    }
  }

  /** @returns {(i: number) => number} the pixel of a leaf's colour */
  color(view, cut) {
    const alpha = (side) => {
      if (this.style === "fill") return 0.55 * this.opacity;
      // Leaves of a few pixels fade into a tint, or they would hide all.
      return Math.max(0.22, Math.min(0.95, (side * view.s) / (14 * view.k))) * this.opacity;
    };
    const shade = (t, a) => ((Math.round(255 * a) << 24) | pixel(this.lut, t)) >>> 0;
    if (this.by === "score") return this.byScore(alpha, shade, cut);
    const colors = [];
    for (const { depth, side, t } of this.levels) colors[depth] = shade(t, alpha(side));
    return (i) => colors[cut.depth[i]];
  }

  /** The score on a logarithmic ramp, for a few leaves hold most of it. */
  byScore(alpha, shade, { depth, detail }) {
    const colors = new Map();
    for (const { depth, side } of this.levels) {
      const ramp = Array.from({ length: SHADES }, (_, n) => shade(n / (SHADES - 1), alpha(side)));
      colors.set(depth, ramp);
    }
    const top = (SHADES - 1) / Math.log1p(this.most);
    const place = (i) => Math.min(SHADES - 1, Math.round(Math.log1p(detail[i]) * top));
    return (i) => colors.get(depth[i])[place(i)];
  }

  at(x, y) {
    const { x0, y0, x1, y1, depth, detail, count } = this.full;
    for (let i = 0; i < count; i++) {
      if (x >= x0[i] && x < x1[i] && y >= y0[i] && y < y1[i]) {
        const { side } = this.levels.find((one) => one.depth === depth[i]);
        return { index: i, words: `leaf ${side} px · detail ${detail[i]}` };
      }
    }
    return null;
  }

  /** Its corners x0, y0, x1, y1, or null where there is no such leaf. */
  box(i) {
    if (i === null || i === undefined || !(this.cut ?? this.how) || i >= this.count) return null;
    const { x0, y0, x1, y1 } = this.full;
    return [x0[i], y0[i], x1[i], y1[i]];
  }

  /** The leaf that is there now, if it still is one; else null. */
  same([x0, y0, x1, y1]) {
    const at = this.at(x0, y0);
    return at && `${this.box(at.index)}` === `${[x0, y0, x1, y1]}` ? at.index : null;
  }

  /** What is known here of a leaf: side, level, edge pixels, and those of the square around it. */
  about(i) {
    const { depth, detail, x0, y0 } = this.full;
    const { root, levels = [] } = this.pyramid ?? {};
    const { side } = this.levels.find((one) => one.depth === depth[i]) ?? {};
    const above = levels[depth[i] - 1];
    const wide = root >> (depth[i] - 1);
    const place = above && Math.floor(y0[i] / wide) * above.columns + Math.floor(x0[i] / wide);
    return { side, level: depth[i], detail: detail[i], parent: above?.values[place] };
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

/** Depths that occur, coarse first: {depth, side, place on the colour map}. */
function measure({ x0, y0, x1, y1, depth, count }) {
  const sides = new Map();
  for (let i = 0; i < count; i++) {
    const side = Math.max(x1[i] - x0[i], y1[i] - y0[i]);
    if (side > (sides.get(depth[i]) ?? 0)) sides.set(depth[i], side);
  }
  return placed([...sides.keys()].sort((a, b) => a - b), (one) => sides.get(one));
}

/** The same for a threshold, without cutting. */
function depths(pyramid, value, size) {
  const { first, last } = span(pyramid, value, size);
  const found = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return placed(found, (depth) => pyramid.root >> depth);
}

const placed = (found, side) =>
  found.map((depth) => ({ depth, side: side(depth), t: level(depth, found[0], found.at(-1)) }));

/** The levels of the pyramid out of one array. */
function unfold(shapes, counts) {
  let start = 0;
  return shapes.map(([rows, columns]) => {
    const values = counts.subarray(start, (start += rows * columns));
    return { rows, columns, values };
  });
}
