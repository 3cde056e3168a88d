// Saccades edited by hand: added, moved, removed, pinned. What was done are the texts keep, ban and
// inside, see marks.js: they are shown at once, and Python chooses the other saccades anew.

import { draw } from "./crosses.js";
import { Drag } from "./drag.js";
import { History } from "./history.js";
import * as marks from "./marks.js";
import { FEW } from "./path.js";
import { NOTHING } from "./pick.js";
import { index } from "./standin.js";

const REACH = 10; // CSS pixels around a place that count as on it
const { text } = marks;

export class Hand {
  several = []; // places [y, x] that a box selected
  mark = null; // {name, text}: the banned place or the outline that is selected
  follow = null; // {place}: it stays selected when saccades are numbered anew, or null: nothing
  history = new History();
  now = null; // the texts that are known here, as JSON

  /** @param {import("./viewer.js").Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.own = {
      Delete: ["Edit", "remove what is selected", () => this.remove()],
      Backspace: ["Edit", "remove what is selected", () => this.remove()],
      p: ["Edit", "pin or unpin what is selected", () => this.pin()],
      "Ctrl+z": ["Edit", "undo; with shift: redo", (_, e) => this.again(e.shiftKey)],
      "Ctrl+y": ["Edit", "redo", () => this.again(true)],
      O: ["Edit", "remove all outlines (shift)", () => this.edit({ inside: "" })],
    };
  }

  /** Whether there is anything to edit here. */
  get on() {
    const values = this.viewer.header?.values;
    return Boolean(values) && marks.NAMES.every((name) => name in values);
  }

  get keys() {
    return this.on ? this.own : {};
  }

  get texts() {
    return marks.canonical(this.viewer.turns.values);
  }

  get landings() {
    return this.viewer.actions.landings;
  }

  /** Edit by texts; a place is selected then, if it is there. */
  edit(changes, place = this.selected) {
    const before = this.texts;
    const after = { ...before, ...changes };
    if (JSON.stringify(before) === JSON.stringify(after) || !marks.allowed(after)) return false;
    this.history.done(before);
    this.show(after, place);
    return true;
  }

  again(forward) {
    const now = this.texts;
    const state = forward ? this.history.redo(now) : this.history.undo(now);
    if (state) this.show(state, this.selected);
  }

  show(texts, place) {
    this.now = JSON.stringify(texts);
    this.mark = null;
    this.several = [];
    this.follow = { place };
    this.viewer.turns.turn(texts, true);
    this.reselect();
    this.viewer.redraw();
  }

  /** The place [y, x] of the selected saccade, or null. */
  get selected() {
    const [layer, i] = [this.viewer.layer("landings"), this.viewer.selected.landings];
    return layer && i !== null && i < layer.count ? [layer.y[i], layer.x[i]] : null;
  }

  reselect() {
    const layer = this.viewer.layer("landings");
    const landings = layer ? index(layer, this.follow.place) : null;
    this.viewer.selected = { ...NOTHING, landings };
  }

  update(header) {
    const picture = `${header.source.url} ${header.source.size}`;
    if (picture !== this.picture) {
      this.history.clear();
      this.now = null;
    }
    this.picture = picture;
    this.restyle();
    if (!this.follow || this.drag) return;
    this.reselect();
    if (!this.viewer.turns.same(...marks.NAMES)) return;
    const { landings: saccade } = this.viewer.selected;
    const [y, x] = this.follow.place ?? [0, 0];
    this.follow = null;
    if ((header.selected ?? null) !== saccade) this.viewer.tell("select", { x, y, saccade, leaf: null });
  }

  /** What somebody else turned, such as a button of the page, can be undone too. */
  restyle() {
    if (!this.on) return;
    const now = JSON.stringify(this.texts);
    if (this.now !== null && now !== this.now) this.history.done(JSON.parse(this.now));
    this.now = now;
  }

  /** The places [y, x] that Delete and p are about, as saccades of the layer. */
  targets() {
    const layer = this.viewer.layer("landings");
    const wanted = this.several.length ? this.several : [this.selected];
    return layer ? wanted.map((place) => index(layer, place)).filter((i) => i !== null) : [];
  }

