// From a map's codes to its colours: the same as ops.maps.steps and ops.maps.bounds in Python.

/**
 * @param {{scale: string, low: number, high: number, full: number}} look
 * @param {[number, number]} span what 0 and 1 of the map are in the method's own unit
 * @param {Uint32Array} counts how many cells have each code
 * @returns {Uint8Array} for each of the 256 codes its index into the colour map
 */
export function steps({ scale, low, high, full }, span, counts) {
  if (scale === "percentile") return ranks(counts);
  const [from, to] = bounds(low, high, full, span);
  const shown = new Uint8Array(256);
  for (let code = 0; code < 256; code++) {
    const value = (100 ** (code / 255) - 1) / 99;
    let t = Math.max(0, Math.min(1, (value - from) / Math.max(to - from, 1e-9)));
    if (scale === "log") t = Math.log1p(99 * t) / Math.log(100);
    shown[code] = even(255 * t);
  }
  return shown;
}

export const MIDDLE = 127; // the code of no difference, and its index into a diverging colour map

/** The same for codes of a difference: indices 0 to 254 about the middle. */
export function stepsSigned(look, span, counts) {
  const folded = (code) => even(Math.min(MIDDLE, Math.abs(code - MIDDLE)) * (255 / MIDDLE));
  const sizes = new Uint32Array(256);
  for (let code = 0; code < 256; code++) sizes[folded(code)] += counts[code];
  const strong = steps(look, span, sizes);
  return Uint8Array.from(strong, (_, code) => {
    return MIDDLE + Math.sign(code - MIDDLE) * even(strong[folded(code)] * (MIDDLE / 255));
  });
}

/** How strongly, 0 to 255, an index into a diverging colour map is drawn. */
export const strength = (index) =>
  Math.min(255, Math.round(Math.abs(index - MIDDLE) * (255 / MIDDLE)));

const [CLEAR, FULL] = [0.4, 0.85]; // shares of the colours: below nothing is drawn, above all of it

/** The same of an ordinary colour map, see ops.maps.cover: what is low lets the picture through. */
export function cover(index) {
  const share = Math.max(0, Math.min(1, (index / 255 - CLEAR) / (FULL - CLEAR)));
  return even(255 * share * share * (3 - 2 * share));
}

/** What the colour in the middle stands for, see ops.maps.middle. */
export const middle = (scale, low, high) => low + (high - low) * (scale === "log" ? 9 / 99 : 0.5);

function ranks(counts) {
  const below = new Float64Array(256);
  for (let code = 1; code < 256; code++) below[code] = below[code - 1] + counts[code - 1];
  const highest = Math.max(1, below[counts.findLastIndex((count) => count > 0)]);
  return Uint8Array.from(below, (share) => even(255 * Math.min(1, share / highest)));
}

function bounds(low, high, full, [least, most]) {
  if (!(full > 0)) return [low, high];
  const width = Math.max(most - least, 1e-12);
  return [(low * full - least) / width, (high * full - least) / width];
}

/** Rounded as NumPy does: halves go to the even neighbour. */
function even(value) {
  const whole = Math.round(value);
  return whole - value === 0.5 && whole % 2 ? whole - 1 : whole;
}
