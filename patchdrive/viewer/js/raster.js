// A coloured map over the whole picture: the higher its value, the less of the picture shows.

export class Raster {
  kind = "raster";

  constructor(words, values, lut, size) {
    Object.assign(this, words, { values, lut, size });
    [this.rows, this.columns] = words.shape;
    this.canvas = this.color();
  }

  static async load(words, read, { shape, size }) {
    const [values, lut] = await Promise.all([read("values"), read("lut")]);
    return new Raster({ ...words, shape: shape("values") }, values, lut, size);
  }

  color() {
    const canvas = new OffscreenCanvas(this.columns, this.rows);
    const context = canvas.getContext("2d");
    const picture = context.createImageData(this.columns, this.rows);
    const pixels = new Uint32Array(picture.data.buffer);
    const colors = new Uint32Array(256);
    for (let v = 0; v < 256; v++) {
      const [r, g, b] = this.lut.subarray(3 * v, 3 * v + 3);
      colors[v] = ((v << 24) | (b << 16) | (g << 8) | r) >>> 0;
    }
    for (let i = 0; i < pixels.length; i++) pixels[i] = colors[this.values[i]];
    context.putImageData(picture, 0, 0);
    return canvas;
  }

  paint(context, view) {
    const [across, down] = [this.size[1] / this.columns, this.size[0] / this.rows];
    // Only the cells in sight and one around them: far zooms would scale a huge map otherwise.
    const x0 = Math.max(0, Math.floor(view.x / across) - 1);
    const y0 = Math.max(0, Math.floor(view.y / down) - 1);
    const x1 = Math.min(this.columns, Math.ceil((view.x + view.w / view.s) / across) + 1);
    const y1 = Math.min(this.rows, Math.ceil((view.y + view.h / view.s) / down) + 1);
    if (x1 <= x0 || y1 <= y0) return;
    context.save();
    context.globalAlpha = this.opacity;
    context.imageSmoothingEnabled = true;
    context.drawImage(
      this.canvas, x0, y0, x1 - x0, y1 - y0,
      (x0 * across - view.x) * view.s, (y0 * down - view.y) * view.s,
      (x1 - x0) * across * view.s, (y1 - y0) * down * view.s,
    );
    context.restore();
  }

  /** Cell rule of types.Grid: pixel y lies in cell (2y+1)h // 2H. */
  at(x, y) {
    const row = Math.floor(((2 * y + 1) * this.rows) / (2 * this.size[0]));
    const column = Math.floor(((2 * x + 1) * this.columns) / (2 * this.size[1]));
    const t = this.values[row * this.columns + column] / 255;
    const value = this.log ? (100 ** t - 1) / 99 : t; // the inverse of ops.maps.display
    return { words: `${this.name} ${value.toFixed(value < 0.1 ? 3 : 2)}` };
  }
}
