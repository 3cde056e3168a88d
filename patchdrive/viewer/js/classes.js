// A class for every cell, in flat colours that colour-blind eyes can tell apart (Okabe and Ito's).

import { cell, paintCells } from "./raster.js";

const COLORS = ["e69f00", "56b4e9", "009e73", "f0e442", "0072b2", "d55e00", "cc79a7", "999999"];
const NONE = 255;

export class Classes {
  constructor(words, labels, [rows, columns]) {
    Object.assign(this, words, { labels, rows, columns });
    this.canvas = new OffscreenCanvas(columns, rows);
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(columns, rows);
    const pixels = new Uint32Array(picture.data.buffer);
    const colors = Array.from({ length: NONE }, (_, i) => {
      const rgb = parseInt(COLORS[i % COLORS.length], 16);
      const turned = ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16); // bytes lie backwards
      return (0xff000000 | turned) >>> 0;
    });
    for (let i = 0; i < pixels.length; i++) pixels[i] = colors[labels[i]] ?? 0;
    context.putImageData(picture, 0, 0);
  }

  static async load(words, read) {
    return new Classes(words, await read("labels"), words.cells);
  }

  paint(context, view) {
    paintCells(context, view, this, false);
  }

  at(x, y) {
    const label = cell(this, this.labels, x, y);
    return label < this.names.length ? { words: `${this.name}: ${this.names[label]}` } : null;
  }

  legend() {
    return { swatches: this.names.map((name, i) => [`#${COLORS[i % COLORS.length]}`, name]) };
  }
}
