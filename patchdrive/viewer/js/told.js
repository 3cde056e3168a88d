// A word of thanks below the buttons; or a link to copy by hand, where the browser does not do it.

import { button } from "./chrome.js";
import { icon } from "./icons.js";
import { element } from "./stage.js";

const STAYS = 2500; // milliseconds

export class Told {
  constructor(parent) {
    this.node = element("div", "told glass", parent);
    this.node.role = "status";
    this.node.hidden = true;
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.hide();
    });
  }

  say(words) {
    this.node.replaceChildren(icon("done"));
    element("span", "", this.node).textContent = words;
    this.show(false);
    this.timer = setTimeout(() => this.hide(), STAYS);
  }

  /** A link in a field, selected: it stays until it is closed. */
  link(address) {
    this.node.replaceChildren();
    element("span", "", this.node).textContent = "The browser copies nothing here. Copy this link:";
    button(this.node, "close", "Close", () => this.hide(), "Esc");
    const field = element("input", "", this.node);
    Object.assign(field, { type: "text", readOnly: true, value: address, ariaLabel: "Link" });
    field.addEventListener("copy", () => setTimeout(() => this.say("Link copied")));
    this.before = this.node.getRootNode().activeElement;
    this.show(true);
    field.focus({ preventScroll: true });
    field.select();
  }

  show(address) {
    clearTimeout(this.timer);
    this.node.classList.toggle("address", address);
    this.node.hidden = false;
  }

  hide() {
    clearTimeout(this.timer);
    this.node.hidden = true;
    this.before?.focus({ preventScroll: true });
    this.before = null;
  }
}
