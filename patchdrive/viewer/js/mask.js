// A binary picture in one colour, fetched in tiles; its coarser levels keep the thinnest line.

import { Tiles } from "./tiles.js";

export class Mask {
  constructor(words, source, hooks) {
    Object.assign(this, words);
    const query = `c=${words.color.slice(1)}`;
    // Never a finer level than the screen shows: shrinking would thin the lines out.
    const options = { bias: 0.999, query };
    this.tiles = words.url ? new Tiles({ ...source, url: words.url }, options, hooks) : null;
  }

  static async load(words, read, { source, hooks }) {
    return new Mask(words, source, hooks);
  }

  paint(context, view) {
    context.save();
    context.globalAlpha *= this.opacity;
    const missing = this.tiles?.draw(context, view) ?? 0;
    context.restore();
    return missing;
  }

  legend() {
    return { swatches: [[this.color, this.name]], words: "" };
  }

  close() {
    this.tiles?.close();
  }
}
