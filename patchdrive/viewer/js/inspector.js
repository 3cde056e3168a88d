// A close look at the selected saccade: what the patch shows, pixel by pixel, and what is known.

import { button, floating } from "./chrome.js";
import { closeUp, native } from "./patch.js";
import { element } from "./stage.js";
import { toCanvas } from "./view.js";

const CLOSE = 4; // CSS pixels to a picture pixel
const EDGE = 30; // CSS pixels around the panel in which a saccade is half hidden

export class Inspector {
  constructor(viewer) {
    this.viewer = viewer;
    const { actions } = viewer;
    this.node = element("section", "inspector surface", floating(viewer, "right"));
    this.node.ariaLabel = "Selected saccade";
    this.node.hidden = true;
    const head = element("header", "", this.node);
    this.title = element("h2", "", head);
    this.pin = element("span", "pinned", head);
    this.pin.textContent = "pinned";
    button(head, "before", "The saccade before", () => actions.step(-1), ",");
    button(head, "next", "The next saccade", () => actions.step(1), ".");
    button(head, "close", "Close", () => this.toggle(), "i");
    const body = element("div", "body", this.node);
    body.tabIndex = 0; // so that keys scroll it
    body.role = "group";
    body.ariaLabel = "Patch and scores";
    const pictures = element("div", "pictures", body);
    this.whole = picture(pictures, "patch");
    this.close_ = picture(pictures, "centre");
    this.rows = element("dl", "", body);
    this.closed = false; // by hand, until a saccade is clicked
    this.keys = { i: ["Saccades", "a close look at the selected one", () => this.toggle()] };
  }

  toggle() {
    this.closed = !this.closed;
    if (!this.closed && this.viewer.selected.landings === null) this.viewer.actions.step(1);
    this.viewer.draw();
  }

  click(found) {
    if (found && found.index.landings !== null) this.closed = false;
    return false;
  }

  update() {
    this.key = null; // the details may be new
  }

  /** Follows what is selected. */
  draw() {
    const { viewer } = this;
    const layer = viewer.layer("landings");
    const i = viewer.selected.landings;
    this.node.hidden = this.closed || i === null || !layer || i >= layer.count;
    if (this.node.hidden) {
      this.control?.abort();
      this.key = this.seen = this.free = null;
      return;
    }
    const box = [layer.x0[i], layer.y0[i], layer.x1[i], layer.y1[i]];
    const key = [i, layer.count, layer.kept[i], box, viewer.header.source.url].join(" ");
    if (key !== this.key) this.tell(layer, i, box);
    this.key = key;
    const seen = `${box} ${viewer.header.source.url}`;
    if (seen !== this.seen) this.look(layer, i, box, seen);
    this.uncover([layer.x[i] + 0.5, layer.y[i] + 0.5], i);
  }

  /** Once for each selection: the saccade itself comes out from under the panel. */
  uncover(place, i) {
    const { camera, box } = this.viewer;
    if (i === this.free || camera.moving || this.node.ariaBusy === "true") return;
    this.free = i;
    if (camera.fitted) return; // who sees the whole picture keeps it
    const { view } = camera;
    const [px, py] = toCanvas(view, ...place).map((value) => value / view.k);
    const [mine, all] = [this.node, box].map((node) => node.getBoundingClientRect());
    const [left, top] = [mine.left - all.left, mine.top - all.top];
    const near = (at, from, length) => at > from - EDGE && at < from + length + EDGE;
    const under = near(px, left, mine.width) && near(py, top, mine.height);
    if (!under) return;
    if (mine.width > 0.9 * all.width) camera.panBy(0, (top / 2 - py) / all.height);
    else camera.panBy((left / 2 - px) / all.width, 0);
  }

  tell(layer, i, [x0, y0, x1, y1]) {
    const { header } = this.viewer;
    this.title.textContent = `Saccade ${i + 1} of ${layer.count}`;
    this.pin.hidden = !layer.kept[i];
    const known = header.selected === i && header.details?.length ? header.details : [
      ["Score", layer.scores[i].toPrecision(3)],
      ["Centre", `x ${layer.x[i]}, y ${layer.y[i]}`],
      ["Window", `${x1 - x0} x ${y1 - y0} px`],
    ];
    this.rows.replaceChildren();
    for (const [label, value] of known) {
      element("dt", "", this.rows).textContent = label;
      element("dd", "", this.rows).textContent = value;
    }
  }

  /** Fetch the patch and draw it twice; another selection meanwhile makes it void. */
  async look(layer, i, box, seen) {
    this.control?.abort();
    const control = (this.control = new AbortController());
    this.seen = seen;
    this.node.ariaBusy = true;
    this.node.dataset.patch = "";
    let pixels;
    try {
      pixels = await native(this.viewer, box, layer.live?.border ?? layer.border, control.signal);
    } catch (error) {
      if (control.signal.aborted) return;
      this.whole.words.textContent = `The patch cannot be fetched (${error.message}).`;
      this.node.ariaBusy = false;
      return;
    }
    if (control.signal.aborted) return pixels?.close();
    if (!pixels) return (this.seen = null); // not here yet: the next frame asks again
    this.node.ariaBusy = false;
    this.show(pixels, box, [layer.x[i], layer.y[i]]);
    this.node.dataset.patch = i;
    pixels.close();
    this.viewer.redraw();
  }

  show(pixels, [x0, y0, x1, y1], [x, y]) {
    const wide = this.whole.figure.parentNode.clientWidth;
    const [w, h] = [x1 - x0, y1 - y0];
    const share = Math.min(1, wide / w);
    paint(this.whole, pixels, [0, 0, pixels.width, pixels.height], [w * share, h * share]);
    this.whole.words.textContent = `patch ${share < 1 ? `at ${Math.round(100 * share)} %` : "1:1"}`;
    const across = Math.min(w * share, wide);
    const part = closeUp([w, h], [x - x0, y - y0], across / CLOSE, across / 2 / CLOSE);
    const f = pixels.width / w; // the picture may be held smaller than it is
    paint(this.close_, pixels, part.map((v) => v * f), [part[2] * CLOSE, part[3] * CLOSE]);
    this.close_.words.textContent = "centre 4:1";
    this.whole.canvas.ariaLabel = `The patch, ${w} x ${h} pixels`;
    this.close_.canvas.ariaLabel = "The patch's centre, enlarged four times";
  }

  close() {
    this.control?.abort();
  }
}

function picture(parent, name) {
  const figure = element("figure", name, parent);
  const canvas = element("canvas", "", figure);
  canvas.role = "img";
  canvas.ariaLabel = name;
  return { figure, canvas, words: element("figcaption", "", figure) };
}

/** Native pixels in the canvas; its size on the page is the style's. */
function paint({ canvas }, pixels, [x, y, w, h], [wide, tall]) {
  [canvas.width, canvas.height] = [Math.max(1, Math.round(w)), Math.max(1, Math.round(h))];
  [canvas.style.width, canvas.style.height] = [`${wide}px`, `${tall}px`];
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(pixels, x, y, w, h, 0, 0, canvas.width, canvas.height);
}
