// Choosing saccades in the browser: what may ever be chosen comes once, by its own route.

import { choose as pick, windows } from "./choose.js";
import { open } from "./payload.js";

const fetched = new Map(); // address -> {candidates} when it is here
const MOST = 8;

/** Fetch what a layer of saccades is chosen from; then call ready. */
export async function prepare(layer, ready) {
  const url = layer?.live?.url;
  if (!url || fetched.has(url)) return;
  fetched.set(url, null);
  try {
    const response = await fetch(new URL(url, document.baseURI));
    if (!response.ok) throw new Error(`${response.status}`);
    const { header, names, read } = open(new Uint8Array(await response.arrayBuffer()));
    const arrays = await Promise.all(names.map(read));
    fetched.set(url, { ...header, ...Object.fromEntries(names.map((n, i) => [n, arrays[i]])) });
    for (const old of fetched.keys()) if (fetched.size > MOST && old !== url) fetched.delete(old);
    ready();
  } catch {
    fetched.delete(url); // Python chooses on release, as without it
  }
}

/** Whether a layer of saccades can be chosen anew here. */
export const can = (layer) => Boolean(fetched.get(layer?.live?.url));

/** Saccades for these values, or null where that takes Python. */
export function choose({ live, size }, values) {
  const all = fetched.get(live.url);
  if (!all) return null;
  const found = pick(all, values, { ...all, keep: values.keep, ban: values.ban });
  if (!found) return null;
  const { x, y, scores, kept } = found;
  const [x0, y0, x1, y1] = windows(x, y, live.side, live.border, size);
  return { x, y, x0, y0, x1, y1, scores, kept, count: scores.length };
}
