// Two strips over the picture: what edits it, and what plays.

import { button, floating } from "./chrome.js";
import { Hand } from "./hand.js";
import { icon } from "./icons.js";
import { Lasso } from "./lasso.js";
import * as marks from "./marks.js";
import { Player } from "./player.js";
import { element } from "./stage.js";

/** Undo, redo, outlines and clearing: only where the hand may edit. */
export class Edits {
  constructor(viewer) {
    this.viewer = viewer;
    const [hand, lasso] = [viewer.part(Hand), viewer.part(Lasso)];
    Object.assign(this, { hand, lasso });
    const strip = element("div", "strip edits glass", floating(viewer, "foot"));
    strip.role = "toolbar";
    strip.ariaLabel = "Edit saccades";
    this.strip = this.floats = strip;
    this.hint = element("span", "hint", strip);
    this.hint.textContent = "Draw an outline, Esc ends";
    this.undo = button(strip, "undo", "Undo", () => hand.again(false), "Ctrl+Z");
    this.redo = button(strip, "redo", "Redo", () => hand.again(true), "Ctrl+Y");
    const words = "Outline what may be looked at";
    this.outline = button(strip, "outline", words, () => lasso.toggle(), "o");
    this.clear = button(strip, "clear", "Clear all marks", () => this.wipe());
    lasso.changed = () => this.restyle();
    this.restyle();
  }

  wipe() {
    this.hand.edit({ keep: "", ban: "", inside: "" });
  }

  update() {
    this.restyle();
  }

  restyle() {
    const { hand, lasso, viewer } = this;
    const set = hand.on ? marks.counts(hand.texts) : [0, 0, 0];
    this.strip.hidden = !hand.on;
    this.undo.disabled = !hand.history.past.length;
    this.redo.disabled = !hand.history.future.length;
    this.clear.disabled = !set.some(Boolean);
    this.outline.ariaPressed = lasso.tool;
    this.hint.hidden = !lasso.tool;
    viewer.root.dataset.marks = set;
    viewer.root.dataset.editing = hand.on ? (lasso.tool ? "lasso" : "on") : "off";
  }
}

const PLAYED = ["landings", "leaves"];

/** Play, steps, speed and the foveated view. */
export class Transport {
  constructor(viewer) {
    this.viewer = viewer;
    const player = (this.player = viewer.part(Player));
    const strip = element("div", "strip transport glass", floating(viewer, "foot"));
    strip.role = "toolbar";
    strip.ariaLabel = "Play";
    this.strip = this.floats = strip;
    button(strip, "before", "The one before", () => player.step(-1), ",");
    this.play = button(strip, "play", "Play", () => player.toggle(), "Space");
    button(strip, "next", "The next one", () => player.step(1), ".");
    this.count = element("span", "count", strip);
    this.speed(strip, player);
    this.fovea = button(strip, "fovea", "Foveated view", () => player.foveate(), "v");
    player.changed = () => this.restyle();
    this.restyle();
  }

  /** By powers of two, in halves. */
  speed(strip, player) {
    const label = element("label", "speed", strip);
    label.title = "Speed";
    const input = element("input", "", label);
    Object.assign(input, { type: "range", min: -2, max: 2, step: 0.5, value: 0 });
    input.ariaLabel = "Speed";
    const words = element("span", "", label);
    const show = () => {
      player.speed = 2 ** Number(input.value);
      words.textContent = `${Number(player.speed.toFixed(2))}x`;
      input.ariaValueText = `${words.textContent} speed`;
    };
    input.addEventListener("input", show);
    show();
  }

  update() {
    this.restyle();
  }

  restyle() {
    const { track, playing, foveated, subject } = this.player;
    // Where layers are hidden for a while its place is kept: the picture does not jump.
    this.strip.hidden = !this.viewer.layers.some(({ kind }) => PLAYED.includes(kind));
    this.strip.style.visibility = subject ? "" : "hidden";
    this.strip.classList.toggle("open", track !== null);
    this.count.textContent = track?.words ?? "";
    this.fovea.hidden = subject?.kind !== "landings";
    this.fovea.ariaPressed = foveated;
    if (this.shown === playing) return;
    this.shown = playing;
    this.play.replaceChildren(icon(playing ? "pause" : "play"));
    this.play.ariaLabel = playing ? "Pause" : "Play";
    this.play.title = `${this.play.ariaLabel} (Space)`;
  }
}
