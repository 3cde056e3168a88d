// What Streamlit calls: once for every message, with the same element for the same viewer.

import { end, tell } from "./progress.js";
import { Viewer } from "./viewer.js";

const viewers = new WeakMap(); // element -> Viewer

// The styles are fetched once for all viewers, before the first of them is drawn.
const NAMES = ["viewer", "bar", "compare"];
const sheets = await Promise.all(
  NAMES.map(async (name) => {
    const sheet = new CSSStyleSheet();
    const address = new URL(`./${name}.css`, import.meta.url);
    await sheet.replace(await (await fetch(address)).text());
    return sheet;
  }),
);

/** @param {{parentElement: ShadowRoot, data: Uint8Array, setTriggerValue: Function}} component */
export default async function update(component) {
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

/** The same for the line of progress, which has no look of its own: the viewer shows it. */
export const progress = ({ parentElement, data }) => tell(parentElement, data);
export const progressEnds = (root) => end(root);
