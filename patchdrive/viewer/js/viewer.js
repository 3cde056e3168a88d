// The viewer: holds picture, layers and camera together, and draws when one of them changes.

import { Actions } from "./actions.js";
import { Camera } from "./camera.js";
import { draw } from "./draw.js";
import * as held from "./held.js";
import * as keys from "./keys.js";
import { load, Missing } from "./layers.js";
import { Notice } from "./notice.js";
import { PARTS } from "./parts.js";
import { open } from "./payload.js";
import { NOTHING } from "./pick.js";
import * as pointer from "./pointer.js";
import * as progress from "./progress.js";
import { Stage, element } from "./stage.js";
import * as share from "./share.js";
import { retryAll } from "./tilecache.js";
import { Tiles } from "./tiles.js";
import { Tip } from "./tip.js";
import { Turns } from "./turns.js";

export class Viewer {
  header = null; // of the last update
  tables = null; // colour maps by name, 256 x 3 bytes each
  layers = [];
  hovered = NOTHING;
  selected = NOTHING;
  run = 0;
  updates = 0;

  constructor(root) {
    this.root = element("div", "viewer", root);
    this.root.viewer = this; // for whoever looks into a page
    this.box = element("div", "box", this.root);
    this.box.tabIndex = 0;
    this.box.role = "application";
    this.box.ariaLabel = "Picture viewer: + and - zoom, arrows move, ? lists all keys";
    this.camera = new Camera(() => {
      for (const part of this.parts) part.moved?.();
      this.actions.again();
      this.redraw();
    });
    this.stage = new Stage(this.box, (w, h, k) => {
      this.camera.resize(w, h, k, this.bars(k));
      this.draw(); // at once: a resized canvas is empty
    });
    this.notice = new Notice(this.box);
    this.tip = new Tip(this.box);
    this.turns = new Turns(this);
    this.hooks = { changed: () => this.redraw(), lost: (...news) => this.lost(...news) };
    this.actions = new Actions(this);
    this.ended = new AbortController();
    this.parts = []; // each may look for those before it
    for (const Part of PARTS) this.parts.push(new Part(this));
    pointer.listen(this.box, (event) => this.stage.point(event), this.actions);
    keys.listen(this, this.ended.signal);
    window.addEventListener("online", retryAll, { signal: this.ended.signal });
  }

  /** The part of this class. */
  part(Part) {
    return this.parts.find((part) => part instanceof Part);
  }

  /** Show what Streamlit sent; called again with every new message. */
  async update(component) {
    this.component = component;
    const run = ++this.run;
    const payload = open(component.data);
    const { header } = payload;
    held.keep(payload);
    const before = this.layers;
    let layers, file;
    try {
      layers = await load(header, before, this.hooks);
      file = header.source.picture && (await held.find(header.source.picture)("picture"));
      this.tables ??= await held.all("tables");
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      if (run === this.run) this.tell("need", { digests: error.digests });
      return;
    }
    const current = run === this.run; // else a later message came while this one was unpacked
    const [kept, dropped] = current ? [layers, before] : [before, layers];
    for (const layer of dropped) if (!kept.includes(layer)) layer.close?.();
    if (current) this.take(header, layers, file);
  }

  take(header, layers, file) {
    if (header.key !== this.header?.key) progress.join(header.key, this);
    if (!this.header) this.camera.start = share.wanted(header.key);
    const changed = header.digest !== this.header?.digest;
    if (changed) this.hovered = NOTHING;
    if (changed || header.selected !== this.header.selected) {
      this.selected = { ...NOTHING, [header.kind]: header.selected };
    }
    this.show(header.source, file);
    this.header = header;
    this.layers = layers;
    this.updates += 1;
    this.root.style.height = header.height ? `${header.height}px` : "";
    const [H, W] = header.source.size;
    this.root.style.setProperty("--shape", header.shape || W / H);
    this.root.classList.toggle("free", !header.height);
    this.turns.settle(header);
    this.restyle(true);
    for (const part of this.parts) part.update?.(header);
    this.clear();
    this.wait(null);
    held.trim();
    this.draw();
    performance.mark("patchdrive:draw");
  }

