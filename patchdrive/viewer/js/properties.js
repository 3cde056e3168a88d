// What can be turned about a layer, and the control for each.

import { gradient } from "./colors.js";
import { element } from "./stage.js";

const DIVERGING = "puor"; // says something only about differences

export const SIZES = ["small", "normal", "large"];

/** The properties beside visible and opacity, as figures/looks.py has them. */
const PROPERTIES = {
  colormap: { label: "Colours", make: ramps },
  scale: {
    label: "Scale",
    make: choice,
    choices: ["log", "linear", "percentile"],
    help: "log shows what is faint, linear what is strong, percentile gives all colours a share",
  },
  low: { label: "From", make: range, help: "What the first colour stands for" },
  high: { label: "To", make: range, help: "What the last colour stands for" },
  full: {
    label: "Fixed scale",
    make: number,
    help: "What 1 stands for in the method's own unit, so that two pictures compare; "
      + "0: this picture's own highest value",
  },
  magnify: {
    label: "Numbers and lines",
    make: choice,
    choices: SIZES,
    help: "How large they are, in proportion to the window; large: for a projector",
  },
  style: { label: "Style", make: choice, choices: ["outline", "fill"] },
  by: { label: "Colour by", make: choice, choices: ["level", "score"] },
  path: { label: "Path", make: tick, help: "The way from landing to landing" },
  windows: { label: "Windows", make: tick, help: "The patches' borders" },
  numbers: { label: "Numbers", make: tick, help: "The visiting order in figures" },
  values: { label: "Scores", make: tick, help: "The value that won each landing" },
  inhibition: { label: "Silenced", make: tick, help: "Where each landing silences others" },
};

/** The properties that have a control here, in order. */
export const further = (turns = []) =>
  Object.keys(PROPERTIES).filter((name) => turns.includes(name));

/**
 * The control of one property.
 * @param {HTMLElement} parent
 * @param {string} property
 * @param {{name: string, tables: object, turn: (value: any, final: boolean) => void}} layer
 * @returns {(value: any) => void} shows a value
 */
export function control(parent, property, layer) {
  const words = PROPERTIES[property];
  return words.make(parent, words, layer);
}

/** A slider from 0 to 1 with the value as it stands for. */
export function slider(parent, label, turn, step = 0.01) {
  const input = element("input", "", parent);
  Object.assign(input, { type: "range", min: 0, max: 1, step, ariaLabel: label });
  input.addEventListener("input", () => turn(Number(input.value), false));
  input.addEventListener("change", () => turn(Number(input.value), true));
  return (value) => {
    if (Number(input.value) !== value) input.value = value;
    input.style.setProperty("--share", value);
    input.ariaValueText = `${Math.round(100 * value)} %`;
  };
}

function row(parent, { label, help = "" }, tag = "label") {
  const made = element(tag, "property", parent);
  made.title = help;
  element("span", "", made).textContent = label;
  return made;
}

function ramps(parent, words, { name, tables, turn }) {
  const group = row(parent, words, "div");
  group.classList.add("ramps");
  group.role = "radiogroup";
  group.ariaLabel = `Colours of ${name}`;
  const list = element("div", "list", group);
  const inputs = new Map();
  for (const [map, table] of Object.entries(tables)) {
    const label = element("label", "", list);
    label.hidden = map === DIVERGING;
    const input = element("input", "", label);
    Object.assign(input, { type: "radio", name: `${name} colours`, value: map });
    input.addEventListener("change", () => input.checked && turn(map, true));
    element("span", "ramp", label).style.background = gradient(table);
    element("span", "word", label).textContent = map;
    inputs.set(map, input);
  }
  return (value) => {
    for (const [map, input] of inputs) input.checked = map === value;
    const special = inputs.get(DIVERGING);
    if (special && value === DIVERGING) special.parentNode.hidden = false;
  };
}

function choice(parent, words, { name, turn }) {
  const select = element("select", "", row(parent, words));
  select.ariaLabel = name ? `${words.label}: ${name}` : words.label;
  for (const value of words.choices) {
    Object.assign(element("option", "", select), { value, textContent: value });
  }
  select.addEventListener("change", () => turn(select.value, true));
  return (value) => (select.value = value);
}

function range(parent, words, { name, turn }) {
  const made = row(parent, words);
  const show = slider(made, `${words.label}: ${name}`, turn);
  const output = element("output", "", made);
  return (value) => {
    show(value);
    output.textContent = value.toFixed(2);
  };
}

function number(parent, words, { name, turn }) {
  const input = element("input", "", row(parent, words));
  Object.assign(input, { type: "number", min: 0, max: 1e6, step: "any" });
  input.ariaLabel = `${words.label}: ${name}`;
  input.placeholder = "own";
  let shown = 0;
  input.addEventListener("change", () => {
    if (input.checkValidity()) turn(Number(input.value), true); // empty: its own scale again
    else input.value = shown || "";
  });
  return (value) => {
    shown = value;
    if (Number(input.value) !== value) input.value = value || "";
  };
}

function tick(parent, words, { turn }) {
  const label = element("label", "tick", parent);
  label.title = words.help;
  const input = element("input", "", label);
  input.type = "checkbox";
  input.addEventListener("change", () => turn(input.checked, true));
  element("span", "", label).textContent = words.label;
  return (value) => (input.checked = value);
}
