// Tiles fetched, decoded and kept, all together up to so many bytes; lost ones are asked for again.

const PARALLEL = 6; // what a browser opens to one host over HTTP/1
const DECODE = { colorSpaceConversion: "none", premultiplyAlpha: "premultiply" };
const UNREACHED = 0; // the status of an answer that never came

/** What all caches of the page may hold together: pictures, masks and panes share it. */
export const BUDGET = { bytes: 256 * 2 ** 20 };

const SEEN = 2000; // milliseconds after which a layer that is no longer drawn has nothing in sight

const caches = new Set();
let latest = 0; // when any of them was drawn
let clock = 0; // counts uses, so that the longest unused tile of all caches can be told

export class TileCache {
  /**
   * @param {string} url of the tiles, relative to the page's base, with * for a key
   * @param {{changed: () => void, lost: (status: number | null, source: TileCache) => void}} hooks
   *   changed: something arrived, draw again; lost: a tile failed with this status (0: the server
   *   was not reached, 404: it never heard of it, 410: it holds it no longer), or (null) came
   */
  constructor(url, hooks) {
    this.url = url;
    this.hooks = hooks;
    this.held = new Map(); // key -> {bitmap, bytes, used, pinned}, longest unused first
    this.loading = new Map(); // key -> AbortController
    this.failed = new Map(); // key -> {tries, until}; UNREACHED stands for all keys
    this.frame = 0; // what was used since then is in sight,
    this.drawn = 0; // if that was not long ago
    this.closed = false;
    caches.add(this);
  }

  /** Bytes of decoded pixels. */
  get bytes() {
    return [...this.held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A new frame is drawn: what it uses stays. */
  begin() {
    this.frame = ++clock;
    this.drawn = latest = performance.now();
  }

  /** @returns {ImageBitmap | undefined} the tile, if it is here; it counts as used */
  get(key) {
    const tile = this.held.get(key);
    if (!tile) return undefined;
    tile.used = ++clock;
    this.held.delete(key);
    this.held.set(key, tile);
    return tile.bitmap;
  }

  /** @returns {ImageBitmap | undefined} the tile, if it is here */
  peek(key) {
    return this.held.get(key)?.bitmap;
  }

  /**
   * Fetch these, first things first, and nothing else: a fast zoom leaves no queue behind.
   * @param {string[]} keys @param {Set<string>} pinned keys that are kept for ever
   */
  request(keys, pinned) {
    const wanted = new Set(keys);
    for (const [key, control] of this.loading) {
      if (wanted.has(key)) continue;
      this.loading.delete(key);
      control.abort();
    }
    if (this.waits(UNREACHED)) return;
    for (const key of wanted) {
      if (this.loading.size >= PARALLEL) break;
      const idle = !this.held.has(key) && !this.loading.has(key) && !this.waits(key);
      if (idle) this.load(key, pinned.has(key));
    }
  }

  waits(key) {
    return performance.now() < (this.failed.get(key)?.until ?? 0);
  }

  async load(key, pinned) {
    const control = new AbortController();
    this.loading.set(key, control);
    try {
      const bitmap = await this.fetch(key, control.signal);
      if (this.closed || control.signal.aborted) return bitmap.close();
      const bytes = bitmap.width * bitmap.height * 4;
      this.held.set(key, { bitmap, bytes, used: ++clock, pinned });
      this.failed.delete(key);
      this.failed.delete(UNREACHED);
      trim();
      this.hooks.lost(null, this);
    } catch (error) {
      if (this.closed || control.signal.aborted) return;
      this.fail(key, error.status ?? UNREACHED);
    } finally {
      if (this.loading.get(key) === control) this.loading.delete(key);
    }
    this.hooks.changed();
  }

  async fetch(key, signal) {
    const address = new URL(this.url.replace("*", key), document.baseURI);
    const response = await fetch(address, { signal });
    const { status } = response;
    // An address that no route knows answers with the app's own page and status 200.
    const isImage = response.headers.get("content-type")?.startsWith("image/");
    if (!response.ok || !isImage) throw Object.assign(new Error(), { status });
    const blob = await response.blob();
    return createImageBitmap(blob, DECODE).catch((error) => {
      throw Object.assign(error, { status }); // it came, but it is no picture
    });
  }

  /** Wait before asking again, longer each time; where no server is, no tile is worth asking for. */
  fail(key, status) {
    const name = status === UNREACHED ? UNREACHED : key;
    if (!this.waits(name)) {
      const tries = (this.failed.get(name)?.tries ?? 0) + 1;
      const wait = 1000 * Math.min(30, 2 ** tries);
      this.failed.set(name, { tries, until: performance.now() + wait });
      setTimeout(() => this.closed || this.hooks.changed(), wait + 10);
    }
    this.hooks.lost(status, this);
  }

  /** Ask again at once: the network is back. */
  retry() {
    this.failed.clear();
    this.hooks.changed();
  }

  drop(key) {
    this.held.get(key).bitmap.close();
    this.held.delete(key);
  }

  /** The longest unused tile that may go: [key, tile], or undefined. */
  oldest() {
    const drawn = latest - this.drawn < SEEN;
    for (const entry of this.held) {
      if (drawn && entry[1].used > this.frame) return undefined; // all behind it are in sight too
      if (!entry[1].pinned) return entry;
    }
    return undefined;
  }

  close() {
    this.closed = true;
    caches.delete(this);
    for (const control of this.loading.values()) control.abort();
    for (const key of [...this.held.keys()]) this.drop(key);
  }
}

/** Ask again at once for all that failed anywhere on the page. */
export function retryAll() {
  for (const cache of caches) cache.retry();
}

/** Let go of the longest unused tiles of all caches, but never of what is in sight or pinned. */
function trim() {
  let total = 0;
  for (const cache of caches) total += cache.bytes;
  while (total > BUDGET.bytes) {
    let [place, first] = [null, null];
    for (const cache of caches) {
      const entry = cache.oldest();
      if (entry && !(first?.[1].used <= entry[1].used)) [place, first] = [cache, entry];
    }
    if (!first) return;
    total -= first[1].bytes;
    place.drop(first[0]);
  }
}
