// One frame.

import { drawGrid } from "./grid.js";
import { rectangle, stroke } from "./ink.js";
import { sized, toCanvas } from "./view.js";

const BACKGROUND = "#18191b"; // neutral and dark in every theme, so that colours keep their look

/** @param {import("./viewer.js").Viewer} viewer */
export function draw(viewer) {
  const { stage, tiles, shown, hovered, selected, camera, parts } = viewer;
  const { view, size } = camera;
  const marked = sized(view, viewer.turns.values.magnify);
  const { picture, marks } = stage;

  picture.fillStyle = BACKGROUND;
  picture.fillRect(0, 0, view.w, view.h);
  if (tiles.ready) viewer.forget();
  viewer.former?.draw(picture, view, true);
  let missing = tiles.draw(picture, view, camera.moving);
  for (const layer of shown) {
    within(picture, view, viewer.side(layer), (part) => {
      missing += layer.paint?.(picture, part) ?? 0;
    });
  }
  for (const part of parts) part.shade?.(picture, view);
  drawGrid(picture, view, size);
  frame(picture, view, size);

  const lined = shown.filter((layer) => layer.lined);
  const outline = (pixels) => {
    for (const layer of lined) {
      const clip = viewer.side(layer);
      if (clip) layer.outline(pixels, { ...marked, clip, moving: camera.moving });
    }
  };
  stage.begin(lined.length ? outline : null);

  const leaves = shown.filter(({ kind }) => kind === "leaves");
  for (const layer of leaves) leaf(marks, view, layer, hovered.leaves, 0.16);
  for (const layer of leaves) leaf(marks, view, layer, selected.leaves, 0.3);
  const own = ({ of, landings }, { name }) => (of === null || of === name ? landings : null);
  for (const kind of ["truth", "landings"]) {
    for (const layer of shown.filter((one) => one.kind === kind)) {
      const state = { hovered: own(hovered, layer), selected: own(selected, layer) };
      within(marks, marked, viewer.side(layer), (part) => {
        layer.mark(marks, part, { ...state, truth: hovered.truth });
      });
    }
  }
  for (const part of parts) part.draw?.(marks, view);
  report(viewer, missing);
}

/** Draw within columns [from, to) of the canvas; null: nowhere. */
function within(context, view, side, paint) {
  if (!side) return;
  const [from, to] = side;
  if (from <= 0 && to >= view.w) return paint(view);
  context.save();
  context.beginPath();
  context.rect(from, 0, to - from, view.h);
  context.clip();
  paint(view);
  context.restore();
}

/** A hair line around the picture: black borders would melt into the background. */
function frame(context, view, [H, W]) {
  context.strokeStyle = "rgb(255 255 255 / 0.12)";
  context.lineWidth = 1;
  const [x0, y0] = toCanvas(view, 0, 0);
  context.stroke(rectangle(x0 - 1, y0 - 1, ...toCanvas(view, W, H)));
}

function leaf(context, view, layer, index, alpha) {
  const box = layer.box(index);
  if (!box) return;
  const [x0, y0, x1, y1] = box;
  const path = rectangle(...toCanvas(view, x0, y0), ...toCanvas(view, x1, y1));
  context.fillStyle = `rgb(255 255 255 / ${alpha})`;
  context.fill(path);
  stroke(context, path, "#fff", 1.25 * view.k);
}

/** The state in attributes: for tests, and for whoever looks at the page's elements. */
function report({ root, layers, header, updates, selected, camera, turns }, missing) {
  const count = (kind) => layers.find((layer) => layer.kind === kind)?.count ?? 0;
  const hidden = layers.filter(({ visible }) => !visible).map(({ name }) => name);
  const { x, y, s, k } = camera.view;
  const state = {
    saccades: count("landings"),
    leaves: count("leaves"),
    digest: header?.digest ?? "",
    updates,
    missing,
    hidden: hidden.sort(),
    selected: selected.landings ?? "",
    view: JSON.stringify({ x, y, s, k }),
    turn: turns.number,
    pending: [...turns.pending.keys()],
    busy: camera.moving, // or a frame is due: set by whoever asks for one,
  };
  // Writing what stands there already would still cost the browser a look at all styles.
  for (const [name, value] of Object.entries(state)) {
    if (root.dataset[name] !== `${value}`) root.dataset[name] = value;
  }
}
