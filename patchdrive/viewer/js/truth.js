// Boxes that somebody knows to be there, dashed; in other colours where they were hit or missed.

import { FONT, letters, rectangle, stroke } from "./ink.js";
import { columns } from "./payload.js";

const LABELLED = 28; // CSS pixels: smaller boxes show their label only under the pointer
const ROOMY = 110; // those that are drawn only under the pointer

export class Truth {
  constructor(words, boxes, hit) {
    const n = words.labels.length;
    Object.assign(this, words, { sent: hit, count: n });
    [this.x0, this.y0, this.x1, this.y1] = columns(boxes, n);
  }

  static async load(words, read) {
    return new Truth(words, ...(await Promise.all(["boxes", "hit"].map(read))));
  }

  restyle(_, viewer) {
    this.landings = viewer.layer("landings");
  }

  /** Which were found: as Python says, or where saccades were chosen anew here, by their windows. */
  get hit() {
    const { landings, sent } = this;
    if (!sent || !landings || landings.x0 === landings.sent.x0) return sent;
    if (this.windows !== landings.x0) {
      this.windows = landings.x0;
      this.found = Uint8Array.from(this.labels, (_, i) => this.inWindow(i, landings));
    }
    return this.found;
  }

  /** Whether its centre lies in a window, as figures.overlay.hits has it. */
  inWindow(i, { x0, y0, x1, y1, count }) {
    const [x, y] = [(this.x0[i] + this.x1[i]) / 2, (this.y0[i] + this.y1[i]) / 2];
    for (let n = 0; n < count; n++) {
      if (x >= x0[n] && x < x1[n] && y >= y0[n] && y < y1[n]) return 1;
    }
    return 0;
  }

  state(i) {
    return this.hit ? (this.hit[i] ? "hit" : "missed") : "known";
  }

  mark(context, view, { truth }) {
    const places = Array.from({ length: this.count }, (_, i) => this.place(i, view));
    const seen = [...places.keys()].filter((i) => {
      const [left, top, right, lower] = places[i];
      return right > 0 && lower > 0 && left < view.w && top < view.h;
    });
    context.save();
    context.setLineDash([5 * view.k, 3 * view.k]);
    for (const state of Object.keys(this.colors)) {
      const path = new Path2D(); // one stroke for all of a colour: dashes are dear
      for (const i of this.hover ? [] : seen) {
        if (this.state(i) === state) rectangle(...places[i], path);
      }
      stroke(context, path, this.colors[state], 1.25 * view.k);
    }
    context.setLineDash([]);
    const taken = [];
    const least = (this.hover ? ROOMY : LABELLED) * view.k;
    for (const i of seen) {
      const color = this.colors[this.state(i)];
      const [left, top, right, lower] = places[i];
      if (i === truth) stroke(context, rectangle(...places[i]), color, 2 * view.k);
      const large = Math.max(right - left, lower - top) > least;
      if (i === truth || large) this.label(context, view, i, places[i], color, taken, i === truth);
    }
    context.restore();
  }

  /** The box on the canvas; a far one keeps a size that can be seen. */
  place(i, view) {
    const least = 7 * view.k;
    const range = (low, high, origin) => {
      const [a, b] = [(low - origin) * view.s, (high - origin) * view.s];
      const grow = Math.max(0, least - (b - a)) / 2;
      return [a - grow, b + grow];
    };
    const [left, right] = range(this.x0[i], this.x1[i], view.x);
    const [top, lower] = range(this.y0[i], this.y1[i], view.y);
    return [left, top, right, lower];
  }

  /** The label above its box, or in its corner, unless another one is there already. */
  label(context, view, i, [left, top], color, taken, always) {
    context.font = `500 ${11.5 * view.k}px ${FONT}`;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    const [inward, down] = this.hover ? [3, 14] : [0, -4];
    const x = Math.max(2 * view.k, left + inward * view.k);
    const y = Math.max(14 * view.k, top + down * view.k);
    const [right, upper] = [x + context.measureText(this.labels[i]).width, y - 12 * view.k];
    const clash = taken.some((t) => x < t[2] && right > t[0] && upper < t[3] && y > t[1]);
    if (clash && !always) return;
    taken.push([x, upper, right, y]);
    letters(context, this.labels[i], x, y, color);
  }

  at(x, y, reach) {
    const inside = (i) => x >= this.x0[i] && x < this.x1[i] && y >= this.y0[i] && y < this.y1[i];
    const middle = (i) => [(this.x0[i] + this.x1[i]) / 2, (this.y0[i] + this.y1[i]) / 2];
    const near = (i) => Math.hypot(middle(i)[0] - x, middle(i)[1] - y) < reach;
    const all = [...this.labels.keys()];
    const i = all.find(inside) ?? all.find(near);
    if (i === undefined) return null;
    const state = this.hit ? ` · ${this.state(i)}` : "";
    return { index: i, words: `${this.labels[i]}${state}` };
  }

  legend() {
    if (this.hover) return {};
    const states = this.hit ? ["hit", "missed"] : ["known"];
    return { swatches: states.map((state) => [this.colors[state], state]), open: true };
  }
}
