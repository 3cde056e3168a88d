// A pyramid of tiles drawn at any scale: what is missing is stood in for by a coarser tile.

import { TileCache } from "./tilecache.js";

export const CRISP = 3; // from this scale on pixels are squares, not smears
const LOSSLESS = -1; // a level below 0: the native pixels without JPEG's traces

export class Tiles {
  /**
   * @param {{url: string, size: [number, number], side: number, levels: number}} source
   * @param {{bias?: number, lossless?: boolean, query?: string}} options
   *   bias: 0.2 takes a finer level than the screen needs, 1 never does;
   *   lossless: ask for PNG where single pixels can be seen
   * @param {object} hooks see TileCache
   */
  constructor(source, { bias = 0.2, lossless = false, query = "" }, hooks) {
    Object.assign(this, { source, bias, lossless });
    this.cache = new TileCache(`${source.url}/*${query && `?${query}`}`, hooks);
    this.fine = lossless ? new TileCache(`${source.url}/*?q=png`, hooks) : null;
  }

  /** Draw what is visible. @returns {number} tiles that are still missing */
  draw(context, view) {
    const { side, levels, size } = this.source;
    const level = this.level(view.s);
    const step = side * 2 ** Math.max(0, level);
    const first = (edge) => Math.max(0, Math.floor(edge / step));
    const end = (edge, length) => Math.ceil(Math.min(edge, length) / step);
    const [left, right] = [first(view.x), end(view.x + view.w / view.s, size[1])];
    const [top, lower] = [first(view.y), end(view.y + view.h / view.s, size[0])];
    const missing = [];

    context.imageSmoothingEnabled = view.s < CRISP;
    context.imageSmoothingQuality = "medium";
    for (let y = top; y < lower; y++) {
      for (let x = left; x < right; x++) {
        if (!this.paint(context, view, level, x, y)) missing.push([x, y]);
      }
    }
    const visible = Math.max(0, right - left) * Math.max(0, lower - top);
    this.cache.capacity = Math.max(160, 3 * visible);
    this.request(level, levels, missing, [(left + right - 1) / 2, (top + lower - 1) / 2]);
    return missing.length;
  }

  level(scale) {
    if (this.lossless && scale >= CRISP) return LOSSLESS;
    const exact = Math.log2(1 / scale) + this.bias;
    return Math.max(0, Math.min(this.source.levels - 1, Math.floor(exact)));
  }

  get(level, x, y) {
    return level === LOSSLESS ? this.fine.get(`0/${x}/${y}`) : this.cache.get(`${level}/${x}/${y}`);
  }

  /** Draw one tile's place from the finest tile at hand. @returns whether it was the tile itself */
  paint(context, view, level, tx, ty) {
    const { side, levels, size } = this.source;
    let [l, x, y] = [level, tx, ty];
    let bitmap = this.get(l, x, y);
    while (!bitmap && ++l < levels) {
      if (l > 0) [x, y] = [x >> 1, y >> 1];
      bitmap = this.get(l, x, y);
    }
    if (!bitmap) return false;

    const step = side * 2 ** Math.max(0, level);
    const [x0, y0] = [tx * step, ty * step];
    const [x1, y1] = [Math.min(size[1], x0 + step), Math.min(size[0], y0 + step)];
    const coarse = 2 ** Math.max(0, l);
    const [sx, sy] = [x0 / coarse - x * side, y0 / coarse - y * side];
    const [sw, sh] = [(x1 - x0) / coarse, (y1 - y0) / coarse];
    // Rounded to canvas pixels, so that neighbours meet without a seam.
    const [left, top] = [Math.round((x0 - view.x) * view.s), Math.round((y0 - view.y) * view.s)];
    const [right, lower] = [Math.round((x1 - view.x) * view.s), Math.round((y1 - view.y) * view.s)];
    context.drawImage(bitmap, sx, sy, sw, sh, left, top, right - left, lower - top);
    return l === level;
  }

  /** Ask for the coarsest tile, then for coarse stand-ins, then for the missing, middle first. */
  request(level, levels, missing, [mx, my]) {
    const away = ([x, y]) => Math.hypot(x - mx, y - my);
    missing.sort((a, b) => away(a) - away(b));
    const top = `${levels - 1}/0/0`;
    const keys = new Set(this.cache.get(top) ? [] : [top]);
    const coarse = level + 2;
    for (const [x, y] of coarse < levels - 1 && level >= 0 ? missing : []) {
      const key = `${coarse}/${x >> 2}/${y >> 2}`;
      if (!this.cache.held.has(key)) keys.add(key);
    }
    if (level === LOSSLESS) {
      for (const [x, y] of missing) keys.add(`0/${x}/${y}`);
      this.fine.request(missing.map(([x, y]) => `0/${x}/${y}`));
    } else {
      for (const [x, y] of missing) keys.add(`${level}/${x}/${y}`);
      this.fine?.request([]);
    }
    this.cache.request([...keys].filter((key) => !this.cache.held.has(key)));
  }

  close() {
    this.cache.close();
    this.fine?.close();
  }
}
