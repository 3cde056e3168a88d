// What hand and keys do with a viewer.

import { NOTHING, pick } from "./pick.js";
import { toPicture } from "./view.js";

const REST = 200; // milliseconds without another step before Python hears of it

const within = (side, px) => side !== null && px >= side[0] && px < side[1];

export class Actions {
  /** @param {import("./viewer.js").Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.camera = viewer.camera;
    this.telling = 0; // timer
    this.pointer = null; // where it rests on the canvas
  }

  /** Nothing can be done before the first picture is here. */
  get ready() {
    return this.viewer.header !== null && this.camera.view !== null;
  }

  zoom(px, py, factor) {
    if (!this.ready) return;
    this.pointer = [px, py];
    this.camera.zoom(px, py, factor);
  }

  /** A part of the viewer may take the drag that begins here. */
  grab(px, py, event) {
    if (!this.ready) return null;
    const [x, y] = toPicture(this.camera.view, px, py);
    for (const part of this.viewer.parts) {
      const held = part.grab?.({ x, y, px, py }, event);
      if (held) return held;
    }
    return null;
  }

  pan(dx, dy) {
    if (this.ready) this.camera.pan(dx, dy);
  }

  /** A double click: closer, unless a part of the viewer has another use for it. */
  twice(px, py, event) {
    const found = this.find(px, py);
    if (this.viewer.parts.some((part) => part.twice?.(found, event))) return;
    if (this.ready) this.camera.zoomBy(2.5, toPicture(this.camera.view, px, py));
  }

  /** About the selected saccade, if it is in sight, else about the middle. */
  zoomBy(factor) {
    if (this.ready) this.camera.zoomBy(factor, this.focus());
  }

  /** To this scale, with the selected saccade in the middle. */
  zoomTo(scale) {
    if (this.ready) this.camera.zoomTo(scale, this.focus());
  }

  /** The selected saccade (x, y), if it is in sight. */
  focus() {
    const landings = this.landings;
    const i = this.viewer.selected.landings;
    if (i === null || !landings || i >= landings.count) return null;
    const place = [landings.x[i] + 0.5, landings.y[i] + 0.5];
    return this.camera.sees(...place) ? place : null;
  }

  /** The saccades, if they are shown. */
  get landings() {
    return this.viewer.shown.find(({ kind }) => kind === "landings");
  }

  /** Move by shares of the canvas. */
  panBy(x, y) {
    if (this.ready) this.camera.panBy(x, y);
  }

  fit() {
    if (!this.ready) return;
    this.viewer.clear(true); // a bar may have grown
    this.camera.fit();
  }

  find(px, py) {
    if (!this.ready) return null;
    const { shown, parts, tiles } = this.viewer;
    const there = shown.filter((layer) => within(this.viewer.side(layer), px));
    const found = pick(there, this.camera.size, this.camera.view, px, py);
    const words = found && parts.map((part) => part.found?.(found)).find(Boolean);
    if (words) found.lines.unshift(words);
    const value = found && tiles.value?.(found.x, found.y);
    if (value) found.lines.push(`rgb ${value.rgb.join(" ")}${value.exact ? "" : " (about)"}`);
    return found;
  }

  hover(px, py) {
    const { viewer } = this;
    const found = this.find(px, py);
    if (!found) this.leave();
    this.pointer = [px, py];
    if (!found) return;
    for (const part of viewer.parts) part.at?.([found.x, found.y]);
    viewer.tip.show(found.lines, px, py, this.camera.view.k);
    viewer.box.classList.toggle("over", found.index.landings !== null);
    if (JSON.stringify(found.index) !== JSON.stringify(viewer.hovered)) viewer.redraw();
    viewer.hovered = found.index;
  }

  /** The picture moved under a resting pointer. */
  again() {
    if (this.pointer && !this.camera.moving) this.hover(...this.pointer);
  }

  leave() {
    const { viewer } = this;
    this.pointer = null;
    viewer.tip.hide();
    for (const part of viewer.parts) part.at?.(null);
    viewer.box.classList.remove("over");
    if (viewer.hovered !== NOTHING) viewer.redraw();
    viewer.hovered = NOTHING;
  }

