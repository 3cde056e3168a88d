// Where the viewer looks: pure functions from view to view.
//
// A view is {x, y, s, w, h, k}: the picture point (x, y) lies in the canvas's upper left corner,
// one picture pixel is s canvas pixels wide, the canvas has w x h pixels, k of them to a CSS pixel,
// and bars [x0, y0, x1, y1] lie over it.

import { whole } from "./frame.js";

const CLOSEST = 64; // CSS pixels to a picture pixel

/** The whole picture, in the middle of what the bars leave free. */
export function fit(size, view) {
  const { s, left, top } = whole(size, view, CLOSEST * view.k);
  return { ...view, s, x: -left / s, y: -top / s };
}

/** @returns {[number, number]} the picture point under a canvas point */
export const toPicture = (view, px, py) => [view.x + px / view.s, view.y + py / view.s];

/** @returns {[number, number]} the canvas point of a picture point */
export const toCanvas = (view, x, y) => [(x - view.x) * view.s, (y - view.y) * view.s];

/** Canvas pixels of a side as it is drawn: a picture thinner than one still has one. */
export const seen = (side, view, length) => (length * view.s < 1 ? Math.max(1, side) : side);

/** Scale by a factor; the picture point under (px, py) stays where it is. */
export function zoomAt(size, view, px, py, factor) {
  const smallest = fit(size, view).s / 2;
  const s = exact(Math.max(smallest, Math.min(CLOSEST * view.k, view.s * factor)));
  const [x, y] = toPicture(view, px, py);
  return hold(size, { ...view, s, x: x - px / s, y: y - py / s });
}

/** 200 % is 2, not 2.0000000000000004, nor what the nine digits of a link make of it. */
const exact = (s) => (Math.abs(s - Math.round(s)) < 1e-8 * s ? Math.round(s) : s);

/** Move the picture by canvas pixels. */
export function pan(size, view, dx, dy) {
  return hold(size, { ...view, x: view.x - dx / view.s, y: view.y - dy / view.s });
}

/** Put a picture point into the middle, at a scale. */
export function center(size, view, x, y, scale = view.s) {
  const s = exact(scale);
  return hold(size, { ...view, s, x: x - view.w / s / 2, y: y - view.h / s / 2 });
}

/** The same middle and scale in a canvas of another size. */
export function resize(view, w, h, k, bars) {
  const s = (view.s * k) / view.k;
  const [x, y] = toPicture(view, view.w / 2, view.h / 2);
  return { w, h, k, bars, s, x: x - w / s / 2, y: y - h / s / 2 };
}

/**
 * Keep the picture in sight: a strip of it or a quarter of the canvas where it is seen closely,
 * more of it the farther away one is, and all of it from where the whole fits.
 */
function hold(size, view) {
  const [H, W] = size;
  const across = view.w / view.s;
  const down = view.h / view.s;
  const loose = Math.max(0, Math.min(1, Math.log2(view.s / fit(size, view).s)));
  const share = 1 - 0.75 * loose;
  const [right, lower] = [Math.min(W, across * share), Math.min(H, down * share)];
  return {
    ...view,
    x: Math.max(right - across, Math.min(W - right, view.x)),
    y: Math.max(lower - down, Math.min(H - lower, view.y)),
  };
}

const MAGNIFIED = { small: 0.75, normal: 1, large: 1.6 }; // as figures.layers has it
const WINDOW = 650; // CSS pixels: in a window of about so many down and across marks are as usual
const [LEAST, MOST] = [0.875, 3];

/** The view for whoever draws marks: they grow with the window, and more for a projector. */
export function sized(view, magnify = "normal") {
  const share = Math.sqrt(view.w * view.h) / view.k / WINDOW;
  const window = Math.round(8 * Math.max(LEAST, Math.min(MOST, share))) / 8;
  return { ...view, k: view.k * window * MAGNIFIED[magnify] };
}

/** Between two views: the scale runs evenly to the eye, and a common fixed point stays fixed. */
export function between(a, b, t) {
  const s = a.s * (b.s / a.s) ** t;
  const even = Math.abs(a.s - b.s) < 1e-9 * a.s;
  const u = even ? t : (1 / a.s - 1 / s) / (1 / a.s - 1 / b.s);
  return { ...b, s, x: a.x + (b.x - a.x) * u, y: a.y + (b.y - a.y) * u };
}

/** At 100 % and above whole pixels start at whole canvas pixels, so that none is blended. */
export function settle(view) {
  if (view.s !== Math.round(view.s)) return view;
  const whole = (place) => Math.round(place * view.s) / view.s;
  return { ...view, x: whole(view.x), y: whole(view.y) };
}
