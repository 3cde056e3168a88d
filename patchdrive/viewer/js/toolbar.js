// Small buttons over the picture for what the keys do.

import { button, floating } from "./chrome.js";
import { Help } from "./help.js";
import { Panel } from "./panel.js";
import { save } from "./save.js";
import { element } from "./stage.js";
import { Told } from "./told.js";

export class Toolbar {
  constructor(viewer) {
    this.viewer = viewer;
    const { actions, root } = viewer;
    const bar = element("div", "toolbar glass", floating(viewer, "left"));
    floating(viewer, "left").prepend(bar);
    bar.role = "toolbar";
    bar.ariaLabel = "View";
    const add = (name, label, key, act) => button(bar, name, label, act, key);
    add("away", "Zoom out", "-", () => actions.zoomBy(Math.SQRT1_2));
    add("closer", "Zoom in", "+", () => actions.zoomBy(Math.SQRT2));
    add("fit", "Whole picture", "0", () => actions.fit());
    add("native", "100 %", "1", () => actions.zoomTo(1));
    this.layers = add("layers", "Layers", "l", () => viewer.part(Panel).toggle());
    const full = add("full", "Full screen", "f", () => actions.fullScreen());
    full.hidden = !root.requestFullscreen;
    this.link = add("link", "Copy link", "y", () => this.copy());
    add("save", "Save as PNG", "Ctrl+s", () => this.save());
    add("help", "Keys and gestures", "?", () => viewer.part(Help).open());
    const more = add("more", "More", "", () => {
      more.ariaExpanded = bar.classList.toggle("open");
    });
    more.ariaExpanded = false;
    this.floats = bar;
    this.told = new Told(bar);
    this.keys = {
      y: ["View", "copy a link to it", () => this.copy()],
      "Ctrl+s": ["View", "save it as PNG", () => this.save()],
    };
  }

  update({ source }) {
    this.link.hidden = !source.url; // a page opened from a file has no address to share
    this.restyle();
  }

  restyle() {
    this.layers.ariaPressed = this.viewer.part(Panel)?.shown ?? false;
  }

  async copy() {
    const address = this.viewer.link?.() ?? location.href;
    try {
      await navigator.clipboard.writeText(address);
      this.told.say("Link copied");
    } catch {
      this.told.link(address); // the browser forbids it, as it does where a page comes by http
    }
  }

  async save() {
    if (!this.viewer.header) return;
    await (this.viewer.save?.() ?? save(this.viewer));
    this.told.say("Saved");
  }

  close() {
    this.told.hide();
  }
}
