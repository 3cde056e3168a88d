// What lies under the pointer, in words, beside it.

import { element } from "./stage.js";

const PLACE = /^(x \d+ {2}y \d+|rgb \d)/; // what a wide viewer's bar says already

export class Tip {
  constructor(box) {
    this.box = box;
    this.node = element("div", "tip", box);
    this.hide();
  }

  /** Show lines of text beside a point of the canvas (canvas pixels, k to a CSS pixel). */
  show(lines, px, py, k) {
    this.node.replaceChildren();
    for (const line of lines) {
      const name = PLACE.test(line) ? "where" : "";
      element("div", name, this.node).textContent = line;
    }
    this.node.hidden = false;
    // On the other side of the pointer where the border is near.
    const [x, y] = [px / k, py / k];
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const left = x + 16 + width > this.box.clientWidth ? x - 12 - width : x + 16;
    const top = y + 18 + height > this.box.clientHeight ? y - 10 - height : y + 18;
    this.node.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, top)}px)`;
  }

  hide() {
    this.node.hidden = true;
  }
}
