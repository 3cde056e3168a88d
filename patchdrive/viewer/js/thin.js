// Straight lines written into pixels: many long ones are there sooner than strokes.

/**
 * Draw a line with smooth edges. Where something stronger is already, that stays.
 * @param {Uint32Array} pixels of ImageData, not premultiplied
 * @param {{w: number, h: number, clip?: [number, number]}} view clip: only columns [from, to)
 * @param {[number, number]} start canvas pixels
 * @param {[number, number]} end
 * @param {{color: number, alpha: number, width: number}} pen color as of colors.pixel, alpha 0 to 1,
 *   width in whole canvas pixels
 */
export function thin(pixels, { w, h, clip = [0, w] }, start, end, { color, alpha, width }) {
  const steep = Math.abs(end[1] - start[1]) > Math.abs(end[0] - start[0]);
  // Along the longer way a, one step is one pixel; across it is b.
  const [a, b] = steep ? [1, 0] : [0, 1];
  const [from, to] = start[a] <= end[a] ? [start, end] : [end, start];
  const slope = (to[b] - from[b]) / Math.max(1e-9, to[a] - from[a]);
  const [along, across] = steep ? [w, 1] : [1, w];
  const [ends, sides] = steep ? [[0, h], clip] : [clip, [0, h]];
  const first = Math.max(ends[0], Math.round(from[a]));
  // Of the pixels across, the first is covered in part, the last by what is left of it.
  const zero = from[b] + (first + 0.5 - from[a]) * slope - width / 2;
  const count = Math.min(ends[1], Math.round(to[a])) - first;
  const [enter, leave] = within(zero, slope, [sides[0] + 0.1, sides[1] - width - 0.1], count);
  // A slanting line is no thinner; 8 bits for opacities, 16 for parts of a pixel.
  const most = Math.round(Math.min(255, 255 * alpha * Math.hypot(1, slope)));
  let edge = Math.round((zero + enter * slope) * 65536);
  const step = Math.round(slope * 65536);
  let p = (first + enter) * along;
  for (let i = enter; i < leave; i++) {
    const last = (most * ((edge >> 8) & 255)) >> 8;
    let q = p + (edge >> 16) * across;
    if (pixels[q] >>> 24 < most - last) pixels[q] = ((most - last) << 24) | color;
    for (let n = 1; n < width; n++) pixels[(q += across)] = (most << 24) | color;
    q += across;
    if (pixels[q] >>> 24 < last) pixels[q] = (last << 24) | color;
    edge += step;
    p += along;
  }
}

/** The steps [enter, leave) at which zero + step * slope lies in [low, high). */
function within(zero, slope, [low, high], count) {
  if (slope === 0) return zero >= low && zero < high ? [0, count] : [0, 0];
  const [one, other] = [(low - zero) / slope, (high - zero) / slope];
  const [enter, leave] = slope > 0 ? [Math.ceil(one), Math.ceil(other)]
    : [Math.floor(other) + 1, Math.floor(one) + 1];
  return [Math.max(0, enter), Math.min(count, leave)];
}
