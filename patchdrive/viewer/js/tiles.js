// A pyramid of tiles drawn at any scale: what is missing is stood in for by a coarser tile.

import { probe } from "./probe.js";
import { TileCache } from "./tilecache.js";
import { seen } from "./view.js";
import { Whole } from "./whole.js";

export const CRISP = 3; // from this scale on pixels are squares, not smears
const LOSSLESS = -1; // a level below 0: the native pixels without JPEG's traces
const MOST_PINNED = 64; // tiles of the coarsest level that are always kept

export class Tiles {
  /**
   * @param {{url: string, size: [number, number], side: number, levels: number,
   *   blob?: Blob | ImageBitmap}} source  without an url the picture itself, in one piece
   * @param {{bias?: number, lossless?: boolean, query?: string}} options
   *   bias: 0.2 takes a finer level than the screen needs, 1 never does;
   *   lossless: ask for PNG at 100 % and above, once the view rests
   * @param {object} hooks see TileCache
   */
  constructor(source, { bias = 0.2, lossless = false, query = "" }, hooks) {
    Object.assign(this, { source, bias, lossless });
    this.query = query && `?${query}`;
    this.cache = new TileCache(`${source.url}/*`, hooks);
    this.whole = source.url ? null : new Whole(source, hooks, this.cache);
    this.top = this.coarsest();
  }

  /** Keys of the coarsest level: they are fetched first and never let go. */
  coarsest() {
    const { side, levels, size } = this.source;
    const [rows, columns] = size.map((length) => Math.ceil(length / side / 2 ** (levels - 1)));
    const keys = new Set();
    for (let i = 0; i < Math.min(MOST_PINNED, rows * columns); i++) {
      keys.add(this.key(levels - 1, i % columns, Math.floor(i / columns)));
    }
    return keys;
  }

  key(level, x, y) {
    return level === LOSSLESS ? `0/${x}/${y}?q=png` : `${level}/${x}/${y}${this.query}`;
  }

  /**
   * Draw what is visible.
   * @param {boolean} moving the view does not rest yet: JPEG will do
   * @returns {number} tiles that are still missing
   */
  draw(context, view, moving = false) {
    context.imageSmoothingEnabled = view.s < CRISP;
    // Medium is finer and three times as dear, which shows only while nothing moves.
    context.imageSmoothingQuality = moving ? "low" : "medium";
    if (this.whole) return this.whole.draw(context, view);
    const { side, size } = this.source;
    const level = this.level(view.s, moving);
    const step = side * 2 ** Math.max(0, level);
    const first = (edge) => Math.max(0, Math.floor(edge / step));
    const end = (edge, length) => Math.ceil(Math.min(edge, length) / step);
    const [left, right] = [first(view.x), end(view.x + view.w / view.s, size[1])];
    const [top, lower] = [first(view.y), end(view.y + view.h / view.s, size[0])];
    const missing = [];

    this.cache.begin();
    for (let y = top; y < lower; y++) {
      for (let x = left; x < right; x++) {
        if (!this.paint(context, view, level, x, y)) missing.push([x, y]);
      }
    }
    this.request(level, missing, [(left + right - 1) / 2, (top + lower - 1) / 2]);
    return missing.length;
  }

  level(scale, moving) {
    if (this.lossless && scale >= 1 && !moving) return LOSSLESS;
    const exact = Math.log2(1 / scale) + this.bias;
    return Math.max(0, Math.min(this.source.levels - 1, Math.floor(exact)));
  }

  /** The finest tile at hand for a place: [level, x, y, bitmap]; no bitmap where there is none. */
  find(level, x, y) {
    // While the view moves JPEG will do, but exact pixels that are here already are better.
    let l = this.lossless && level === 0 ? LOSSLESS : level;
    let bitmap = this.cache.get(this.key(l, x, y));
    while (!bitmap && ++l < this.source.levels) {
      if (l > Math.max(0, level)) [x, y] = [x >> 1, y >> 1];
      bitmap = this.cache.get(this.key(l, x, y));
    }
    return [l, x, y, bitmap];
  }

  /** Draw one tile's place from the finest tile at hand. @returns whether it was fine enough */
  paint(context, view, level, tx, ty) {
    const { side, size } = this.source;
    const [l, x, y, bitmap] = this.find(level, tx, ty);
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
    const [w, h] = [right - left, lower - top].map((side, axis) => seen(side, view, size[1 - axis]));
    context.drawImage(bitmap, sx, sy, sw, sh, left, top, w, h);
    return l <= level;
  }

  /** Ask for the coarsest tiles, then for coarse stand-ins, then for the missing, middle first. */
  request(level, missing, [mx, my]) {
    const away = ([x, y]) => Math.hypot(x - mx, y - my);
    missing.sort((a, b) => away(a) - away(b));
    const keys = [...this.top];
    const coarse = Math.max(0, level) + 2;
    if (coarse < this.source.levels - 1) {
      for (const [x, y] of missing) keys.push(this.key(coarse, x >> 2, y >> 2));
    }
    // JPEG is there sooner; the exact pixels then take its place.
    if (level === LOSSLESS) for (const [x, y] of missing) keys.push(this.key(0, x, y));
    for (const [x, y] of missing) keys.push(this.key(level, x, y));
    this.cache.request(keys.filter((key) => !this.cache.held.has(key)), this.top);
  }

  /**
   * The pixel at a picture point, from what is here.
   * @returns {{rgb: [number, number, number], exact: boolean} | null} exact: as in the file, not
   *   as JPEG keeps it; null where no native pixels are here
   */
  value(x, y) {
    const { side, size } = this.source;
    [x, y] = [Math.floor(x), Math.floor(y)];
    if (!(x >= 0 && y >= 0 && x < size[1] && y < size[0])) return null;
    if (this.whole) return this.whole.value(x, y);
    const [tx, ty] = [Math.floor(x / side), Math.floor(y / side)];
    const fine = this.cache.peek(this.key(LOSSLESS, tx, ty));
    const bitmap = fine ?? this.cache.peek(this.key(0, tx, ty));
    if (!bitmap) return null;
    return { rgb: probe(bitmap, x - tx * side, y - ty * side), exact: Boolean(fine) };
  }

  /** The whole picture in one small bitmap, for a map of it; null while there is none. */
  overview() {
    if (this.whole) return this.whole.smallest();
    return this.top.size === 1 ? this.cache.peek([...this.top][0]) ?? null : null;
  }

  /** Whether there is something to show. */
  get ready() {
    return this.overview() !== null || [...this.top].some((key) => this.cache.peek(key));
  }

  /** Ask again at once for what failed. */
  retry() {
    this.cache.retry();
  }

  close() {
    this.cache.close();
    this.whole?.close();
  }
}
