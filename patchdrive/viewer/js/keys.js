// The keyboard. Keys that mean nothing here go on to the page.

const STEP = 0.12; // of the canvas, for the arrows

/** What each key does: [group, words, action]. */
const KEYS = {
  "+": ["Look", "closer", (actions) => actions.zoomBy(Math.SQRT2)],
  "-": ["Look", "away", (actions) => actions.zoomBy(Math.SQRT1_2)],
  0: ["Look", "the whole picture", (actions) => actions.fit()],
  1: ["Look", "100 %", (actions) => actions.zoomTo(1)],
  ArrowLeft: ["Look", "move", (actions) => actions.panBy(STEP, 0)],
  ArrowRight: ["Look", "move", (actions) => actions.panBy(-STEP, 0)],
  ArrowUp: ["Look", "move", (actions) => actions.panBy(0, STEP)],
  ArrowDown: ["Look", "move", (actions) => actions.panBy(0, -STEP)],
  f: ["Look", "full screen", (actions) => actions.fullScreen()],
  h: ["Layers", "saliency map", (actions) => actions.toggle("raster")],
  a: ["Layers", "the map alone", (actions) => actions.alone()],
  q: ["Layers", "leaves", (actions) => actions.toggle("leaves")],
  e: ["Layers", "edges", (actions) => actions.toggle("mask")],
  s: ["Layers", "saccades", (actions) => actions.toggle("landings")],
  t: ["Layers", "ground truth", (actions) => actions.toggle("truth")],
  g: ["Layers", "where the eye may land", (actions) => actions.toggle("gate")],
  ",": ["Saccades", "the one before", (actions) => actions.step(-1)],
  ".": ["Saccades", "the next one", (actions) => actions.step(1)],
  Escape: ["Saccades", "deselect", (actions) => actions.escape()],
};
const SAME = { "=": "+" }; // the key of the plus, without shift

/** All keys of a viewer: {key: [group, words, action]}. */
export function all(viewer) {
  const more = viewer.parts.map((part) => part.keys ?? {});
  return Object.assign({}, KEYS, ...more);
}

/**
 * Listen while the viewer has the focus, or while the pointer is on it and nothing has.
 * @param {import("./viewer.js").Viewer} viewer
 * @param {AbortSignal} signal ends it
 */
export function listen(viewer, signal) {
  const { box, root, actions } = viewer;
  const act = (event) => {
    const key = event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key;
    const entry = all(viewer)[SAME[key] ?? key];
    if (!entry || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    entry[2](actions, event);
  };
  box.addEventListener("keydown", act, { signal });
  const free = () => document.activeElement === document.body && root.matches(":hover");
  document.addEventListener("keydown", (event) => free() && act(event), { signal });
}
