// The whole picture in small: where the view is, and a way to somewhere else.

import { floating, remember, remembered } from "./chrome.js";
import { element } from "./stage.js";
import { center, toPicture } from "./view.js";

const [WIDE, TALL] = [170, 124]; // CSS pixels at most
const ROOM = 420; // CSS pixels: narrower viewers have none for it
const FEW = 256; // saccades that are still dots of their own

export class Minimap {
  constructor(viewer) {
    this.viewer = viewer;
    const right = floating(viewer, "right");
    this.node = element("div", "minimap glass");
    right.prepend(this.node);
    this.canvas = element("canvas", "", this.node);
    this.canvas.role = "img";
    this.canvas.ariaLabel = "Map of the whole picture: drag to move the view";
    this.context = this.canvas.getContext("2d");
    this.off = remembered("minimap") === "off";
    this.node.hidden = true;
    this.keys = { m: ["Look", "the map of the picture", () => this.toggle()] };
    this.listen();
  }

  toggle() {
    this.off = !this.off;
    remember("minimap", this.off ? "off" : "on");
    this.viewer.draw();
  }

  listen() {
    const { canvas } = this;
    let grip = null; // from the pointer to the middle of the view, in picture pixels
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      const [x, y] = this.point(event);
      const { view } = this.viewer.camera;
      const [mx, my] = toPicture(view, view.w / 2, view.h / 2);
      const [across, down] = [view.w / view.s / 2, view.h / view.s / 2];
      const inside = Math.abs(x - mx) < across && Math.abs(y - my) < down;
      grip = inside ? [mx - x, my - y] : [0, 0];
      if (!inside) this.look(x, y);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!grip) return;
      const [x, y] = this.point(event);
      this.look(x + grip[0], y + grip[1]);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => (grip = null));
    }
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { camera, actions } = this.viewer;
      const { w, h } = camera.view;
      actions.zoom(w / 2, h / 2, Math.exp(-event.deltaY * 0.0018));
      actions.pointer = null;
    }, { passive: false });
  }

  /** The picture point under a pointer. */
  point(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [H, W] = this.viewer.camera.size;
    return [((event.clientX - left) / width) * W, ((event.clientY - top) / height) * H];
  }

  look(x, y) {
    const { camera } = this.viewer;
    camera.set(center(camera.size, camera.exact, x, y));
  }

  draw(context, view) {
    const [H, W] = this.viewer.camera.size;
    const [right, lower] = toPicture(view, view.w, view.h);
    const whole = view.x <= 0.5 && view.y <= 0.5 && right >= W - 0.5 && lower >= H - 0.5;
    this.node.hidden = this.off || whole || view.w / view.k < ROOM;
    if (this.node.hidden) return;
    const scale = Math.min(WIDE / W, TALL / H);
    const [w, h] = [Math.max(8, Math.round(W * scale)), Math.max(8, Math.round(H * scale))];
    this.measure(w, h, view.k);
    this.paint(w, h, view);
  }

  measure(w, h, k) {
    const { canvas } = this;
    if (canvas.width === Math.round(w * k) && canvas.height === Math.round(h * k)) return;
    [canvas.width, canvas.height] = [Math.round(w * k), Math.round(h * k)];
    [canvas.style.width, canvas.style.height] = [`${w}px`, `${h}px`];
  }

  paint(w, h, view) {
    const { context, viewer } = this;
    const [H, W] = viewer.camera.size;
    const [fx, fy] = [w / W, h / H];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.ground(w, h, view.k), 0, 0);
    context.setTransform(view.k, 0, 0, view.k, 0, 0);
    const [x, y] = [view.x * fx, view.y * fy];
    const [across, down] = [(view.w / view.s) * fx, (view.h / view.s) * fy];
    // What is out of sight is dimmed; the smallest view is still a square to be seen.
    const shade = new Path2D();
    shade.rect(0, 0, w, h);
    shade.rect(x, y, across, down);
    context.fillStyle = "rgb(12 13 15 / 0.45)";
    context.fill(shade, "evenodd");
    const grow = (length) => Math.max(0, 5 - length) / 2;
    const frame = [
      x - grow(across), y - grow(down), Math.max(5, across), Math.max(5, down),
    ];
    context.strokeStyle = "rgb(0 0 0 / 0.7)";
    context.lineWidth = 3;
    context.strokeRect(...frame);
    context.strokeStyle = "#fff";
    context.lineWidth = 1.5;
    context.strokeRect(...frame);
  }

  /** What lies below the frame: picture and saccades, drawn anew only where they changed. */
  ground(w, h, k) {
    const { viewer, below } = this;
    const picture = viewer.tiles.overview?.();
    const layer = viewer.actions.landings;
    const now = [w, h, k, picture, layer?.order];
    if (below && now.every((one, i) => one === below.of[i])) return below.canvas;
    const canvas = new OffscreenCanvas(Math.round(w * k), Math.round(h * k));
    const context = canvas.getContext("2d");
    context.setTransform(k, 0, 0, k, 0, 0);
    context.fillStyle = "#26282b";
    context.fillRect(0, 0, w, h);
    context.imageSmoothingQuality = "high";
    if (picture) context.drawImage(picture, 0, 0, w, h);
    const [H, W] = viewer.camera.size;
    if (layer) saccades(context, layer, w / W, h / H);
    this.below = { of: now, canvas };
    return canvas;
  }
}

function saccades(context, layer, fx, fy) {
  const radius = layer.count > FEW ? 1 : 1.8;
  for (let i = layer.count - 1; i >= 0; i--) {
    context.beginPath();
    context.arc(layer.x[i] * fx, layer.y[i] * fy, radius, 0, 2 * Math.PI);
    context.fillStyle = "rgb(0 0 0 / 0.7)";
    context.lineWidth = 1.2;
    context.strokeStyle = "rgb(0 0 0 / 0.7)";
    context.stroke();
    context.fillStyle = layer.colors[i];
    context.fill();
  }
}
