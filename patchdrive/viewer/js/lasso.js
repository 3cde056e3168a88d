// Outlines drawn by hand: only what lies in one of them is looked at.

import { Hand } from "./hand.js";
import { stroke } from "./ink.js";
import * as marks from "./marks.js";
import { toCanvas, toPicture } from "./view.js";

const NEAR = 6; // CSS pixels around an outline that count as on it
const COLOR = "#ffd166";

export class Lasso {
  tool = false; // a drag draws an outline
  line = null; // [y, x] of the drag so far

  /** @param {import("./viewer.js").Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.own = { o: ["Edit", "draw an outline", () => this.toggle()] };
  }

  get hand() {
    return this.viewer.part(Hand);
  }

  get keys() {
    return this.hand.on ? this.own : {};
  }

  toggle(tool = !this.tool) {
    this.tool = tool && this.hand.on;
    this.line = null;
    this.viewer.box.classList.toggle("outlining", this.tool);
    this.changed?.();
    this.viewer.redraw();
  }

  update() {
    if (this.tool && !this.hand.on) this.toggle(false);
  }

  escape() {
    const any = this.tool;
    if (any) this.toggle(false);
    return any;
  }

  grab({ x, y }, event) {
    if (!this.tool || event.shiftKey) return null;
    this.line = [[y, x]];
    return {
      move: (px, py) => this.extend(toPicture(this.viewer.camera.view, px, py)),
      end: () => this.end(),
      cancel: () => this.drop(),
    };
  }

  extend([x, y]) {
    this.line?.push([y, x]);
    this.viewer.redraw();
  }

  drop() {
    this.line = null;
    this.viewer.redraw();
  }

  /** A corner for each canvas pixel or two by which the hand turned, and at most so many. */
  end() {
    const { size, view } = this.viewer.camera;
    const outline = this.line && marks.polygon(this.line, size, Math.max(0.5, 1.5 / view.s));
    this.drop();
    if (!outline) return;
    const { inside } = this.hand.texts;
    const all = [...inside.split(";"), marks.written(outline)].filter(Boolean);
    this.hand.edit({ inside: all.join(";") });
  }

  get outlines() {
    return this.hand.on ? marks.polygons(this.hand.texts.inside) : [];
  }

  click(found) {
    if (!this.hand.on || !found) return false;
    const [y, x] = [found.y + 0.5, found.x + 0.5];
    if (this.hand.near({ x, y }) !== null) return false;
    const { k, s } = this.viewer.camera.view;
    const reach = Math.max(1, (NEAR * k) / s);
    const hit = this.outlines.find((one) => marks.away(one, y, x) <= reach);
    if (hit) this.hand.select("inside", marks.written(hit));
    return Boolean(hit);
  }

  /** What lies in none of the outlines is dimmed: clipped by all of them in turn. */
  shade(context, view) {
    const { outlines } = this;
    if (!outlines.length) return;
    const [H, W] = this.viewer.camera.size;
    const whole = [...toCanvas(view, 0, 0), W * view.s, H * view.s];
    context.save();
    for (const outline of outlines) {
      const path = trace(outline, view);
      path.rect(0, 0, view.w, view.h);
      context.clip(path, "evenodd");
    }
    context.fillStyle = "rgb(10 11 13 / 0.62)";
    context.fillRect(...whole);
    context.restore();
  }

  draw(context, view) {
    const { mark } = this.hand;
    context.save();
    context.lineJoin = "round";
    context.setLineDash([7 * view.k, 4 * view.k]);
    for (const outline of this.outlines) {
      const chosen = mark?.name === "inside" && mark.text === marks.written(outline);
      stroke(context, trace(outline, view), chosen ? "#fff" : COLOR, (chosen ? 2.5 : 1.5) * view.k);
    }
    context.setLineDash([]);
    if (this.line) {
      const path = trace(this.line, view);
      context.fillStyle = "rgb(255 209 102 / 0.14)";
      context.fill(path, "evenodd");
      stroke(context, path, COLOR, 1.5 * view.k);
    }
    context.restore();
  }
}

function trace(corners, view) {
  const path = new Path2D();
  corners.forEach(([y, x], i) => {
    const at = toCanvas(view, x, y);
    if (i) path.lineTo(...at);
    else path.moveTo(...at);
  });
  path.closePath();
  return path;
}
