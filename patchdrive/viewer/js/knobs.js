// Sliders below the picture: what they change is shown while they are dragged.

import { can, prepare } from "./choosing.js";
import { element } from "./stage.js";

const EAGER = 80; // milliseconds between two messages of a slider that is dragged

export class Knobs {
  timer = null;

  constructor(viewer) {
    this.viewer = viewer;
    this.bar = element("div", "knobs", viewer.root);
    this.rows = new Map(); // name -> {slider, number, knob}
    // What choosing takes is fetched when the hand comes near, not before: few turn these knobs.
    const near = () => {
      this.wanted = true;
      this.prepare();
    };
    for (const event of ["pointerenter", "focusin"]) this.bar.addEventListener(event, near);
  }

  get landings() {
    return this.viewer.layers.filter(({ kind }) => kind === "landings");
  }

  update({ knobs }) {
    const names = knobs.map(({ name }) => name).join();
    if (names !== this.names) this.build(knobs);
    this.names = names;
    if (this.wanted) this.prepare(); // marks and maps change what is chosen from
    this.restyle();
  }

  prepare() {
    for (const one of this.landings) prepare(one, () => this.viewer.restyle());
  }

  build(knobs) {
    this.bar.replaceChildren();
    this.bar.hidden = !knobs.length;
    this.rows.clear();
    for (const knob of knobs) {
      const row = element("label", "knob", this.bar);
      row.title = knob.help;
      const unit = knob.unit ? ` (${knob.unit})` : "";
      element("span", "", row).textContent = `${knob.label}${unit}`;
      const slider = this.input(row, knob, "range", knob.label);
      const number = this.input(row, knob, "number", `${knob.label}, typed`);
      this.rows.set(knob.name, { knob, slider, number });
      this.listen(knob, slider, number);
    }
  }

  input(row, { low, high, step, log }, type, label) {
    const input = element("input", "", row);
    Object.assign(input, { type, ariaLabel: label });
    // A slider by powers of two moves over the exponent in 200 steps.
    const scaled = log && type === "range";
    Object.assign(input, scaled ? { min: 0, max: 200, step: 1 } : { min: low, max: high, step });
    return input;
  }

  listen(knob, slider, number) {
    const { turns } = this.viewer;
    const turn = (value, final) => turns.turn({ [knob.name]: value }, final);
    slider.addEventListener("input", () => {
      turn(read(knob, slider), false);
      if (knob.eager) this.soon();
    });
    slider.addEventListener("change", () => turn(read(knob, slider), true));
    if (knob.log) slider.addEventListener("keydown", (event) => this.stepBy(event, knob));
    if (knob.log) slider.addEventListener("keyup", () => this.viewer.turns.release());
    number.addEventListener("change", () => {
      if (number.value !== "" && number.checkValidity()) turn(Number(number.value), true);
      else this.restyle();
    });
  }

  /** What only Python can compute follows the hand too, as fast as Python answers. */
  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.viewer.turns.release();
    }, EAGER);
  }

  close() {
    clearTimeout(this.timer);
  }

  /** On a logarithmic slider a key is still one step of the value. */
  stepBy(event, { name, step, low, high }) {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const { turns } = this.viewer;
    turns.turn({ [name]: Math.max(low, Math.min(high, turns.values[name] + way * step)) }, false);
  }

  /** Show the values as they are. */
  restyle() {
    const { values } = this.viewer.turns;
    this.viewer.root.dataset.live = this.landings.length > 0 && this.landings.every(can);
    for (const [name, { knob, slider, number }] of this.rows) {
      const value = values[name];
      if (read(knob, slider) !== value) slider.value = knob.log ? place(knob, value) : value;
      if (number.value !== `${value}`) number.value = value;
      slider.ariaValueText = `${value}${knob.unit ? ` ${knob.unit}` : ""}`;
      const share = (slider.value - slider.min) / (slider.max - slider.min || 1);
      slider.style.setProperty("--share", share);
    }
  }
}

const place = ({ low, high }, value) => (200 * Math.log(value / low)) / Math.log(high / low);

/** The knob's value at the slider's place. */
function read({ low, high, log, step }, slider) {
  if (!log) return Number(slider.value);
  const exact = low * (high / low) ** (slider.value / 200);
  return Math.max(low, Math.min(high, Math.round(exact / step) * step));
}
