// Choosing saccades in the browser: what may ever be chosen comes once, by its own route.

import { choose as pick, windows } from "./choose.js";
import { judged } from "./judged.js";
import { open } from "./payload.js";

const fetched = new Map(); // address -> {candidates} when it is here, or how to make them
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

/** The map itself came with a layer: it is sorted when somebody chooses. */
export function hold(url, map) {
  if (!fetched.has(url)) fetched.set(url, () => judged(map));
}

function known(url) {
  const found = fetched.get(url);
  if (typeof found === "function") fetched.set(url, found());
  return fetched.get(url);
}

/** Whether a layer of saccades can be chosen anew here. */
export const can = (layer) => Boolean(fetched.get(layer?.live?.url));

/** The cells in which the eye may land, for these values; null where only Python can tell. */
export const mayLand = (layer, values) => known(layer?.live?.url)?.open?.(values) ?? null;

/** Saccades for these values, or null where that takes Python. */
export function choose({ live, size }, values) {
  const all = known(live.url);
  if (!all) return null;
  const { keep, ban, inside } = values;
  const found = pick(all, values, { ...all, keep, ban, inside });
  if (!found) return null;
  const { x, y, scores, kept } = found;
  const [x0, y0, x1, y1] = windows(x, y, live.side, live.border, size);
  return { x, y, x0, y0, x1, y1, scores, kept, count: scores.length };
}
