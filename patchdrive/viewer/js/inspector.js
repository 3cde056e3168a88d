// A close look at the selected saccade or leaf: its pixels, its token, and what is known of it.

import { button, floating } from "./chrome.js";
import { closeUp, native } from "./patch.js";
import { element } from "./stage.js";
import { toCanvas } from "./view.js";

const CLOSE = 4; // CSS pixels to a picture pixel
const ENLARGED = 112; // CSS pixels that a small leaf and its token take up, at most
const EDGE = 30; // CSS pixels around the panel in which a saccade is half hidden

const NAMES = { landings: "saccade", leaves: "leaf" };
const TITLES = { landings: "Saccade", leaves: "Leaf" };

/** What is known without Python, as rows. */
const HERE = {
  landings: (layer, i, [x0, y0, x1, y1]) => [
    ["Score", layer.scores[i].toPrecision(3)],
    ["Centre", `x ${layer.x[i]}, y ${layer.y[i]}`],
    ["Window", `${x1 - x0} x ${y1 - y0} px`],
  ],
  leaves: (layer, i, [x0, y0, x1, y1]) => {
    const { side, level, detail, parent } = layer.about(i);
    const rows = [
      ["Box", `y ${y0} to ${y1}, x ${x0} to ${x1}`],
      ["Level", `${level}, side ${side} px`],
      ["Edges", `${detail.toLocaleString("en")} px`],
    ];
    return parent === undefined ? rows : [...rows, ["Parent", `${parent.toLocaleString("en")} edge px`]];
  },
};

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
    this.before = button(head, "before", "The saccade before", () => actions.step(-1), ",");
    this.after = button(head, "next", "The next saccade", () => actions.step(1), ".");
    button(head, "close", "Close", () => this.toggle(), "i");
    const body = element("div", "body", this.node);
    body.tabIndex = 0; // so that keys scroll it
    body.role = "group";
    body.ariaLabel = "Patch and scores";
    const pictures = element("div", "pictures", body);
    this.whole = picture(pictures, "patch");
    this.close_ = picture(pictures, "centre");
    this.large = picture(pictures, "token");
    this.own = picture(pictures, "token");
    this.rows = element("dl", "", body);
    this.closed = false; // by hand, until something is clicked
    this.keys = { i: ["Saccades", "a close look at the selected one", () => this.toggle()] };
  }

  toggle() {
    this.closed = !this.closed;
    const { actions, selected } = this.viewer;
    if (!this.closed && selected.landings === null && selected.leaves === null) {
      if (this.viewer.layer("landings")) actions.step(1);
      else actions.stepLeaf(1);
    }
    this.viewer.draw();
  }

  click(found) {
    const { landings = null, leaves = null } = found?.index ?? {};
    if (landings !== null || leaves !== null) this.closed = false;
    return false;
  }

  update() {
    this.key = null; // the details may be new
  }

  /** What is selected: {kind, layer, i, box, place}, or null. */
  get subject() {
    const { viewer } = this;
    const { selected } = viewer;
    // A page of saccades may show leaves too: what is explained is what it is about.
    const kind = viewer.layer("landings") ? "landings" : "leaves";
    const [layer, i] = [viewer.layer(kind), selected[kind]];
    if (i === null || !layer || i >= layer.count) return null;
    if (kind === "leaves") {
      const box = layer.box(i);
      return box && { kind, layer, i, box, place: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] };
    }
    const box = [layer.x0[i], layer.y0[i], layer.x1[i], layer.y1[i]];
    return { kind, layer, i, box, place: [layer.x[i] + 0.5, layer.y[i] + 0.5] };
  }

  /** Follows what is selected. */
  draw() {
    const { viewer } = this;
    const subject = this.closed ? null : this.subject;
    this.node.hidden = !subject;
    if (!subject) {
      this.control?.abort();
      this.key = this.seen = this.free = null;
      return;
    }
    const { kind, layer, i, box, place } = subject;
    const key = [kind, i, layer.count, layer.kept?.[i], box, viewer.header.source.url].join(" ");
    if (key !== this.key) this.tell(subject);
    this.key = key;
    this.look(subject, `${box} ${viewer.header.source.url}`);
    this.uncover(place, i);
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

  tell({ kind, layer, i, box }) {
    const { header } = this.viewer;
    const name = NAMES[kind];
    const number = (value) => value.toLocaleString("en");
    this.node.ariaLabel = `Selected ${name}`;
    this.node.classList.toggle("leaf", kind === "leaves");
    this.title.textContent = `${TITLES[kind]} ${number(i + 1)} of ${number(layer.count)}`;
    this.before.ariaLabel = `The ${name} before`;
    this.after.ariaLabel = `The next ${name}`;
    this.pin.hidden = !layer.kept?.[i];
    const mine = header.kind === kind && header.selected === i;
    const known = mine && header.details?.length ? header.details : HERE[kind](layer, i, box);
    this.rows.replaceChildren();
    for (const [label, value] of known) {
      element("dt", "", this.rows).textContent = label;
      element("dd", "", this.rows).textContent = value;
    }
    this.token(mine && kind === "leaves" ? header.token : "");
  }

  /** A leaf's token as it is, and enlarged. */
  token(address) {
    for (const { figure } of [this.own, this.large]) figure.hidden = !address;
    if (!address || address === this.address) return;
    this.address = address;
    const picture = new Image();
    picture.onload = () => {
      if (address !== this.address) return;
      const { width, height } = picture;
      const times = Math.max(1, Math.floor(ENLARGED / width));
      for (const [one, by] of [[this.own, 1], [this.large, times]]) {
        paint(one, picture, [0, 0, width, height], [width * by, height * by]);
      }
      this.own.words.textContent = "token 1:1";
      this.large.words.textContent = `token ${times}:1`;
      this.own.canvas.ariaLabel = `The token, ${width} x ${height} pixels`;
      this.large.canvas.ariaLabel = `The token, enlarged ${times} times`;
      this.node.dataset.token = `${width}`;
    };
    picture.src = address;
  }

  /** Fetch the patch and draw it twice; another selection meanwhile makes it void. */
  async look({ kind, layer, i, box, place }, seen) {
    if (seen === this.seen) return;
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
    if (kind === "leaves") this.showLeaf(pixels, box);
    else this.show(pixels, box, place.map(Math.floor));
    this.node.dataset.patch = i;
    pixels.close();
    this.viewer.redraw();
  }

  /** A leaf's pixels: a small one is enlarged, so that it can be held against its token. */
  showLeaf(pixels, [x0, y0, x1, y1]) {
    const [w, h] = [x1 - x0, y1 - y0];
    const [wide, side] = [this.whole.figure.parentNode.clientWidth, Math.max(w, h)];
    const share = side > ENLARGED ? Math.min(1, wide / w) : Math.floor(ENLARGED / side);
    paint(this.whole, pixels, [0, 0, pixels.width, pixels.height], [w * share, h * share]);
    this.whole.canvas.style.imageRendering = share >= 1 ? "pixelated" : "auto";
    this.whole.words.textContent = `leaf ${share >= 1 ? `${share}:1` : `at ${Math.round(100 * share)} %`}`;
    this.whole.canvas.ariaLabel = `The leaf, ${w} x ${h} pixels`;
    this.close_.figure.hidden = true;
  }

  show(pixels, [x0, y0, x1, y1], [x, y]) {
    this.close_.figure.hidden = false;
    this.whole.canvas.style.imageRendering = "";
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
