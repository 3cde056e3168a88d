// A picture in one piece, for where no server can be asked: halved copies keep far zooms smooth.

import { probe } from "./probe.js";
import { seen } from "./view.js";

const SMALL = 512; // pixels; no copy is halved beyond
const PNG = 0x89; // its first byte

export class Whole {
  /**
   * @param {{size: [number, number], blob: Blob | ImageBitmap}} source the blob may be smaller than
   *   the size says: the picture is then shown enlarged
   * @param {object} hooks see TileCache
   * @param {object} name what hooks.lost is told that failed
   */
  constructor({ size, blob }, hooks, name) {
    this.size = size;
    this.levels = []; // each half of the one before
    this.lossless = false;
    this.ready = this.open(blob, hooks, name);
  }

  async open(blob, hooks, name) {
    try {
      const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
      const [first] = blob.slice ? new Uint8Array(await blob.slice(0, 1).arrayBuffer()) : [PNG];
      this.lossless = first === PNG;
      if (this.closed) return bitmap.close();
      this.levels = [bitmap];
      while (Math.max(bitmap.width, bitmap.height) >> this.levels.length >= SMALL) {
        this.levels.push(half(this.levels.at(-1)));
      }
      hooks.lost(null, name);
    } catch {
      if (!this.closed) hooks.lost(200, name); // it came, but the browser cannot show it
    }
    if (!this.closed) hooks.changed();
  }

  /** Draw what is visible. @returns {number} 1 while there is nothing to draw */
  draw(context, view) {
    if (!this.levels.length) return 1;
    const [H, W] = this.size;
    const native = this.levels[0].width / W;
    const level = Math.floor(Math.log2(native / view.s) + 0.2);
    const bitmap = this.levels[Math.max(0, Math.min(this.levels.length - 1, level))];
    const [fx, fy] = [bitmap.width / W, bitmap.height / H];
    // Whole pixels around what is in sight, so that its border is blended as inside.
    const [x0, y0] = [Math.max(0, Math.floor(view.x)), Math.max(0, Math.floor(view.y))];
    const x1 = Math.min(W, Math.ceil(view.x + view.w / view.s));
    const y1 = Math.min(H, Math.ceil(view.y + view.h / view.s));
    if (x1 <= x0 || y1 <= y0) return 0;
    const [left, top] = [Math.round((x0 - view.x) * view.s), Math.round((y0 - view.y) * view.s)];
    const [right, lower] = [Math.round((x1 - view.x) * view.s), Math.round((y1 - view.y) * view.s)];
    const [w, h] = [seen(right - left, view, W), seen(lower - top, view, H)];
    context.drawImage(
      bitmap, x0 * fx, y0 * fy, (x1 - x0) * fx, (y1 - y0) * fy, left, top, w, h,
    );
    return 0;
  }

  value(x, y) {
    const [bitmap] = this.levels;
    if (!bitmap) return null;
    const [fx, fy] = [bitmap.width / this.size[1], bitmap.height / this.size[0]];
    const rgb = probe(bitmap, Math.floor(x * fx), Math.floor(y * fy));
    return { rgb, exact: this.lossless && fx === 1 && fy === 1 };
  }

  smallest() {
    return this.levels.at(-1) ?? null;
  }

  close() {
    this.closed = true;
    for (const bitmap of this.levels) bitmap.close();
    this.levels = [];
  }
}

function half(bitmap) {
  const [w, h] = [Math.ceil(bitmap.width / 2), Math.ceil(bitmap.height / 2)];
  const canvas = new OffscreenCanvas(w, h);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, w, h);
  return canvas.transferToImageBitmap();
}
