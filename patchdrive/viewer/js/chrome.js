// What floats over the picture. It lies beside the box that holds the picture, not in it, so that
// a press on it is none on the picture; keys that mean nothing to it still reach the picture.

import { icon } from "./icons.js";
import { element } from "./stage.js";

const made = new WeakMap(); // viewer -> {all, left, right, foot}

/**
 * Where a part of the viewer may put what floats.
 * @param {"all" | "left" | "right" | "foot"} side
 */
export function floating(viewer, side) {
  if (!made.has(viewer)) made.set(viewer, build(viewer));
  return made.get(viewer)[side];
}

function build({ root, box }) {
  const all = element("div", "chrome");
  box.after(all);
  root.addEventListener("keydown", (event) => forward(event, box));
  const middle = element("div", "middle", all);
  const [left, right] = ["left", "right"].map((side) => element("div", side, middle));
  return { all, left, right, foot: element("div", "foot", all) };
}

/** Pass a key on to the picture, unless the control that has the focus has a use for it. */
function forward(event, box) {
  const target = event.composedPath()[0];
  if (event.defaultPrevented || box.contains(target) || uses(target, event)) return;
  const { key, code, ctrlKey, metaKey, shiftKey, altKey } = event;
  const same = { key, code, ctrlKey, metaKey, shiftKey, altKey, cancelable: true };
  if (box.dispatchEvent(new KeyboardEvent("keydown", same))) return;
  event.preventDefault();
  event.stopPropagation();
}

function uses({ localName, type }, { key }) {
  if (localName === "select" || localName === "textarea") return true;
  if (localName !== "input") return ["Enter", " ", "Tab"].includes(key);
  return !["range", "checkbox", "radio"].includes(type) || !/^[a-z?,.]$/.test(key);
}

/**
 * A button with an icon.
 * @param {string} label what it does, for those who cannot see the icon
 * @param {string} key on the keyboard that does the same, if there is one
 */
export function button(parent, name, label, act, key = "") {
  const made = element("button", `${name} tool`, parent);
  made.type = "button";
  made.ariaLabel = label;
  made.title = key ? `${label} (${key})` : label;
  if (key) made.setAttribute("aria-keyshortcuts", key.replace("Ctrl", "Control"));
  made.append(icon(name));
  made.addEventListener("click", act);
  return made;
}

/** What a person chose is remembered as long as the tab is open, where the browser allows it. */
export function remembered(name) {
  try {
    return sessionStorage.getItem(`patchdrive ${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    sessionStorage.setItem(`patchdrive ${name}`, value);
  } catch {
    // It is then as at first in the next page.
  }
}
