// The list of all keys and gestures.

import { button, floating } from "./chrome.js";
import { all } from "./keys.js";
import { element } from "./stage.js";

const NAMES = {
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space",
  Delete: "Del", Backspace: "⌫", "-": "−",
};
const CLOSER = ["Double click", "closer"];
const MOUSE = [
  ["Wheel", "closer and away, at the pointer"],
  ["Drag", "move the picture"],
  ["Click", "select a saccade or a leaf"],
];
const TOUCH = [
  ["One finger", "move the picture"],
  ["Two fingers", "closer and away"],
  ["Tap", "select a saccade or a leaf"],
];

export class Help {
  constructor(viewer) {
    this.viewer = viewer;
    this.node = element("dialog", "manual surface", floating(viewer, "all"));
    this.node.ariaLabel = "Keys and gestures";
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("click", ({ target }) => target === this.node && this.shut());
    this.keys = { "?": ["View", "this list", () => this.open()] };
  }

  open() {
    if (this.node.open) return;
    this.fill();
    this.node.showModal(); // the rest of the page rests, and has the focus again afterwards
  }

  shut() {
    this.node.close();
  }

  key(event) {
    event.stopPropagation(); // here a key means nothing to the picture
    if (event.key !== "Escape" && event.key !== "?") return;
    event.preventDefault();
    this.shut();
  }

  fill() {
    this.node.replaceChildren();
    const page = element("div", "page", this.node);
    const head = element("header", "", page);
    element("h2", "", head).textContent = "Keys and gestures";
    button(head, "close", "Close", () => this.shut(), "Esc");
    const scroll = element("div", "scroll", page);
    scroll.tabIndex = 0; // so that keys scroll it
    scroll.role = "group";
    scroll.ariaLabel = "List";
    const groups = element("div", "groups", scroll);
    groups.tabIndex = 0; // it scrolls where the viewer is narrow, and keys must reach that
    groups.role = "group";
    groups.ariaLabel = "Keys and gestures";
    for (const [name, rows] of this.groups()) this.list(groups, name, rows);
  }

  /** Keys by group, those that do the same together; then what hands do. */
  groups() {
    const groups = new Map();
    for (const [key, [group, words]] of Object.entries(all(this.viewer)).sort(digits)) {
      if (!groups.has(group)) groups.set(group, new Map());
      const rows = groups.get(group);
      rows.set(words, [...(rows.get(words) ?? []), key]);
    }
    const keyed = [...groups].map(([name, rows]) => [
      name,
      [...rows].map(([words, keys]) => [keys, words]),
    ]);
    const { parts } = this.viewer;
    const twice = parts.some((part) => part.twice) ? [] : [CLOSER];
    const more = parts.flatMap((part) => part.gestures ?? []);
    return [...keyed, ["Mouse", [...MOUSE, ...twice, ...more]], ["Touch", TOUCH]];
  }

  list(parent, name, rows) {
    const section = element("section", "", parent);
    element("h3", "", section).textContent = name;
    const list = element("dl", "", section);
    for (const [keys, words] of rows) {
      const term = element("dt", "", list);
      if (Array.isArray(keys)) this.caps(term, keys);
      else term.textContent = keys;
      element("dd", "", list).textContent = words;
    }
  }

  caps(term, keys) {
    for (const key of keys) {
      const parts = key.length > 1 && key.includes("+") ? key.split("+") : [key];
      for (const part of parts) {
        const cap = element("kbd", "", term);
        cap.textContent = NAMES[part] ?? (part.length === 1 && parts.length > 1 ? part.toUpperCase() : part);
      }
    }
  }

  close() {
    this.node.remove();
  }
}

/** Objects name their digits first; here they come after + and -. */
const digits = ([a], [b]) => /^\d$/.test(a) - /^\d$/.test(b);
