// Shift and drag: a box selects all saccades in it.

import { Hand } from "./hand.js";
import { rectangle, stroke } from "./ink.js";
import { NOTHING } from "./pick.js";
import { toCanvas, toPicture } from "./view.js";

export class Boxes {
  box = null; // [x0, y0, x1, y1] in picture pixels, while it is drawn

  /** @param {import("./viewer.js").Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
  }

  grab({ x, y }, event) {
    if (!event.shiftKey || !this.viewer.actions.landings) return null;
    const start = [x, y];
    return {
      move: (px, py) => this.span(start, toPicture(this.viewer.camera.view, px, py)),
      end: () => this.select(),
      cancel: () => this.drop(),
    };
  }

  /** Whole pixels, inside the picture. */
  span([ax, ay], [bx, by]) {
    const [H, W] = this.viewer.camera.size;
    const on = (value, length) => Math.max(0, Math.min(length, value));
    this.box = [
      on(Math.floor(Math.min(ax, bx)), W), on(Math.floor(Math.min(ay, by)), H),
      on(Math.ceil(Math.max(ax, bx)), W), on(Math.ceil(Math.max(ay, by)), H),
    ];
    this.viewer.redraw();
  }

  drop() {
    this.box = null;
    this.viewer.redraw();
  }

  select() {
    const { viewer, box } = this;
    const landings = viewer.actions.landings;
    if (!box || !landings) return this.drop();
    const [x0, y0, x1, y1] = box;
    const saccades = Array.from({ length: landings.count }, (_, i) => i).filter((i) => {
      const [x, y] = [landings.x[i], landings.y[i]];
      return x >= x0 && x < x1 && y >= y0 && y < y1;
    });
    const hand = viewer.part(Hand);
    const one = saccades.length === 1 ? saccades[0] : null;
    Object.assign(hand, { mark: null, follow: null });
    hand.several = one === null ? saccades.map((i) => [landings.y[i], landings.x[i]]) : [];
    viewer.selected = { ...NOTHING, landings: one };
    const [x, y] = [Math.floor((x0 + x1) / 2), Math.floor((y0 + y1) / 2)];
    viewer.tell("select", { x, y, saccade: one, leaf: null, box: [y0, x0, y1, x1], saccades });
    return this.drop();
  }

  draw(context, view) {
    if (!this.box) return;
    const [x0, y0, x1, y1] = this.box;
    const path = rectangle(...toCanvas(view, x0, y0), ...toCanvas(view, x1, y1));
    context.fillStyle = "rgb(255 255 255 / 0.12)";
    context.fill(path);
    context.save();
    context.setLineDash([5 * view.k, 4 * view.k]);
    stroke(context, path, "#fff", 1.25 * view.k);
    context.restore();
  }
}
