// Viewers that move together: what the hand does with one, all of its group do.

import { element } from "./stage.js";
import * as views from "./view.js";

const groups = new Map(); // word -> {members: Set of Link, last: where one looked last, or null}
let leading = false; // one viewer moves the others, which then tell nobody

/**
 * Where a viewer should look to show what another one shows: the same picture point in the middle
 * at the same scale; in a picture of another size the same share of it, so that the whole fits the
 * whole.
 * @param {{size: [number, number], view: object}} other
 */
function alike({ size: from, view: seen }, size, view) {
  const same = `${from}` === `${size}`;
  const twin = same && ["w", "h", "k"].every((side) => seen[side] === view[side]);
  if (twin) return { ...seen, bars: view.bars };
  const [x, y] = views.toPicture(seen, seen.w / 2, seen.h / 2);
  if (same) return views.center(size, view, x, y, seen.s * density(view.k / seen.k));
  const grown = views.fit(size, view).s / views.fit(from, seen).s;
  const place = [(x * size[1]) / from[1], (y * size[0]) / from[0]];
  return views.center(size, view, ...place, seen.s * grown);
}

/** Canvases round their width to whole pixels: on one screen they have one density nevertheless. */
const density = (ratio) => (Math.abs(ratio - 1) < 0.02 ? 1 : ratio);

export class Link {
  word = "";
  group = null;
  size = ""; // of the picture that was shown when the camera moved last
  late = false; // the canvas had no size yet when the view of the group was to be taken over
  point = null; // where the pointer is in another viewer, as shares of the picture

  constructor(viewer) {
    this.viewer = viewer;
    this.cross = element("div", "cross");
    viewer.stage.marks.canvas.after(this.cross); // below all tools
    this.cross.hidden = true;
  }

  update({ link, source }) {
    this.picture = source.url;
    this.size = `${source.size}`;
    if ((link ?? "") === this.word) return;
    this.leave();
    this.word = link ?? "";
    if (!this.word) return;
    if (!groups.has(this.word)) groups.set(this.word, { members: new Set(), last: null });
    this.group = groups.get(this.word);
    const { members, last } = this.group;
    // A group that everybody left is remembered for the picture that it looked at.
    if (!members.size && last?.picture !== this.picture) this.group.last = null;
    members.add(this);
    this.follow();
  }

  /** Look where the group looks. */
  follow() {
    const { camera } = this.viewer;
    const last = this.group?.last;
    this.late = !camera.view;
    if (!last || this.late) return;
    leading = true;
    if (last.fitted) camera.set(views.fit(camera.size, camera.exact), true);
    else camera.set(alike(last, camera.size, camera.exact));
    leading = false;
  }

  /** The camera moved, by hand or by itself, but not because the canvas has another size. */
  moved() {
    if (!this.group || leading) return;
    const { exact, size, fitted } = this.viewer.camera;
    const another = `${size}` !== this.size && this.group.members.size > 1;
    this.size = `${size}`;
    // A new picture came, or the canvas got its first size: nobody moved it.
    if (another || (this.late && this.group.last)) return this.follow();
    this.group.last = { view: exact, size, fitted, picture: this.picture };
    for (const other of this.group.members) if (other !== this) other.follow();
  }

  /** The pointer is on this pixel, or (null) left: the others show where. */
  at(place) {
    if (!this.group) return;
    const [H, W] = this.viewer.camera.size;
    const point = place && [(place[0] + 0.5) / W, (place[1] + 0.5) / H];
    for (const other of this.group.members) other.show(other === this ? null : point);
  }

  show(point) {
    this.point = point;
    this.cross.hidden = !point;
    if (point && this.viewer.camera.view) this.place(this.viewer.camera.view);
  }

  place(view) {
    const [H, W] = this.viewer.camera.size;
    const [px, py] = views.toCanvas(view, this.point[0] * W, this.point[1] * H);
    this.cross.style.transform = `translate(${px / view.k}px, ${py / view.k}px)`;
  }

  draw(context, view) {
    if (this.late) this.follow();
    if (this.point) this.place(view);
  }

  leave() {
    this.group?.members.delete(this);
    this.group = null;
  }

  close() {
    this.at(null);
    this.leave();
  }
}
