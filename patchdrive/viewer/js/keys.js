// The keyboard. Keys that mean nothing here go on to the page.

const STEP = 0.12; // of the canvas, for the arrows

/** What each key does. */
const ACTIONS = {
  "+": (actions) => actions.zoomBy(Math.SQRT2),
  "=": (actions) => actions.zoomBy(Math.SQRT2),
  "-": (actions) => actions.zoomBy(Math.SQRT1_2),
  "0": (actions) => actions.fit(),
  "1": (actions) => actions.zoomTo(1),
  ArrowLeft: (actions) => actions.panBy(STEP, 0),
  ArrowRight: (actions) => actions.panBy(-STEP, 0),
  ArrowUp: (actions) => actions.panBy(0, STEP),
  ArrowDown: (actions) => actions.panBy(0, -STEP),
  h: (actions) => actions.toggle("raster"),
  q: (actions) => actions.toggle("leaves"),
  e: (actions) => actions.toggle("mask"),
  s: (actions) => actions.toggle("landings"),
  t: (actions) => actions.toggle("truth"),
  f: (actions) => actions.fullScreen(),
  ",": (actions) => actions.step(-1),
  ".": (actions) => actions.step(1),
  Escape: (actions) => actions.deselect(),
};

/** The key that shows and hides a kind of layer. */
export const KEY_OF = { raster: "h", leaves: "q", mask: "e", landings: "s", truth: "t" };

/**
 * Listen while the viewer has the focus, or while the pointer is on it and nothing has.
 * @param {HTMLElement} box
 * @param {import("./actions.js").Actions} actions
 * @param {AbortSignal} signal ends it
 */
export function listen(box, actions, signal) {
  const act = (event) => {
    const action = ACTIONS[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    action(actions);
  };
  box.addEventListener("keydown", act, { signal });
  const free = () => document.activeElement === document.body && box.matches(":hover");
  document.addEventListener("keydown", (event) => free() && act(event), { signal });
}
