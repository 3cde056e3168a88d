// Mouse, pen and fingers: wheel and pinch zoom, drag pans, a click is what did not become a drag.

const SLACK = 4; // CSS pixels that a click may wander

/**
 * @param {HTMLElement} box
 * @param {(event: PointerEvent) => [number, number]} point canvas pixels of an event
 * @param {import("./actions.js").Actions} actions
 */
export function listen(box, point, actions) {
  const down = new Map(); // pointer -> last place
  let start = null; // place of the press, until it becomes a drag
  let held = null; // what took the drag, in place of the picture

  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0018; // ctrl: a pinch on a touch pad
    actions.zoom(...point(event), Math.exp(-event.deltaY * lines * speed));
  }, { passive: false });

  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    box.setPointerCapture(event.pointerId);
    down.set(event.pointerId, point(event));
    start = down.size === 1 ? [event.clientX, event.clientY] : null;
    held?.cancel?.();
    held = start && actions.grab(...point(event), event);
    box.focus({ preventScroll: true });
  });

  box.addEventListener("pointermove", (event) => {
    const now = point(event);
    const before = down.get(event.pointerId);
    if (!before) return actions.hover(...now);
    if (start) {
      if (Math.hypot(event.clientX - start[0], event.clientY - start[1]) < SLACK) return;
      start = null;
      box.classList.add("dragging");
      actions.leave();
    }
    down.set(event.pointerId, now);
    if (held) held.move(...now, event);
    else if (down.size === 2) pinch(event.pointerId, before, now);
    else actions.pan(now[0] - before[0], now[1] - before[1]);
  });

  function pinch(id, before, now) {
    const [, other] = [...down].find(([pointer]) => pointer !== id);
    const apart = ([x, y]) => Math.max(1, Math.hypot(x - other[0], y - other[1]));
    const middle = ([x, y]) => [(x + other[0]) / 2, (y + other[1]) / 2];
    const [from, to] = [middle(before), middle(now)];
    actions.pan(to[0] - from[0], to[1] - from[1]);
    actions.zoom(...to, apart(now) / apart(before));
  }

  const release = (event) => {
    if (!down.delete(event.pointerId)) return;
    if (!down.size) box.classList.remove("dragging");
    // The second click of a double click belongs to the zoom.
    const clicked = start && event.type === "pointerup";
    if (held && !clicked) held.end(...point(event), event);
    else held?.cancel?.();
    held = null;
    if (clicked && !second(event)) actions.click(...point(event), event);
    start = null;
  };
  let last = { timeStamp: -Infinity };
  const second = (event) => {
    const near = Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < 2 * SLACK;
    const soon = event.timeStamp - last.timeStamp < 350;
    last = event;
    return soon && near;
  };
  box.addEventListener("pointerup", release);
  box.addEventListener("pointercancel", release);
  box.addEventListener("pointerleave", () => actions.leave());
  box.addEventListener("dblclick", (event) => actions.twice(...point(event), event));
}
