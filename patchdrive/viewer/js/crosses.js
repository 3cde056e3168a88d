// How edits look: banned places as small crossed circles, and what a box selected.

import { rectangle, stroke } from "./ink.js";
import * as marks from "./marks.js";
import { index } from "./standin.js";
import { toCanvas } from "./view.js";

const RED = "#ff6b6b";
const SIDE = 7; // CSS pixels, the radius of a cross

/** @param {import("./hand.js").Hand} hand */
export function draw(hand, context, view) {
  const { landings, mark, viewer } = hand;
  for (const place of marks.places(hand.texts.ban)) {
    const chosen = mark?.name === "ban" && mark.text === marks.text(place);
    if (chosen) around(context, view, place, viewer.turns.values.radius ?? 0);
    cross(context, view, place, chosen);
  }
  for (const place of hand.several) {
    const i = landings ? index(landings, place) : null;
    if (i === null) continue;
    stroke(context, rectangle(...landings.corners(i, view)), "#fff", 2 * view.k);
    stroke(context, circle(view, place, 12), "#fff", 2 * view.k);
  }
}

function cross(context, view, place, chosen) {
  const [x, y] = middle(view, place);
  const path = circle(view, place, SIDE);
  const side = SIDE * view.k * Math.SQRT1_2;
  path.moveTo(x - side, y + side);
  path.lineTo(x + side, y - side);
  path.moveTo(x - side, y - side);
  path.lineTo(x + side, y + side);
  stroke(context, path, chosen ? "#fff" : RED, (chosen ? 2.25 : 1.6) * view.k);
}

/** Where a banned place forbids to land. */
function around(context, view, [y, x], radius) {
  const at = (by) => toCanvas(view, x + 0.5 + by, y + 0.5 + by);
  const [[left, top], [right, lower]] = [at(-radius - 0.5), at(radius + 0.5)];
  const path = new Path2D();
  path.rect(left, top, right - left, lower - top);
  context.save();
  context.setLineDash([4 * view.k, 4 * view.k]);
  stroke(context, path, RED, view.k);
  context.restore();
}

const middle = (view, [y, x]) => toCanvas(view, x + 0.5, y + 0.5);

function circle(view, place, radius) {
  const path = new Path2D();
  path.arc(...middle(view, place), radius * view.k, 0, 2 * Math.PI);
  return path;
}
