// Viewers in the elements that Streamlit gives: one for each, however often it calls.

import { Viewer } from "./viewer.js";

const viewers = new WeakMap(); // element -> Viewer
const sheets = [];

/** Give the styles of all viewers, before the first of them is drawn. @param {string[]} texts */
export async function dress(texts) {
  const made = texts.map(async (text) => new CSSStyleSheet().replace(text));
  sheets.push(...(await Promise.all(made)));
}

/** @param {{parentElement: ShadowRoot, data: Uint8Array, setTriggerValue: Function}} component */
export async function update(component) {
  const root = component.parentElement;
  if (!viewers.has(root)) {
    const { adoptedStyleSheets } = root.getRootNode();
    for (const sheet of sheets) {
      if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
    }
    viewers.set(root, new Viewer(root));
  }
  await viewers.get(root).update(component);
}

/** Called when the element leaves the page. */
export function unmount(root) {
  viewers.get(root)?.close();
  viewers.delete(root);
}
