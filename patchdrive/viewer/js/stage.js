// Two canvases on top of one another, with as many pixels as the device has there.

import { allowed, pixels } from "./frame.js";

/** Create an element with a class. */
export function element(tag, name, parent) {
  const made = document.createElement(tag);
  made.className = name;
  parent?.append(made);
  return made;
}

export class Stage {
  /**
   * @param {HTMLElement} box
   * @param {(w: number, h: number, k: number) => void} resized in canvas pixels; k to a CSS one
   */
  constructor(box, resized) {
    this.box = box;
    this.resized = resized;
    const canvas = (name, options) => element("canvas", name, box).getContext("2d", options);
    this.picture = canvas("picture", { alpha: false }); // nothing shines through: cheaper to show
    this.marks = canvas("marks");
    this.observer = new ResizeObserver(([entry]) => this.measure(entry));
    this.ended = new AbortController();
    this.observe();
  }

  /** Measure the box now and whenever it, or the screen's density, is another one. */
  observe() {
    const { box, observer, ended } = this;
    observer.unobserve(box);
    try {
      observer.observe(box, { box: "device-pixel-content-box" });
    } catch {
      observer.observe(box); // Safari
    }
    const density = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const once = { once: true, signal: ended.signal };
    density.addEventListener("change", () => this.observe(), once);
  }

  measure(entry) {
    const { width, height } = entry.contentRect;
    const ratio = window.devicePixelRatio || 1;
    if (!width || !height) return; // it is hidden, and keeps its pixels until it is seen again
    let [w, h] = pixels(width, height, ratio);
    const exact = entry.devicePixelContentBoxSize?.[0];
    // An emulated density leaves this box in CSS pixels; a real one only rounds differently.
    const near = exact && Math.abs(exact.inlineSize - w) < 3;
    if (near && allowed(exact.inlineSize, exact.blockSize)) {
      [w, h] = [exact.inlineSize, exact.blockSize];
    }
    for (const { canvas } of [this.picture, this.marks]) {
      canvas.width = w;
      canvas.height = h;
    }
    this.image = null;
    this.ratio = w / width;
    this.resized(w, h, this.ratio);
  }

  /** Begin the marks anew, with fine lines that are written through pixels, or (null) empty. */
  begin(outline) {
    const { width, height } = this.marks.canvas;
    if (!outline) return this.marks.clearRect(0, 0, width, height);
    this.image ??= this.marks.createImageData(width, height);
    const pixels = new Uint32Array(this.image.data.buffer);
    pixels.fill(0);
    outline(pixels);
    this.marks.putImageData(this.image, 0, 0);
  }

  /** Canvas pixels of a pointer event. */
  point(event) {
    const k = this.ratio;
    // On the box itself the browser knows the place; asking where the box lies costs a layout.
    if (event.target === this.box) return [event.offsetX * k, event.offsetY * k];
    const rectangle = this.box.getBoundingClientRect();
    return [(event.clientX - rectangle.left) * k, (event.clientY - rectangle.top) * k];
  }

  close() {
    this.ended.abort();
    this.observer.disconnect();
  }
}