  remove() {
    let { keep, ban, inside } = this.texts;
    const { mark } = this;
    if (mark?.name === "ban") return this.edit({ ban: marks.without(ban, mark.text) });
    if (mark) {
      inside = inside.split(";").filter((one) => one !== mark.text).join(";");
      return this.edit({ inside });
    }
    const layer = this.viewer.layer("landings");
    for (const i of this.targets()) {
      const place = text([layer.y[i], layer.x[i]]);
      if (layer.kept[i]) keep = marks.without(keep, place);
      else ban = marks.also(ban, place);
    }
    return this.edit({ keep, ban }, null);
  }

  pin() {
    let { keep, ban } = this.texts;
    const [layer, targets] = [this.viewer.layer("landings"), this.targets()];
    const all = targets.every((i) => layer.kept[i]);
    const several = targets.map((i) => [layer.y[i], layer.x[i]]);
    for (const place of several.map(text)) {
      keep = all ? marks.without(keep, place) : marks.also(keep, place);
      ban = marks.without(ban, place);
    }
    this.edit({ keep, ban });
    if (several.length > 1) this.several = several;
  }

  /** The saccade on whose place a picture point lies, or null. */
  near({ x, y }) {
    const { landings } = this;
    let [nearest, best] = [null, this.reach];
    for (let i = 0; landings && i < landings.count; i++) {
      const apart = Math.hypot(landings.x[i] + 0.5 - x, landings.y[i] + 0.5 - y);
      if (apart <= best) [nearest, best] = [i, apart];
    }
    return nearest;
  }

  /** In picture pixels. */
  get reach() {
    const { k, s } = this.viewer.camera.view;
    return Math.max(0.75, (REACH * k) / s);
  }

  /** A press on a saccade drags it; where there are many, only the selected one: one still pans. */
  grab(place, event) {
    const i = this.on && !event.shiftKey ? this.near(place) : null;
    if (i === null) return null;
    if (this.landings.count > FEW && i !== this.viewer.selected.landings) return null;
    this.drag = new Drag(this, i, place);
    return this.drag;
  }

  /** A double click adds a place, but for one on a saccade, which selects it. */
  twice(found) {
    if (!this.on || !found) return false;
    const place = [found.y, found.x];
    if (this.near({ x: found.x + 0.5, y: found.y + 0.5 }) !== null) return true;
    const { keep, ban } = this.texts;
    this.edit({ keep: marks.also(keep, text(place)), ban: marks.without(ban, text(place)) }, place);
    return true;
  }

  found({ x, y }) {
    const banned = this.on ? marks.places(this.texts.ban) : [];
    const hit = banned.some((place) => this.away(place, x, y) !== null);
    return hit ? "banned: the eye does not land here" : null;
  }

  /** How far a place is from a pixel, or null where that is beyond reach. */
  away([py, px], x, y) {
    const apart = Math.hypot(px - x, py - y);
    return apart <= this.reach ? apart : null;
  }

  get gestures() {
    if (!this.on) return [["Double click", "closer"]];
    return [
      ["Double click", "add a saccade"],
      ["Drag a saccade", "move it"],
      ["Shift and drag", "select saccades in a box"],
    ];
  }

  click(found) {
    [this.several, this.mark, this.follow] = [[], null, null];
    if (!this.on || !found) return false;
    const at = { x: found.x + 0.5, y: found.y + 0.5 };
    if (this.near(at) !== null) return false;
    const [hit] = marks.places(this.texts.ban)
      .map((place) => [place, this.away(place, found.x, found.y)])
      .filter(([, apart]) => apart !== null)
      .sort(([, a], [, b]) => a - b);
    if (hit) this.select("ban", text(hit[0]));
    return Boolean(hit);
  }

  /** Select a banned place or an outline. */
  select(name, value) {
    this.viewer.actions.deselect();
    Object.assign(this, { several: [], follow: null, mark: { name, text: value } });
  }

  escape() {
    const any = this.several.length > 0 || this.mark !== null;
    [this.several, this.mark, this.follow] = [[], null, null];
    if (any) this.viewer.redraw();
    return any;
  }

  draw(context, view) {
    if (this.on) draw(this, context, view);
  }
}
