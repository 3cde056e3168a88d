// Two overlays over one picture: parted by a curtain, or shown in turn.

import { element } from "./stage.js";

const TURN = 600; // milliseconds for which each side of a blink is shown
const FLICKER = 170; // the least between two changes while the key is held: 3 flashes a second
const STEPS = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1 }; // of the canvas
const MODES = {
  wipe: ["Wipe", "w", "A left of the curtain, B right of it"],
  blink: ["Blink", "b", "A and B in turn; hold the key to flicker"],
  both: ["Both", "", "A and B above each other"],
};
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Wipe {
  sides = null; // names of the layers of A and of B
  mode = "wipe";
  column = 0; // picture pixels left of the curtain
  shown = 0; // which side of a blink
  flipped = 0; // when it was last changed

  constructor(viewer) {
    this.viewer = viewer;
    this.curtain = element("div", "curtain");
    viewer.stage.marks.canvas.after(this.curtain); // below all tools
    this.names = ["A", "B"].map((name) => {
      const label = element("span", `name ${name.toLowerCase()}`, this.curtain);
      label.textContent = name;
      return label;
    });
    this.grip = element("div", "grip", this.curtain);
    Object.assign(this.grip, { role: "slider", tabIndex: 0, ariaOrientation: "horizontal" });
    Object.assign(this.grip, { ariaLabel: "Curtain between A and B", ariaValueMin: 0 });
    this.bar = element("div", "modes", viewer.root);
    Object.assign(this.bar, { role: "group", ariaLabel: "How A and B are compared" });
    this.buttons = Object.entries(MODES).map(([mode, words]) => this.button(mode, words));
    this.listen();
    this.restyle();
  }

  button(mode, [word, key, help]) {
    const button = element("button", "", this.bar);
    Object.assign(button, { type: "button", title: key ? `${help} (key ${key})` : help });
    button.textContent = word;
    button.onclick = () => (mode === "blink" ? this.blink(false) : this.turn(mode));
    return [mode, button];
  }

  update({ wipe, source }) {
    const size = `${source.size}`;
    if (wipe && size !== this.size) this.column = source.size[1] / 2;
    this.size = size;
    this.sides = wipe ?? null;
    this.turn(this.sides ? this.mode : "wipe");
  }

  get keys() {
    if (!this.sides) return {};
    return {
      w: ["Compare", "curtain", () => this.turn(this.mode === "wipe" ? "both" : "wipe")],
      b: ["Compare", "blink; hold to flicker", (_, event) => this.blink(event.repeat)],
    };
  }

  /** A key or a button asks for a blink: it starts or ends, or takes the next turn by hand. */
  blink(held) {
    const blinking = this.mode === "blink";
    if (held || (blinking && still.matches)) {
      if (blinking && performance.now() - this.flipped >= FLICKER) this.flip();
    } else this.turn(blinking ? "wipe" : "blink");
  }

  turn(mode) {
    this.mode = mode;
    clearInterval(this.timer);
    const runs = this.sides && mode === "blink" && !still.matches;
    if (runs) this.timer = setInterval(() => this.flip(), TURN);
    this.restyle();
    this.viewer.redraw();
  }

  flip() {
    this.shown = 1 - this.shown;
    this.flipped = performance.now();
    this.restyle();
    this.viewer.redraw();
  }

  restyle() {
    const { mode, sides, curtain, bar } = this;
    curtain.hidden = !sides || mode === "both";
    bar.hidden = !sides;
    curtain.classList.toggle("blinks", mode === "blink");
    this.names.forEach((name, n) => (name.hidden = mode === "blink" && n !== this.shown));
    for (const [name, button] of this.buttons) button.ariaPressed = name === mode;
    const state = sides ? { wipe: mode, side: mode === "blink" ? "AB"[this.shown] : "" } : {};
    Object.assign(this.viewer.root.dataset, state);
  }

  /** The columns of the canvas that a layer has. */
  side({ name }, view) {
    const which = this.sides?.findIndex((names) => names.includes(name)) ?? -1;
    if (which < 0 || this.mode === "both") return undefined;
    if (this.mode === "blink") return which === this.shown ? undefined : null;
    const edge = this.edge(view);
    const [from, to] = which ? [edge, view.w] : [0, edge];
    return from < to ? [from, to] : null;
  }

  /** The column of the canvas at which the curtain hangs, or the border that it is behind. */
  edge({ x, s, w }) {
    return Math.round(Math.max(0, Math.min(w, (this.column - x) * s)));
  }

  draw(context, view) {
    if (!this.sides) return;
    const edge = this.mode === "blink" ? view.w / 2 : this.edge(view);
    this.curtain.style.transform = `translateX(${edge / view.k}px)`;
    this.curtain.classList.toggle("first", edge <= 0);
    this.curtain.classList.toggle("last", edge >= view.w);
    const width = this.viewer.camera.size[1];
    Object.assign(this.grip, { ariaValueMax: width, ariaValueNow: Math.round(this.column) });
    this.grip.ariaValueText = `at x ${Math.round(this.column)} of ${width}`;
    this.viewer.root.dataset.curtain = this.column;
  }

  /** Hang the curtain at a column of the canvas; it stays there in the picture. */
  hang(px) {
    const { view, size } = this.viewer.camera;
    const column = Math.max(0, Math.min(view.w, px));
    this.column = Math.max(0, Math.min(size[1], view.x + column / view.s));
    this.viewer.redraw();
  }

  listen() {
    const { grip, viewer } = this;
    const own = (event) => event.stopPropagation(); // the picture stays where it is
    grip.addEventListener("pointerdown", (event) => {
      own(event);
      grip.setPointerCapture(event.pointerId);
      viewer.actions.leave();
    });
    grip.addEventListener("pointermove", (event) => {
      own(event);
      if (grip.hasPointerCapture(event.pointerId)) this.hang(viewer.stage.point(event)[0]);
    });
    for (const name of ["pointerup", "dblclick"]) grip.addEventListener(name, own);
    grip.addEventListener("keydown", (event) => {
      const { view } = viewer.camera;
      if (!(event.key in STEPS) && event.key !== "Home" && event.key !== "End") return;
      own(event);
      event.preventDefault();
      if (event.key in STEPS) this.hang(this.edge(view) + STEPS[event.key] * view.w);
      else this.hang(event.key === "Home" ? 0 : view.w);
    });
  }

  close() {
    clearInterval(this.timer);
  }
}
