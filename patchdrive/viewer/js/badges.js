// What stands at a landing: a dot, a numbered disc, or a tag on its window. Each is drawn once and
// then copied: that is far sooner done than another circle, or another number.

import { FONT } from "./ink.js";

const RING = "rgb(0 0 0 / 0.75)"; // around a dot
const HALO = "rgb(0 0 0 / 0.6)"; // around a disc
const COLUMNS = 64; // of a sheet of copies
const HEIGHT = 17; // CSS pixels of a tag
const SIZES = 12; // sheets that are held: a window that changes its size leaves some behind

export class Badges {
  sheets = new Map(); // name and pixel ratio -> {canvas, w, h}

  /** @param {string[]} colors of the landings @param {string[]} inks legible on them */
  constructor(colors, inks) {
    Object.assign(this, { colors, inks });
  }

  /** A dot on a landing, in canvas pixels. */
  dot(context, { k }, i, [x, y]) {
    const side = 2 * Math.ceil(4.2 * k) + 1;
    this.copy(context, k, i, { name: "dot", w: side, h: side, x: x - side / 2, y: y - side / 2 });
  }

  /** A disc with its number on a landing. */
  disc(context, { k }, i, [x, y]) {
    const side = 2 * Math.ceil(12.5 * k) + 1;
    this.copy(context, k, i, { name: "disc", w: side, h: side, x: x - side / 2, y: y - side / 2 });
  }

  /** The number on a window's upper left corner (left, top), and a small dot on the landing. */
  tag(context, { k }, i, [x, y], [left, top]) {
    const side = 2 * Math.ceil(3.2 * k) + 1;
    this.copy(context, k, i, { name: "small", w: side, h: side, x: x - side / 2, y: y - side / 2 });
    const [w, h] = [wide(this.colors.length, k), Math.ceil(HEIGHT * k)];
    this.copy(context, k, i, { name: "label", w, h, x: left, y: top });
  }

  copy(context, k, i, { name, w, h, x, y }) {
    const sheet = this.sheet(name, k, w, h);
    const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    context.drawImage(sheet, column * w, row * h, w, h, Math.round(x), Math.round(y), w, h);
  }

  sheet(name, k, w, h) {
    const key = `${name} ${k}`;
    if (this.sheets.has(key)) return this.sheets.get(key);
    const rows = Math.ceil(this.colors.length / COLUMNS);
    const canvas = new OffscreenCanvas(w * Math.min(COLUMNS, this.colors.length), h * rows);
    const context = canvas.getContext("2d");
    for (let i = 0; i < this.colors.length; i++) {
      context.setTransform(1, 0, 0, 1, (i % COLUMNS) * w, Math.floor(i / COLUMNS) * h);
      this[`${name}Once`](context, k, i, w / 2, h / 2);
    }
    if (this.sheets.size >= SIZES) this.sheets.clear();
    this.sheets.set(key, canvas);
    return canvas;
  }

  dotOnce(context, k, i, x, y) {
    circle(context, x, y, 3.5 * k, this.colors[i], RING, 1.25 * k);
  }

  smallOnce(context, k, i, x, y) {
    circle(context, x, y, 2.5 * k, this.colors[i], RING, 1.25 * k);
  }

  discOnce(context, k, i, x, y, strong = false) {
    const radius = (i < 99 ? 8.5 : 10.5) * k * (strong ? 1.2 : 1);
    circle(context, x, y, radius + k, HALO, HALO, k);
    circle(context, x, y, radius, this.colors[i], "#fff", (strong ? 2.5 : 1.25) * k);
    this.number(context, k, i, x, y);
  }

  labelOnce(context, k, i, x, y) {
    const width = wide(i + 1, k);
    context.fillStyle = this.colors[i];
    context.fillRect(0, 0, width, HEIGHT * k);
    this.number(context, k, i, width / 2, y);
  }

  number(context, k, i, x, y) {
    context.font = `600 ${11 * k}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = this.inks[i];
    context.fillText(i + 1, x, y + 0.5 * k);
  }
}

/** Canvas pixels of a tag with this number. */
const wide = (number, k) => Math.ceil((8 + 7 * `${number}`.length) * k);

/** A circle with a ring around it. */
export function circle(context, x, y, radius, fill, ring, width) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = width;
  context.strokeStyle = ring;
  context.stroke();
}
