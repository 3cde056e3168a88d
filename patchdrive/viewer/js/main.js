// What Streamlit calls: once for every message, with the same element for the same viewer.

import { Viewer } from "./viewer.js";

const viewers = new WeakMap(); // element -> Viewer

// The style is fetched once for all viewers, before the first of them is drawn.
const address = new URL("./viewer.css", import.meta.url);
const style = new CSSStyleSheet();
await style.replace(await (await fetch(address)).text());

/** @param {{parentElement: ShadowRoot, data: Uint8Array, setTriggerValue: Function}} component */
export default async function update(component) {
  const root = component.parentElement;
  if (!viewers.has(root)) {
    const { adoptedStyleSheets } = root.getRootNode();
    if (!adoptedStyleSheets.includes(style)) adoptedStyleSheets.push(style);
    viewers.set(root, new Viewer(root));
  }
  await viewers.get(root).update(component);
}

/** Called when the element leaves the page. */
export function unmount(root) {
  viewers.get(root)?.close();
  viewers.delete(root);
}
