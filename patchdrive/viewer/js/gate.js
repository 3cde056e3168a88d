// Where the eye may land: the rest of the picture is dimmed.

import { mayLand } from "./choosing.js";
import { cell, paintCells } from "./raster.js";

export class Gate {
  constructor(words, open, [rows, columns]) {
    Object.assign(this, words, { sent: open, rows, columns });
    this.canvas = new OffscreenCanvas(columns, rows);
    this.take(open);
  }

  take(open) {
    const { rows, columns } = this;
    this.open = open;
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(columns, rows);
    const pixels = new Uint32Array(picture.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = open[i] ? 0 : 0xff0e0c0b;
    context.putImageData(picture, 0, 0);
  }

  /** In a page that nobody answers the cells follow the knobs here; else Python sends them. */
  restyle(values, viewer) {
    const landings = viewer.layer("landings");
    const own = landings?.settings(values);
    const { k, keep, ...asked } = own ?? {};
    const key = JSON.stringify(asked);
    if (!this.visible || key === this.key) return;
    const open = mayLand(landings, own ?? {});
    if (!open) return;
    this.key = key;
    this.take(open);
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
