// The layers of a message. A layer has a kind, a name, visible, opacity, and any of
//   restyle(values, viewer)       the values of all knobs changed: recolour, choose or cut anew
//   paint(context, view)          below the lines; returns how many tiles are missing
//   lined                         whether there are fine lines now:
//   outline(pixels, view)         those, straight into the pixels of a canvas
//   mark(context, view, state)    what lies on top
//   at(x, y, reach)               {words, index?} of what lies under a picture point, or null
//   legend()                      what its colours mean, see legend.js
//   close()                       let go of what it holds
// A new kind is one module here and one class in figures/layers.py.

import { Classes } from "./classes.js";
import { Gate } from "./gate.js";
import * as held from "./held.js";
import { Landings } from "./landings.js";
import { Leaves } from "./leaves.js";
import { Mask } from "./mask.js";
import { Overlay } from "./overlay.js";
import { Raster } from "./raster.js";
import { Truth } from "./truth.js";

const KINDS = {
  raster: Raster,
  gate: Gate,
  classes: Classes,
  mask: Mask,
  overlay: Overlay,
  leaves: Leaves,
  landings: Landings,
  truth: Truth,
};
const FETCHED = ["mask", "overlay"]; // they come in tiles, not in arrays

/** A message counts on arrays that this browser does not hold. */
export class Missing extends Error {
  constructor(digests) {
    super("arrays are missing");
    this.digests = digests;
  }
}

/** A layer's name for people: "b_saccades" are the saccades of B. */
const title = (name) => name.replace(/^([a-d])_(.+)$/, (_, pane, what) => `${what} ${pane.toUpperCase()}`);

/**
 * Build a message's layers; those whose content did not change are taken over.
 * @param {object} header
 * @param {object[]} before the layers of the last message
 * @param {object} hooks for layers that fetch tiles, see TileCache
 */
export async function load({ layers, source }, before, hooks) {
  const same = ({ digest }) =>
    before.find((layer) => layer.digest === digest && `${layer.size}` === `${source.size}`);
  const lacks = ({ kind, digest }) => !FETCHED.includes(kind) && !held.find(digest);
  const missing = layers.filter((words) => !same(words) && lacks(words));
  for (const digest of ["tables", source.picture]) {
    if (digest && !held.find(digest)) missing.push({ digest });
  }
  if (missing.length) throw new Missing(missing.map(({ digest }) => digest));
  return Promise.all(
    layers.map((words) => {
      const known = { ...words, title: title(words.name), size: source.size };
      return same(words) ?? KINDS[words.kind].load(known, held.find(words.digest), { source, hooks });
    }),
  );
}
