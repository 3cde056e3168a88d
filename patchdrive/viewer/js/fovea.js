// What the eye does not see: dim where it never was, blurred away from where it looks.

const DARK = "#0b0c0e";
const HALVES = 4; // the far periphery is seen at a sixteenth of the screen's resolution

export class Veil {
  canvases = [];

  /** A context of a canvas of its own, of this size. */
  scratch(n, w, h) {
    const canvas = (this.canvases[n] ??= new OffscreenCanvas(w, h));
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    return canvas.getContext("2d");
  }

  /** Darken all but some rectangles [x0, y0, x1, y1]. */
  dim(context, view, windows, strength) {
    const veil = this.scratch(0, view.w, view.h);
    veil.globalCompositeOperation = "copy";
    veil.fillStyle = DARK;
    veil.fillRect(0, 0, view.w, view.h);
    for (const [x0, y0, x1, y1] of windows) {
      const [left, top] = [Math.round(x0), Math.round(y0)];
      veil.clearRect(left, top, Math.round(x1) - left, Math.round(y1) - top);
    }
    context.save();
    context.globalAlpha = strength;
    context.drawImage(veil.canvas, 0, 0);
    context.restore();
  }

  /**
   * Blur what is drawn already, more the farther it lies from the gaze. Halved copies of the canvas
   * are the blur: the mild one around the sharp middle, the strong one beyond.
   * @param {[number, number]} gaze canvas pixels
   * @param {number} reach canvas pixels that are sharp
   */
  blur(context, { w, h }, gaze, reach) {
    const [near, far] = this.halved(context, w, h);
    const [width, height] = [Math.ceil(w / 2), Math.ceil(h / 2)];
    const ring = this.scratch(1, width, height);
    const [x, y] = [gaze[0] / 2, gaze[1] / 2];
    const mask = (inner, outer, composite) => {
      const gradient = ring.createRadialGradient(x, y, inner / 2, x, y, outer / 2);
      gradient.addColorStop(0, "#000");
      gradient.addColorStop(1, "rgb(0 0 0 / 0)");
      ring.globalCompositeOperation = composite;
      ring.fillStyle = gradient;
      ring.fillRect(0, 0, width, height);
    };
    ring.globalCompositeOperation = "copy";
    ring.drawImage(near, 0, 0, width, height);
    mask(2 * reach, 5 * reach, "destination-in");
    ring.globalCompositeOperation = "destination-over";
    ring.drawImage(far, 0, 0, width, height);
    mask(0.8 * reach, 1.9 * reach, "destination-out");
    context.save();
    context.imageSmoothingEnabled = true;
    context.drawImage(ring.canvas, 0, 0, w, h);
    context.restore();
  }

  /** The canvas at a quarter and at a sixteenth of its size. */
  halved(context, w, h) {
    let [from, width, height] = [context.canvas, w, h];
    const copies = [];
    for (let n = 0; n < HALVES; n++) {
      const [fw, fh] = [width, height];
      [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
      const copy = this.scratch(2 + n, width, height);
      copy.globalCompositeOperation = "copy";
      copy.drawImage(from, 0, 0, fw, fh, 0, 0, width, height);
      copies.push((from = copy.canvas));
    }
    return [copies[1], copies[HALVES - 1]];
  }
}
