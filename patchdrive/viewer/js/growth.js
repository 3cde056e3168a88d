// The tree as it grows: cut anew by ever lower thresholds, down to the one that is set.

import { leaves } from "./split.js";

const STEPS = 48;
const FEW = 10; // steps where nothing shall move
const STEP = 110; // milliseconds
const LAST = 900; // on the whole tree

export class Growth {
  t = 0;
  at = 0;

  /**
   * @param {import("./viewer.js").Viewer} viewer
   * @param {import("./leaves.js").Leaves} layer
   * @param {boolean} still few steps, far apart
   */
  constructor(viewer, layer, still) {
    Object.assign(this, { viewer, layer, whole: snapshot(layer), shape: shape(viewer) });
    const { values } = viewer.turns;
    this.split = values.split === "budget" ? "budget" : "threshold";
    const value = this.split === "budget" ? values.budget : values.max_detail;
    const most = still ? FEW : STEPS;
    this.frames = layer.pyramid ? this.cuts(value, most) : layer.levels.map(({ depth }) => depth);
    this.steps = this.frames.length;
    this.pause = (STEP * STEPS) / Math.max(this.steps, FEW);
    this.show();
  }

  /** Values from the coarsest tree to the one that is set, evenly spaced to the eye. */
  cuts(value, most) {
    const first = this.layer.pyramid.levels[0].values;
    const highest = first.reduce((a, b) => Math.max(a, b), 0);
    const start = this.split === "budget" ? Math.min(first.length, value) : Math.max(highest, value);
    const [a, b] = [Math.log1p(start), Math.log1p(value)];
    const even = Array.from({ length: most }, (_, i) => Math.expm1(a + ((b - a) * i) / (most - 1)));
    return [...new Set([...even.map(Math.round), value])];
  }

  /** Whether the tree is still the one that was there at the start. */
  get there() {
    const { layer, viewer } = this;
    return viewer.layers.includes(layer) && layer.visible && shape(viewer) === this.shape;
  }

  get step() {
    return this.at + 1;
  }

  get words() {
    return `${this.layer.count.toLocaleString("en")} leaves`;
  }

  get moving() {
    return false;
  }

  stepBy(by) {
    this.at = (this.at + by + this.steps) % this.steps;
    this.t = 0;
    this.show();
  }

  /** @returns {boolean} false: it is over */
  advance(ms, playing) {
    this.t += ms;
    const last = this.at === this.steps - 1;
    if (playing && this.t > (last ? LAST : this.pause)) {
      if (last) return false;
      this.at += 1;
      this.t = 0;
      this.show();
    }
    return true;
  }

  show() {
    const { layer, split } = this;
    const value = this.frames[this.at];
    const cut = layer.pyramid
      ? leaves(layer.pyramid, { split, value }, layer.size, (this.scratch ??= {}))
      : shallow(this.whole, value);
    layer.take(cut);
    layer.key = null; // it is no longer what the values say
  }

  close() {
    const { layer, viewer } = this;
    if (!layer.pyramid) layer.take(this.whole);
    layer.key = null;
    viewer.restyle();
  }
}

const COLUMNS = ["x0", "y0", "x1", "y1", "depth", "detail"];

const snapshot = (layer) =>
  Object.fromEntries([...COLUMNS, "count"].map((name) => [name, layer[name]]));

/** Only the leaves down to a depth. */
function shallow(whole, depth) {
  const kept = Array.from({ length: whole.count }, (_, i) => i).filter((i) => whole.depth[i] <= depth);
  const columns = COLUMNS.map((name) => [name, kept.map((i) => whole[name][i])]);
  return { ...Object.fromEntries(columns), count: kept.length };
}

const shape = ({ turns: { values } }) => `${values.split} ${values.budget} ${values.max_detail}`;
