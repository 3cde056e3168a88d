// Where the eye may land: the rest of the picture is dimmed.

import { cell, paintCells } from "./raster.js";

export class Gate {
  constructor(words, open, [rows, columns]) {
    Object.assign(this, words, { open, rows, columns });
    this.canvas = new OffscreenCanvas(columns, rows);
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(columns, rows);
    const pixels = new Uint32Array(picture.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = open[i] ? 0 : 0xff0e0c0b;
    context.putImageData(picture, 0, 0);
  }

  static async load(words, read) {
    return new Gate(words, await read("open"), words.cells);
  }

  paint(context, view) {
    paintCells(context, view, this);
  }

  at(x, y) {
    return cell(this, this.open, x, y) ? null : { words: "below the threshold or outside the lasso" };
  }

  legend() {
    return { swatches: [["#0b0c0e", "closed"]] };
  }
}
