// One frame.

import { rectangle, stroke } from "./ink.js";
import { toCanvas } from "./view.js";

const BACKGROUND = "#18191b"; // neutral and dark in every theme, so that colours keep their look

/** @param {import("./viewer.js").Viewer} viewer */
export function draw(viewer) {
  const { stage, tiles, shown, hovered, selected, camera } = viewer;
  const { view, size } = camera;
  const { picture, marks } = stage;

  picture.fillStyle = BACKGROUND;
  picture.fillRect(0, 0, view.w, view.h);
  let missing = tiles.draw(picture, view);
  for (const layer of shown) missing += layer.paint?.(picture, view) ?? 0;
  frame(picture, view, size);

  const lined = shown.filter((layer) => layer.outline);
  stage.lines.canvas.style.opacity = lined[0]?.opacity ?? 1;
  const outline = (pixels) => lined.forEach((layer) => layer.outline(pixels, view));
  stage.outline(lined.length ? outline : null);

  marks.clearRect(0, 0, view.w, view.h);
  for (const layer of lined) leaf(marks, view, layer, hovered.leaves, 0.16);
  for (const layer of lined) leaf(marks, view, layer, selected.leaves, 0.3);
  const state = { hovered: hovered.landings, selected: selected.landings, truth: hovered.truth };
  for (const kind of ["truth", "landings"]) {
    for (const layer of shown) if (layer.kind === kind) layer.mark(marks, view, state);
  }
  viewer.legend.zoom(100 * view.s);
  report(viewer, missing);
}

/** A hair line around the picture: black borders would melt into the background. */
function frame(context, view, [H, W]) {
  context.strokeStyle = "rgb(255 255 255 / 0.12)";
  context.lineWidth = 1;
  const [x0, y0] = toCanvas(view, 0, 0);
  context.stroke(rectangle(x0 - 1, y0 - 1, ...toCanvas(view, W, H)));
}

function leaf(context, view, layer, index, alpha) {
  if (index === null || index >= layer.count) return;
  const [x0, y0, x1, y1] = layer.box(index);
  const path = rectangle(...toCanvas(view, x0, y0), ...toCanvas(view, x1, y1));
  context.fillStyle = `rgb(255 255 255 / ${alpha})`;
  context.fill(path);
  stroke(context, path, "#fff", 1.25 * view.k);
}

/** The state in attributes: for tests, and for whoever looks at the page's elements. */
function report({ root, layers, hidden, header, updates, selected, camera }, missing) {
  const count = (kind) => layers.find((layer) => layer.kind === kind)?.count ?? 0;
  const { x, y, s, k } = camera.view;
  Object.assign(root.dataset, {
    saccades: count("landings"),
    leaves: count("leaves"),
    digest: header?.digest ?? "",
    updates,
    missing,
    hidden: [...hidden].sort(),
    selected: selected.landings ?? "",
    view: JSON.stringify({ x, y, s, k }),
    busy: camera.target !== null, // or a frame is due: set by whoever asks for one,
  });
}