  click(px, py, event) {
    const found = this.find(px, py);
    if (this.viewer.parts.some((part) => part.click?.(found, event))) return;
    if (found) this.select(found.x, found.y, found.index);
    else this.deselect();
  }

  /** Show or hide the layers of a kind. */
  toggle(kind) {
    const { layers, turns } = this.viewer;
    const mine = layers.filter((layer) => layer.kind === kind);
    const visible = !mine.some((layer) => layer.visible);
    if (!mine.length) return;
    turns.turn(Object.fromEntries(mine.map(({ name }) => [`${name}_visible`, visible])));
  }

  /** A map in place of the picture and nothing else over it; once more: all as it was before. */
  alone(name = this.viewer.layer("raster")?.name) {
    const { layers, turns } = this.viewer;
    if (!layers.some((layer) => layer.name === name)) return;
    const others = layers.filter((layer) => layer.name !== name);
    const on = !(turns.values[`${name}_alone`] && turns.values[`${name}_visible`]);
    if (on) this.before = others.filter(({ visible }) => visible).map((layer) => layer.name);
    // A link may have opened the page so: then nobody knows what was before.
    const back = this.before ?? others.filter(({ kind }) => kind === "landings").map((one) => one.name);
    const changes = { [`${name}_alone`]: on, [`${name}_visible`]: true };
    for (const layer of others) {
      if (on) changes[`${layer.name}_visible`] = false;
      else if (back.includes(layer.name)) changes[`${layer.name}_visible`] = true;
    }
    turns.turn(changes);
  }

  fullScreen() {
    const { root } = this.viewer;
    if (root.getRootNode().fullscreenElement) document.exitFullscreen();
    else root.requestFullscreen?.();
  }

  /** Select the leaf before or after the selected one in Morton order; the one in the middle first. */
  stepLeaf(by) {
    const leaves = this.viewer.layer("leaves");
    if (!leaves?.count || !this.ready) return;
    const { leaves: now } = this.viewer.selected;
    const { view } = this.camera;
    const middle = toPicture(view, view.w / 2, view.h / 2);
    const next = now === null ? leaves.at(...middle)?.index ?? 0
      : (now + by + leaves.count) % leaves.count;
    const [x0, y0, x1, y1] = leaves.box(next);
    const [x, y] = [Math.floor((x0 + x1) / 2), Math.floor((y0 + y1) / 2)];
    this.camera.reveal(x, y);
    this.select(x, y, { ...NOTHING, leaves: next }, REST);
  }

  /** Select the saccade before (-1) or after (1) the selected one, round the end; or so a leaf. */
  step(by) {
    if (this.viewer.selected.leaves !== null && this.viewer.selected.landings === null) {
      return this.stepLeaf(by);
    }
    const landings = this.viewer.layer("landings");
    if (!landings?.count || !this.ready) return;
    const now = this.viewer.selected.landings ?? (by > 0 ? -1 : 0);
    const next = (now + by + landings.count) % landings.count;
    const [x, y] = [landings.x[next], landings.y[next]];
    this.camera.reveal(x, y);
    this.select(x, y, { ...NOTHING, landings: next, of: landings.name }, REST);
  }

  /** Highlight, and tell Python. */
  select(x, y, index, delay = 0) {
    const { viewer } = this;
    viewer.selected = index;
    viewer.redraw();
    clearTimeout(this.telling);
    const value = { x, y, saccade: index.landings, leaf: index.leaves };
    this.telling = setTimeout(() => viewer.tell("select", value), delay);
  }

  /** Out of what a part of the viewer is at, else nothing is selected any more. */
  escape() {
    if (!this.viewer.parts.some((part) => part.escape?.())) this.deselect();
  }

  deselect() {
    this.viewer.selected = NOTHING;
    this.viewer.redraw();
  }

  stop() {
    clearTimeout(this.telling);
  }
}
