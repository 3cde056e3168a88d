// The list of layers: which are shown, how strongly, in which colours.

import { button, floating, remember, remembered } from "./chrome.js";
import { icon } from "./icons.js";
import { explain } from "./legend.js";
import { SIZES, control, further, slider } from "./properties.js";
import { element } from "./stage.js";

export class Panel {
  constructor(viewer) {
    this.viewer = viewer;
    this.node = element("section", "layers surface", floating(viewer, "left"));
    this.node.ariaLabel = "Layers";
    this.rows = new Map(); // name of the layer -> its row
    this.opened = new Set(); // names of layers whose further properties are to be seen
    this.shown = remembered("layers") === "open";
    this.node.hidden = !this.shown;
    this.keys = {
      l: ["Layers", "the list of layers", () => this.toggle()],
      n: ["View", "size of numbers and lines", () => this.enlarge()],
    };
  }

  toggle() {
    this.shown = !this.shown;
    remember("layers", this.shown ? "open" : "closed");
    this.node.hidden = !this.shown;
    for (const part of this.viewer.parts) if (part !== this) part.restyle?.();
    this.restyle();
  }

  update() {
    const { layers } = this.viewer;
    const key = JSON.stringify(layers.map(({ name, turns }) => [name, turns]));
    if (key !== this.key) this.build(layers);
    this.key = key;
    this.restyle();
  }

  /** What lies on top comes first. */
  build(layers) {
    this.node.replaceChildren();
    this.rows.clear();
    const head = element("header", "", this.node);
    element("h2", "", head).textContent = "Layers";
    button(head, "close", "Close the list", () => this.toggle(), "l");
    const list = element("ul", "", this.node);
    for (const layer of [...layers].reverse()) this.rows.set(layer.name, this.row(list, layer));
    const { turns } = this.viewer;
    const turn = (magnify) => turns.turn({ magnify });
    const foot = element("div", "further", this.node);
    this.magnify = control(foot, "magnify", { name: "", turn });
  }

  /** Numbers and lines of the next size. */
  enlarge() {
    const { turns } = this.viewer;
    const at = SIZES.indexOf(turns.values.magnify ?? "normal");
    turns.turn({ magnify: SIZES[(at + 1) % SIZES.length] });
  }

  row(list, { name, title, turns = [] }) {
    const { viewer } = this;
    const node = element("li", "layer", list);
    node.dataset.layer = name;
    const head = element("div", "head", node);
    const row = { node, shows: new Map() };
    const turner = (property) => (value, final) =>
      viewer.turns.turn({ [`${name}_${property}`]: value }, final);
    row.eye = this.eye(head, title, turner("visible"));
    element("span", "name", head).textContent = title;
    if (turns.includes("opacity")) {
      row.shows.set("opacity", slider(head, `Opacity of ${title}`, turner("opacity")));
    }
    const names = further(turns);
    const means = element("div", "means", node);
    if (names.length) this.further(head, node, row, names, { name, turner });
    return { ...row, means };
  }

  eye(head, name, turn) {
    const eye = element("button", "eye tool", head);
    eye.type = "button";
    eye.ariaLabel = `Show ${name}`;
    eye.append(icon("eye"), icon("shut"));
    eye.addEventListener("click", () => turn(eye.ariaPressed !== "true", true));
    return eye;
  }

  /** A disclosure with the properties that are turned less often. */
  further(head, node, row, names, { name, turner }) {
    const body = element("div", "further", node);
    const toggle = button(head, "open", `More about ${name}`, () => {
      if (!this.opened.delete(name)) this.opened.add(name);
      show();
    });
    const show = () => {
      body.hidden = !this.opened.has(name);
      toggle.ariaExpanded = !body.hidden;
    };
    show();
    const { tables } = this.viewer;
    for (const property of names) {
      const turn = turner(property);
      row.shows.set(property, control(body, property, { name, tables, turn }));
    }
  }

  /** Show the values as they are. */
  restyle() {
    if (!this.shown) return;
    const { layers, turns } = this.viewer;
    this.magnify?.(turns.values.magnify ?? "normal");
    for (const layer of layers) {
      const row = this.rows.get(layer.name);
      if (!row) continue;
      row.eye.ariaPressed = layer.visible;
      row.eye.title = layer.visible ? `Hide ${layer.title}` : `Show ${layer.title}`;
      row.node.classList.toggle("off", !layer.visible);
      for (const [property, show] of row.shows) {
        const value = turns.values[`${layer.name}_${property}`];
        if (value !== undefined) show(value);
      }
      const legend = layer.legend?.() ?? {};
      row.means.replaceChildren();
      row.means.classList.toggle("plain", !legend.words); // its name is there already
      explain(row.means, layer.title, legend);
      row.means.hidden = !legend.words && !legend.ramp && !legend.swatches?.length;
    }
  }
}
