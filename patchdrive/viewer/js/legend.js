// The line below the picture: what the colours mean, where the pointer is, how large a pixel is.

import { ORDER, css, gradient } from "./colors.js";
import { KEY_OF } from "./keys.js";
import { element } from "./stage.js";
import { COLORS } from "./truth.js";

const ENTRIES = {
  raster: (entry, { name, lut, legend }) => {
    word(entry, name, "name");
    ramp(entry, legend[0], gradient(lut), legend[1]);
  },
  landings: (entry, { name, lut, count }) => {
    word(entry, `${count} ${name}`, "name");
    if (count > 1) ramp(entry, "1", gradient(lut, ...ORDER), `${count}`);
  },
  leaves: (entry, { name, lut, count, levels }) => {
    word(entry, `${count.toLocaleString("en")} ${name}`, "name");
    for (const { side, t } of levels) swatch(entry, css(lut, t), `${side}`);
    if (levels.length) word(entry, "px");
  },
  mask: (entry, { name, color }) => swatch(entry, color, name),
  truth: (entry, { name, hit }) => {
    word(entry, name, "name");
    const states = hit ? ["hit", "missed"] : [];
    for (const state of states) swatch(entry, COLORS[state], state, "open");
    if (!hit) swatch(entry, COLORS.known, "known", "open");
  },
};

function word(entry, text, name = "") {
  element("span", name, entry).textContent = text;
}

function ramp(entry, low, background, high) {
  word(entry, low);
  element("span", "ramp", entry).style.background = background;
  word(entry, high);
}

function swatch(entry, color, text, shape = "") {
  element("span", `swatch ${shape}`, entry).style.setProperty("--color", color);
  word(entry, text);
}

export class Legend {
  constructor(root) {
    const bar = element("div", "bar", root);
    this.entries = element("div", "legend", bar);
    this.place = element("span", "place", bar);
    this.scale = element("span", "scale", bar);
  }

  /** One entry for each layer; hidden ones are dimmed. */
  show(layers, hidden) {
    this.entries.replaceChildren();
    for (const layer of layers) {
      const entry = element("span", "entry", this.entries);
      entry.classList.toggle("off", hidden.has(layer.kind));
      entry.title = `${layer.name}: key ${KEY_OF[layer.kind]} shows and hides it`;
      ENTRIES[layer.kind](entry, layer);
    }
  }

  /** Percent of the screen's own pixels, as in any picture program. */
  zoom(percent) {
    this.scale.textContent = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
  }

  /** The pixel under the pointer, or nothing. */
  at(point) {
    this.place.textContent = point ? `x ${point[0]}  y ${point[1]}` : "";
  }
}