  /** The bars that lie over the picture, in canvas pixels: asking for them costs a layout. */
  bars(k) {
    const { left, top } = this.box.getBoundingClientRect();
    const found = this.parts.flatMap(({ floats }) => floats?.getBoundingClientRect() ?? []);
    const place = (r) => [r.left - left, r.top - top, r.right - left, r.bottom - top];
    return found.filter(({ width }) => width).map((r) => place(r).map((side) => side * k));
  }

  /** Keep the whole picture clear of the bars, if they are others than before, or anew. */
  clear(anew = false) {
    const there = this.parts.map(({ floats }) => floats && !floats.hidden);
    if (`${there}` === this.there && !anew) return;
    this.there = `${there}`;
    if (this.stage.ratio) this.camera.clear(this.bars(this.stage.ratio));
  }

  /** Take up another picture; file: where it came with the message. */
  show(source, file) {
    const name = ({ url, size, picture }) => `${url} ${size} ${picture}`;
    if (this.header && name(source) === name(this.header.source)) return;
    const blob = file && new Blob([file]);
    const alike = this.header && `${source.size}` === `${this.header.source.size}`;
    this.forget();
    if (alike) this.former = this.tiles; // stays on show until the new one is there
    else this.tiles?.close();
    this.tiles = new Tiles({ ...source, blob }, { lossless: true }, this.hooks);
    this.notice.forget();
    this.camera.picture(source.size);
  }

  /** A tile came (status null), or failed: then what was shown before would pass for the new. */
  lost(status, source) {
    if (status !== null) this.forget();
    this.notice.lost(status, source);
  }

  /** The picture that was shown before is needed no more. */
  forget() {
    this.former?.close();
    this.former = null;
  }

  /** Bring the layers in line with the values of all knobs. */
  restyle(quiet = false) {
    const { values } = this.turns;
    const leaves = this.layer("leaves");
    const leaf = quiet ? null : leaves?.box(this.selected.leaves); // Python has its own answer
    for (const layer of this.layers) {
      layer.visible = values[`${layer.name}_visible`] ?? true;
      layer.opacity = values[`${layer.name}_opacity`] ?? 1;
      layer.restyle?.(values, this);
    }
    if (leaf) this.selected = { ...this.selected, leaves: leaves.same(leaf) };
    if (quiet) return;
    for (const part of this.parts) part.restyle?.();
    this.draw();
    performance.mark("patchdrive:live");
  }

  redraw() {
    if (this.root.dataset.busy !== "true") this.root.dataset.busy = true;
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    if (this.tiles && this.camera.view) draw(this);
  }

  /** The layers that are not hidden. */
  get shown() {
    return this.layers.filter(({ visible }) => visible);
  }

  /** The first layer of a kind. */
  layer(kind) {
    return this.layers.find((layer) => layer.kind === kind);
  }

  /** The columns [from, to) of the canvas in which a layer is drawn, or null. */
  side(layer) {
    for (const part of this.parts) {
      const side = part.side?.(layer, this.camera.view);
      if (side !== undefined) return side;
    }
    return [0, this.camera.view.w];
  }

  /** The address that shows the same, view included. */
  link() {
    return share.address(this);
  }

  /** Send an event to Python, where one listens. */
  tell(name, value) {
    this.component?.setTriggerValue?.(name, value);
  }

  /** Python works, or (null) has done. */
  wait(news) {
    this.root.classList.toggle("waiting", Boolean(news?.stale));
    this.root.dataset.waiting = news?.text ?? "";
    this.notice.progress(news);
  }

  close() {
    this.run += 1;
    progress.leave(this.header?.key, this);
    this.stage.close();
    this.camera.stop();
    this.ended.abort();
    this.actions.stop();
    cancelAnimationFrame(this.frame);
    for (const part of this.parts) part.close?.();
    for (const layer of this.layers) layer.close?.();
    this.forget();
    this.tiles?.close();
    this.tiles = null;
    this.root.remove();
  }
}
