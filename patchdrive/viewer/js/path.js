// The way from landing to landing: its colour runs with the order, arrowheads show the direction.

import { CASING, arrowhead } from "./ink.js";
import { thin } from "./thin.js";

export const FEW = 64; // so many can be told apart at a glance
const ROOM = 40; // CSS pixels: shorter pieces have no arrowhead

/**
 * A path of many landings, straight into the pixels.
 * @param {Uint32Array} pixels @param {{w, h, k, clip?}} view
 * @param {[number, number][]} points on the canvas, in visiting order
 * @param {number[]} colors of the points, as pixels
 * @param {number} strength 0 to 1
 */
export function drawWeb(pixels, view, points, colors, strength) {
  const width = Math.max(1, Math.round(view.k));
  for (let i = 1; i < points.length; i++) {
    const pen = { color: colors[i], alpha: 0.45 * strength, width };
    thin(pixels, view, points[i - 1], points[i], pen);
  }
}

/**
 * A path of few.
 * @param {CanvasRenderingContext2D} context
 * @param {{k: number}} view
 * @param {[number, number][]} points on the canvas, in visiting order
 * @param {string[]} colors of the points
 * @param {number} strength 0 to 1
 */
export function drawPath(context, view, points, colors, strength) {
  const n = points.length;
  const width = 1.5 * view.k;
  context.globalAlpha = 0.9 * strength;
  context.lineCap = "round"; // as a bend of one line would look
  context.strokeStyle = CASING;
  context.lineWidth = width * 2.2;
  for (let i = 1; i < n; i++) piece(context, points[i - 1], points[i]);
  context.lineWidth = width;
  for (let i = 1; i < n; i++) {
    context.strokeStyle = colors[i];
    piece(context, points[i - 1], points[i]);
  }
  for (let i = 1; i < n; i++) {
    const [[ax, ay], [bx, by]] = [points[i - 1], points[i]];
    if (Math.hypot(bx - ax, by - ay) < ROOM * view.k) continue;
    const [x, y] = [ax + 0.55 * (bx - ax), ay + 0.55 * (by - ay)];
    arrowhead(context, x, y, Math.atan2(by - ay, bx - ax), 9 * view.k, colors[i]);
  }
  context.globalAlpha = 1;
}

/** One straight line: a long path that crosses itself takes ten times as long to fill. */
function piece(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}
