// The line below the picture: what the colours mean, where the pointer is, how large a pixel is.

import { gradient } from "./colors.js";
import { element } from "./stage.js";

function word(entry, text, name = "") {
  element("span", name, entry).textContent = text;
}

/**
 * Fill an entry with what a layer's colours mean.
 * @param {{words?: string, ramp?: object, swatches?: [string, string][], open?: boolean}} legend
 */
export function explain(entry, name, { words, ramp, swatches = [], open, unit }) {
  word(entry, words ?? name, "name");
  if (ramp) {
    word(entry, ramp.low);
    element("span", "ramp", entry).style.background = gradient(ramp.table, ...(ramp.part ?? []));
    word(entry, ramp.high);
  }
  for (const [color, text] of swatches) {
    element("span", open ? "swatch open" : "swatch", entry).style.setProperty("--color", color);
    word(entry, text);
  }
  if (unit && swatches.length) word(entry, unit);
}

export class Legend {
  constructor(viewer) {
    this.viewer = viewer;
    const bar = element("div", "bar", viewer.root);
    this.entries = element("div", "legend", bar);
    this.place = element("span", "place", bar);
    this.scale = element("span", "scale", bar);
  }

  update() {
    this.restyle();
  }

  /** One entry for each layer; a press shows and hides it. */
  restyle() {
    const { layers, turns } = this.viewer;
    this.entries.replaceChildren();
    for (const { name, visible, legend } of layers.map((layer) => describe(layer))) {
      const entry = element("button", "entry", this.entries);
      entry.type = "button";
      entry.ariaPressed = visible;
      entry.classList.toggle("off", !visible);
      entry.title = `Show or hide ${name}`;
      entry.onclick = () => turns.turn({ [`${name}_visible`]: !visible });
      explain(entry, name, legend);
    }
  }

  /** Percent of the screen's own pixels, as in any picture program. */
  draw(context, view) {
    const percent = 100 * view.s;
    this.scale.textContent = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
  }

  /** The pixel under the pointer, or nothing. */
  at(point) {
    this.place.textContent = point ? `x ${point[0]}  y ${point[1]}` : "";
  }
}

const describe = (layer) => ({
  name: layer.name,
  visible: layer.visible,
  legend: layer.legend?.() ?? {},
});
