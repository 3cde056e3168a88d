// The viewer: holds picture, layers and camera together, and draws when one of them changes.

import { Actions } from "./actions.js";
import { Camera } from "./camera.js";
import { draw } from "./draw.js";
import * as keys from "./keys.js";
import { load } from "./layers.js";
import { Legend } from "./legend.js";
import { open } from "./payload.js";
import { NOTHING } from "./pick.js";
import * as pointer from "./pointer.js";
import { Stage, element } from "./stage.js";
import { Tiles } from "./tiles.js";
import { Tip } from "./tip.js";

const GONE = "This picture is no longer held by the server: open it again.";

export class Viewer {
  header = null; // of the last update
  layers = [];
  hidden = new Set(); // kinds of layers
  hovered = NOTHING;
  selected = NOTHING;
  gone = new Set(); // sources of tiles that the server no longer holds
  turn = 0;
  updates = 0;

  constructor(root) {
    this.root = element("div", "viewer", root);
    this.box = element("div", "box", this.root);
    this.box.tabIndex = 0;
    this.box.role = "application";
    this.box.ariaLabel =
      "Picture viewer: wheel or + and - zoom, drag or arrows move, 0 fits, 1 is 100 %";
    this.camera = new Camera(() => {
      this.actions.again();
      this.redraw();
    });
    this.stage = new Stage(this.box, (w, h, k) => {
      this.camera.resize(w, h, k);
      this.draw(); // at once: a resized canvas is empty
    });
    this.message = element("div", "message", this.box);
    this.message.role = "status";
    this.message.textContent = GONE;
    this.message.hidden = true;
    this.tip = new Tip(this.box);
    this.legend = new Legend(this.root);
    this.hooks = { changed: () => this.redraw(), lost: (...news) => this.lost(...news) };
    this.actions = new Actions(this);
    this.ended = new AbortController();
    pointer.listen(this.box, (event) => this.stage.point(event), this.actions);
    keys.listen(this.box, this.actions, this.ended.signal);
  }

  /** Show what Streamlit sent; called again with every new message. */
  async update(component) {
    this.component = component;
    const turn = ++this.turn;
    const payload = open(component.data);
    const before = this.layers;
    const layers = await load(payload, before, this.hooks);
    const current = turn === this.turn; // else a later message came while this one was unpacked
    const [kept, dropped] = current ? [layers, before] : [before, layers];
    for (const layer of dropped) if (!kept.includes(layer)) layer.close?.();
    if (!current) return;

    const { header } = payload;
    const changed = header.digest !== this.header?.digest;
    if (changed) this.hovered = this.selected = NOTHING;
    if (changed || header.selected !== this.header.selected) {
      this.selected = { ...NOTHING, landings: header.selected };
    }
    if (`${header.hidden}` !== `${this.header?.hidden}`) this.hidden = new Set(header.hidden);
    this.show(header.source);
    this.header = header;
    this.layers = layers;
    this.updates += 1;
    this.root.style.height = `${header.height}px`;
    this.legend.show(layers, this.hidden);
    this.draw();
    performance.mark("patchdrive:draw");
  }

  /** Take up another picture. */
  show(source) {
    if (source.url === this.header?.source.url) return;
    this.tiles?.close();
    this.tiles = new Tiles(source, { lossless: true }, this.hooks);
    this.gone.clear();
    this.message.hidden = true;
    this.camera.picture(source.size);
  }

  redraw() {
    this.root.dataset.busy = true;
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    if (this.tiles && this.camera.view) draw(this);
  }

  /** The layers of kinds that are not hidden. */
  get shown() {
    return this.layers.filter(({ kind }) => !this.hidden.has(kind));
  }

  /** Tiles of one source failed with this status, or (null) came. */
  lost(status, source) {
    if (status === null) this.gone.delete(source);
    else if (status === 404 || status === 410) this.gone.add(source);
    this.message.hidden = ![...this.gone].some(({ closed }) => !closed);
  }

  close() {
    this.turn += 1;
    this.stage.close();
    this.camera.stop();
    this.ended.abort();
    this.actions.stop();
    cancelAnimationFrame(this.frame);
    for (const layer of this.layers) layer.close?.();
    this.tiles?.close();
    this.tiles = null;
    this.root.remove();
  }
}
