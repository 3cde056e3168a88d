// How long something is in the picture: a bar of a round length.

import { floating } from "./chrome.js";
import { element } from "./stage.js";

const MOST = 120; // CSS pixels,
const SHARE = 0.18; // and of the view; the style sheet says so too
const UNITS = [["m", 1e6], ["mm", 1e3], ["µm", 1], ["nm", 1e-3]]; // and their micrometres

/**
 * The longest round length that fits.
 * @param {number} step CSS pixels to a picture pixel
 * @param {[number, number] | null} microns of a pixel as (y, x), where they are known
 * @param {number} most CSS pixels
 * @returns {{width: number, words: string}} CSS pixels, and what they stand for
 */
export function round(step, microns, most) {
  const unit = microns ? microns[1] : 1; // of a picture pixel
  const length = below((most * unit) / step);
  const width = (length / unit) * step;
  if (!microns) return { width, words: `${length.toLocaleString("en")} px` };
  const [name, size] = UNITS.find(([, size]) => length >= 0.999 * size) ?? UNITS.at(-1);
  return { width, words: `${Number((length / size).toPrecision(3))} ${name}` };
}

/** The largest of 1, 2, 5 x 10^n that is not above. */
function below(value) {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const first = [5, 2, 1].find((digit) => digit * power <= value * (1 + 1e-9)) ?? 1;
  return first * power;
}

export class ScaleBar {
  constructor(viewer) {
    this.viewer = viewer;
    this.node = element("div", "scalebar glass", floating(viewer, "foot"));
    this.floats = this.node;
    this.node.role = "img";
    this.words = element("span", "", this.node);
    this.bar = element("div", "length", this.node);
  }

  draw(context, view) {
    const microns = this.viewer.header?.source.microns;
    const most = Math.min(MOST, (SHARE * view.w) / view.k);
    const { width, words } = round(view.s / view.k, microns, most);
    const key = `${words} ${width.toFixed(2)}`;
    if (key === this.key) return;
    this.key = key;
    this.bar.style.width = `${width}px`;
    this.words.textContent = words;
    this.node.ariaLabel = `Scale bar: ${words}`;
  }
}
