// Tiles fetched, decoded and kept, up to a bound; lost ones are asked for again later.

const PARALLEL = 6; // what a browser opens to one host over HTTP/1
const DECODE = { colorSpaceConversion: "none", premultiplyAlpha: "premultiply" };

export class TileCache {
  /**
   * @param {string} url of the tiles, relative to the page's base, with * for level/x/y
   * @param {{changed: () => void, lost: (status: number | null, source: TileCache) => void}} hooks
   *   changed: something arrived, draw again; lost: a tile failed with this status, or (null) came
   */
  constructor(url, hooks) {
    this.url = url;
    this.hooks = hooks;
    this.capacity = 160; // a megabyte each
    this.held = new Map(); // key -> ImageBitmap, longest unused first
    this.loading = new Map(); // key -> AbortController
    this.failed = new Map(); // key -> {tries, until}
    this.closed = false;
  }

  /** @returns {ImageBitmap | undefined} the tile, if it is here */
  get(key) {
    const bitmap = this.held.get(key);
    if (bitmap) {
      this.held.delete(key);
      this.held.set(key, bitmap);
    }
    return bitmap;
  }

  /** Fetch these, first things first, and nothing else: a fast zoom leaves no queue behind. */
  request(keys) {
    const wanted = new Set(keys);
    for (const [key, control] of this.loading) {
      if (wanted.has(key)) continue;
      this.loading.delete(key);
      control.abort();
    }
    const now = performance.now();
    for (const key of keys) {
      if (this.loading.size >= PARALLEL) break;
      const waits = now < (this.failed.get(key)?.until ?? 0);
      if (!waits && !this.held.has(key) && !this.loading.has(key)) this.load(key);
    }
  }

  async load(key) {
    const control = new AbortController();
    this.loading.set(key, control);
    try {
      const address = new URL(this.url.replace("*", key), document.baseURI);
      const response = await fetch(address, { signal: control.signal });
      // An address that no route knows answers with the app's own page and status 200.
      const isImage = response.headers.get("content-type")?.startsWith("image/");
      if (!response.ok || !isImage) throw Object.assign(new Error(), { status: response.status });
      const bitmap = await createImageBitmap(await response.blob(), DECODE);
      if (this.closed || control.signal.aborted) return bitmap.close();
      this.held.set(key, bitmap);
      this.failed.delete(key);
      this.trim();
      this.hooks.lost(null, this);
    } catch (error) {
      if (this.closed || control.signal.aborted) return;
      this.fail(key, error.status ?? 0);
    } finally {
      if (this.loading.get(key) === control) this.loading.delete(key);
    }
    this.hooks.changed();
  }

  fail(key, status) {
    const tries = (this.failed.get(key)?.tries ?? 0) + 1;
    const wait = 1000 * Math.min(30, 2 ** tries);
    this.failed.set(key, { tries, until: performance.now() + wait });
    setTimeout(() => this.closed || this.hooks.changed(), wait + 10);
    this.hooks.lost(status, this);
  }

  trim() {
    for (const [key, bitmap] of this.held) {
      if (this.held.size <= this.capacity) break;
      this.held.delete(key);
      bitmap.close();
    }
  }

  close() {
    this.closed = true;
    for (const control of this.loading.values()) control.abort();
    for (const bitmap of this.held.values()) bitmap.close();
    this.held.clear();
  }
}
