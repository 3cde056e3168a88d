// The line below the picture: what the colours mean, where the pointer is, how large a pixel is.

import { gradient } from "./colors.js";
import { element } from "./stage.js";

const SCALES = ["log", "linear", "percentile"];

function word(entry, text, name = "") {
  element("span", name, entry).textContent = text;
}

/** A colour map in pieces, between the words for what the ends of each stand for. */
export const pieces = ({ table, part: [from, to] = [0, 1], low, middle, high }) => {
  if (middle === undefined) return [low, { table, part: [from, to] }, high];
  const half = (from + to) / 2;
  return [low, { table, part: [from, half], half: true }, middle,
    { table, part: [half, to], half: true }, high];
};

/**
 * Fill an entry with what a layer's colours mean.
 * @param {{words?: string, ramp?: object, scale?: string, note?: string,
 *   swatches?: [string, string][], open?: boolean}} legend
 */
export function explain(entry, name, { words, ramp, scale, note, swatches = [], open, unit }) {
  word(entry, words ?? name, "name");
  for (const piece of ramp ? pieces(ramp) : []) {
    if (typeof piece === "string") word(entry, piece);
    else {
      const node = element("span", piece.half ? "ramp half" : "ramp", entry);
      node.style.background = gradient(piece.table, ...piece.part);
    }
  }
  const more = [scale, note].filter(Boolean).join(", ");
  if (ramp && more) word(entry, `(${more})`);
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
    this.controls = new Map(); // name of a map -> what stands beside its entry
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
      const controls = this.controls.get(layer.name);
      // What is not shown needs no colours explained, and what a control says need not be said twice.
      const told = controls ? { ...legend, scale: "" } : legend;
      explain(entry, layer.title, layer.visible ? told : { words: legend.words || layer.title });
      controls?.show(layer);
    }
  }

  build(names) {
    this.entries.replaceChildren();
    this.buttons.clear();
    this.controls.clear();
    for (const layer of this.viewer.layers) {
      const { name, turns = [] } = layer;
      const group = element("span", "group", this.entries);
      const entry = element("button", "entry", group);
      entry.type = "button";
      const { turns: hand } = this.viewer;
      entry.onclick = () => hand.turn({ [`${name}_visible`]: entry.ariaPressed !== "true" });
      this.buttons.set(name, entry);
      if (turns.includes("alone")) this.controls.set(name, this.mapControls(group, layer));
    }
  }

  /** The scale of a map, and a switch that shows it alone. */
  mapControls(group, { name, title }) {
    const { turns, actions } = this.viewer;
    const scale = element("select", "scales", group);
    scale.ariaLabel = `Scale of ${title}`;
    scale.title = "log shows what is faint, linear what is strong, percentile gives all colours a share";
    for (const value of SCALES) element("option", "", scale).textContent = value;
    scale.addEventListener("change", () => turns.turn({ [`${name}_scale`]: scale.value }));
    const alone = element("button", "alone", group);
    alone.type = "button";
    alone.textContent = "alone";
    alone.ariaLabel = `${title} alone`;
    alone.title = "The map alone, without picture and marks (a)";
    alone.addEventListener("click", () => actions.alone(name));
    const show = ({ visible }) => {
      scale.hidden = !visible;
      scale.value = turns.values[`${name}_scale`];
      alone.ariaPressed = Boolean(visible && turns.values[`${name}_alone`]);
    };
    return { show };
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
