// A saccade under the hand: it moves with its window and its number, the others stay.

import * as marks from "./marks.js";
import { NOTHING } from "./pick.js";
import { index, move } from "./standin.js";
import { toPicture } from "./view.js";

export class Drag {
  to = null; // where it is now, [y, x]

  /**
   * @param {import("./hand.js").Hand} hand
   * @param {number} i which saccade
   * @param {{x: number, y: number}} press where the hand took it
   */
  constructor(hand, i, press) {
    const layer = hand.landings;
    Object.assign(this, { hand, i, press, layer, from: [layer.y[i], layer.x[i]] });
  }

  move(px, py) {
    const { viewer } = this.hand;
    const layer = viewer.layer("landings");
    // A message may bring other saccades while the hand holds one.
    if (layer && layer !== this.layer) Object.assign(this, { layer, i: index(layer, this.from) });
    if (!layer || this.i === null) return;
    const [H, W] = viewer.camera.size;
    const [x, y] = toPicture(viewer.camera.view, px, py);
    const on = (value, length) => Math.max(0, Math.min(length - 1, Math.round(value)));
    const [dy, dx] = [y - this.press.y, x - this.press.x];
    this.to = [on(this.from[0] + dy, H), on(this.from[1] + dx, W)];
    move(layer, this.i, ...this.to);
    viewer.selected = { ...NOTHING, landings: this.i };
    viewer.redraw();
  }

  /** The new place is kept; one that was chosen must not be chosen there again. */
  end() {
    if (!this.to || this.i === null || `${this.to}` === `${this.from}`) return this.cancel();
    const { keep, ban } = this.hand.texts;
    const [from, to] = [this.from, this.to].map(marks.text);
    const kept = marks.within(keep, from);
    const texts = {
      keep: kept ? marks.instead(keep, from, to) : marks.also(keep, to),
      ban: marks.without(kept ? ban : marks.also(ban, from), to),
    };
    this.hand.drag = null;
    if (!this.hand.edit(texts, this.to)) this.back();
    return undefined;
  }

  cancel() {
    this.hand.drag = null;
    if (this.to) this.back();
  }

  /** Put it back. */
  back() {
    const { viewer } = this.hand;
    const layer = viewer.layer("landings");
    if (layer) layer.key = null;
    viewer.restyle();
  }
}
