// The way from landing to landing: its colour runs with the order, arrowheads show the direction.

import { CASING, arrowhead } from "./ink.js";

export const FEW = 64; // so many can be told apart at a glance
const ROOM = 40; // CSS pixels: shorter pieces have no arrowhead

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{k: number}} view
 * @param {[number, number][]} points on the canvas, in visiting order
 * @param {string[]} colors of the points
 * @param {number} strength 0 to 1
 */
export function drawPath(context, view, points, colors, strength) {
  const n = points.length;
  const many = n > FEW;
  const width = (many ? 1 : 1.5) * view.k;
  context.globalAlpha = strength * (many ? 0.45 : 0.9);
  context.strokeStyle = CASING;
  context.lineWidth = width * 2.2;
  context.stroke(line(points));
  context.lineWidth = width;
  const pieces = Math.min(n - 1, FEW); // a thousand saccades still cost only 64 strokes
  for (let p = 0; p < pieces; p++) {
    const [from, to] = [p, p + 1].map((q) => Math.floor(((n - 1) * q) / pieces));
    context.strokeStyle = colors[to];
    context.stroke(line(points.slice(from, to + 1)));
  }
  for (let i = 1; !many && i < n; i++) {
    const [[ax, ay], [bx, by]] = [points[i - 1], points[i]];
    if (Math.hypot(bx - ax, by - ay) < ROOM * view.k) continue;
    const [x, y] = [ax + 0.55 * (bx - ax), ay + 0.55 * (by - ay)];
    arrowhead(context, x, y, Math.atan2(by - ay, bx - ax), 9 * view.k, colors[i]);
  }
  context.globalAlpha = 1;
}

function line(points) {
  const path = new Path2D();
  points.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  return path;
}
