// The layers of a payload. A layer has a kind and any of
//   paint(context, view)          below the lines; returns how many tiles are missing
//   outline(pixels, view)         fine lines, straight into the pixels of a canvas
//   mark(context, view, state)    what lies on top
//   at(x, y, reach)               {words, index?} of what lies under a picture point, or null
//   close()                       let go of what it holds

import { Landings } from "./landings.js";
import { Leaves } from "./leaves.js";
import { Mask } from "./mask.js";
import { Raster } from "./raster.js";
import { Truth } from "./truth.js";

const KINDS = { raster: Raster, mask: Mask, leaves: Leaves, landings: Landings, truth: Truth };

/**
 * Build the payload's layers; those whose content did not change are taken over. Opacity is not
 * content: it only says how strongly a layer is drawn.
 * @param {ReturnType<import("./payload.js").open>} payload
 * @param {object[]} before the layers of the last payload
 * @param {object} hooks for layers that fetch tiles, see TileCache
 */
export function load({ header, read }, before, hooks) {
  const { source } = header;
  return Promise.all(
    header.layers.map((words, number) => {
      const same = before.find(
        (layer) => layer.digest === words.digest && `${layer.size}` === `${source.size}`,
      );
      if (same) return Object.assign(same, { opacity: words.opacity });
      const column = (name) => read(`${number}.${name}`);
      const shape = (name) => header.arrays[`${number}.${name}`].shape;
      const known = { ...words, size: source.size };
      return KINDS[words.kind].load(known, column, { shape, size: source.size, source, hooks });
    }),
  );
}
