// A coloured map over the whole picture: the higher its value, the less of the picture shows.
// Of a map of differences the middle shows the picture, and both ends cover it.

import { MIDDLE, cover, middle, steps, stepsSigned, strength } from "./scale.js";

export class Raster {
  constructor(words, codes, [rows, columns]) {
    Object.assign(this, words, { codes, rows, columns });
    this.counts = new Uint32Array(256);
    for (const code of codes) this.counts[code] += 1;
  }

  static async load(words, read) {
    return new Raster(words, await read("codes"), words.cells);
  }

  /** What its looks are now; colours are made anew only where one of them changed. */
  restyle(values, { tables }) {
    const names = ["colormap", "scale", "low", "high", "full", "alone"];
    const look = Object.fromEntries(names.map((name) => [name, values[`${this.name}_${name}`]]));
    const key = JSON.stringify(look);
    if (key === this.key) return;
    Object.assign(this, { look, key, lut: tables[look.colormap] });
    this.canvas = this.color((this.diverging ? stepsSigned : steps)(look, this.span, this.counts));
  }

  color(shown) {
    const canvas = this.canvas ?? new OffscreenCanvas(this.columns, this.rows);
    const context = canvas.getContext("2d");
    const picture = context.createImageData(this.columns, this.rows);
    const pixels = new Uint32Array(picture.data.buffer);
    const colors = new Uint32Array(256);
    for (let code = 0; code < 256; code++) {
      const v = shown[code];
      const [r, g, b] = this.lut.subarray(3 * v, 3 * v + 3);
      const alpha = this.look.alone ? 255 : (this.diverging ? strength : cover)(v);
      colors[code] = ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
    }
    for (let i = 0; i < pixels.length; i++) pixels[i] = colors[this.codes[i]];
    context.putImageData(picture, 0, 0);
    return canvas;
  }

  paint(context, view) {
    // Alone it stands in place of the picture.
    paintCells(context, view, this.look.alone ? { ...this, opacity: 1 } : this);
  }

  /** The map's value at a picture point: the inverse of ops.maps.code or code_signed. */
  value(x, y) {
    const code = cell(this, this.codes, x, y);
    const size = (share) => (100 ** share - 1) / 99;
    if (!this.diverging) return size(code / 255);
    return Math.sign(code - MIDDLE) * size(Math.abs(code - MIDDLE) / MIDDLE);
  }

  at(x, y) {
    const value = this.value(x, y);
    if (this.diverging) return { words: `${this.title} ${value > 0 ? "+" : ""}${value.toFixed(2)}` };
    const [low, high] = this.span;
    const own = this.look.full > 0 ? ` = ${(low + value * (high - low)).toPrecision(3)}` : "";
    return { words: `${this.title} ${value.toFixed(value < 0.1 ? 3 : 2)}${own}` };
  }

  legend() {
    const { scale, low, high, full } = this.look;
    const ranked = scale === "percentile";
    const say = (share) => (ranked ? `${100 * share} %` : `${share * (full || 1)}`);
    const ends = ranked ? [0, 1] : [low, high];
    const half = ranked && !this.diverging ? 0.5 : middle(scale, ...ends);
    if (this.diverging) ends[0] = -ends[1];
    const between = this.diverging ? 0 : Number((half * (ranked ? 1 : full || 1)).toPrecision(2));
    return {
      ramp: {
        table: this.lut, low: say(ends[0]), high: say(ends[1]),
        middle: ranked ? say(between) : `${between}`,
      },
      scale, note: this.note,
    };
  }
}

/** A cell's content at a picture point, by the rule of types.Grid: y lies in (2y+1)h // 2H. */
export function cell({ rows, columns, size: [H, W] }, cells, x, y) {
  const row = Math.floor(((2 * Math.floor(y) + 1) * rows) / (2 * H));
  const column = Math.floor(((2 * Math.floor(x) + 1) * columns) / (2 * W));
  return cells[row * columns + column];
}

/** Draw a layer's canvas of cells over the picture. */
export function paintCells(context, view, layer, smooth = true) {
  const { rows, columns, size, canvas, opacity } = layer;
  const [across, down] = [size[1] / columns, size[0] / rows];
  // Only the cells in sight and one around them: far zooms would scale a huge map otherwise.
  const x0 = Math.max(0, Math.floor(view.x / across) - 1);
  const y0 = Math.max(0, Math.floor(view.y / down) - 1);
  const x1 = Math.min(columns, Math.ceil((view.x + view.w / view.s) / across) + 1);
  const y1 = Math.min(rows, Math.ceil((view.y + view.h / view.s) / down) + 1);
  if (x1 <= x0 || y1 <= y0) return;
  context.save();
  context.globalAlpha *= opacity;
  context.imageSmoothingEnabled = smooth;
  context.drawImage(
    canvas, x0, y0, x1 - x0, y1 - y0,
    (x0 * across - view.x) * view.s, (y0 * down - view.y) * view.s,
    (x1 - x0) * across * view.s, (y1 - y0) * down * view.s,
  );
  context.restore();
}
