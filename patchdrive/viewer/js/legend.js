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
    this.entries.role = "group";
    this.entries.ariaLabel = "Layers";
    this.place = element("span", "place", bar);
    this.swatch = element("span", "swatch", this.place);
    this.words = element("span", "", this.place);
    this.scale = element("span", "scale", bar);
    this.buttons = new Map(); // name of the layer -> its entry
    this.at(null);
  }

  update({ source: { size } }) {
    const digits = `${Math.max(...size)}`.length;
    this.place.style.width = `${2 * digits + 20}ch`; // so that nothing moves with the pointer
    this.restyle();
  }

  /** One entry for each layer; a press shows and hides it. */
  restyle() {
    const { layers } = this.viewer;
    const names = layers.map(({ name }) => name);
    if (`${names}` !== `${[...this.buttons.keys()]}`) this.build(names);
    for (const layer of layers) {
      const entry = this.buttons.get(layer.name);
      entry.ariaPressed = layer.visible;
      entry.classList.toggle("off", !layer.visible);
      entry.title = `${layer.visible ? "Hide" : "Show"} ${layer.title}`;
      entry.replaceChildren();
      const legend = layer.legend?.() ?? {};
      // What is not shown needs no colours explained.
      explain(entry, layer.title, layer.visible ? legend : { words: legend.words || layer.title });
    }
  }

  build(names) {
    this.entries.replaceChildren();
    this.buttons.clear();
    for (const name of names) {
      const entry = element("button", "entry", this.entries);
      entry.type = "button";
      const { turns } = this.viewer;
      entry.onclick = () => turns.turn({ [`${name}_visible`]: entry.ariaPressed !== "true" });
      this.buttons.set(name, entry);
    }
  }

  /** Percent of the screen's own pixels, as in any picture program. */
  draw(context, view) {
    const percent = 100 * view.s;
    const words = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
    if (words !== this.scale.textContent) this.scale.textContent = words;
    const { moving } = this.viewer.camera;
    if (this.point && !this.exact && !moving) this.at(this.point); // a tile may have come
  }

  /** The pixel under the pointer, or nothing. */
  at(point) {
    this.point = point;
    const value = point && this.viewer.tiles?.value?.(...point);
    this.exact = value?.exact ?? false;
    const rgb = value ? `  rgb ${this.exact ? "" : "~ "}${value.rgb.join(" ")}` : "";
    this.words.textContent = point ? `x ${point[0]}  y ${point[1]}${rgb}` : "";
    this.swatch.hidden = !value;
    if (value) this.swatch.style.setProperty("--color", `rgb(${value.rgb.join(" ")})`);
  }
}
