// The tree as it grows: cut anew by ever lower thresholds, down to the one that is set.

import { level } from "./colors.js";

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
    Object.assign(this, { viewer, layer, shape: shape(viewer) });
    viewer.actions.deselect(); // other trees have other leaves
    this.whole = { cut: layer.cut, levels: layer.levels };
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
    const budget = this.split === "budget";
    const start = budget ? Math.min(first.length, value) : Math.max(highest, value);
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

  /** The whole tree is what is seen before anything plays. */
  rest() {
    this.at = this.steps - 1;
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
    const { layer, split, whole } = this;
    const value = this.frames[this.at];
    if (!layer.pyramid) return take(layer, shallow(whole.cut, value));
    layer.divide(split, value);
    // The colours of the whole tree from the start: none changes while it grows.
    const [first, last] = [whole.levels[0].depth, whole.levels.at(-1).depth];
    layer.levels = layer.levels.map((one) => ({ ...one, t: level(one.depth, first, last) }));
    return undefined;
  }

  close() {
    const { layer, viewer, whole } = this;
    if (layer.pyramid) layer.how = null; // to be cut anew by the values
    else take(layer, whole.cut);
    viewer.restyle();
  }
}

function take(layer, cut) {
  layer.cut = cut;
  layer.count = cut.count;
}

/** Only the leaves down to a depth. */
function shallow(cut, depth) {
  const all = Array.from({ length: cut.count }, (_, i) => i);
  const kept = all.filter((i) => cut.depth[i] <= depth);
  const columns = ["x0", "y0", "x1", "y1", "depth", "detail"].map((name) => [
    name, Int32Array.from(kept, (i) => cut[name][i]),
  ]);
  return { ...Object.fromEntries(columns), count: kept.length };
}

const shape = ({ turns: { values } }) => `${values.split} ${values.budget} ${values.max_detail}`;
