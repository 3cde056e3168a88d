// Another picture of the same size over the first, fetched in tiles as that is.

import { Tiles } from "./tiles.js";

export class Overlay {
  constructor(words, source, hooks) {
    Object.assign(this, words);
    this.hooks = hooks;
    this.source = { ...source, url: words.url };
  }

  static async load(words, read, { source, hooks }) {
    return new Overlay(words, source, hooks);
  }

  paint(context, view) {
    if (!this.source.url) return 0; // no routes: it cannot be fetched
    this.tiles ??= new Tiles(this.source, { lossless: true }, this.hooks); // when first seen
    context.save();
    context.globalAlpha *= this.opacity;
    const missing = this.tiles.draw(context, view);
    context.restore();
    return missing;
  }

  legend() {
    return {};
  }

  close() {
    this.tiles?.close();
  }
}
