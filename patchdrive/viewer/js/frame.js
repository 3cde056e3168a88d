// The frame of the picture: how dense a canvas may be, and where among the bars that float over it
// the whole picture lies.

const LONGEST = 16_384; // canvas pixels of a side; beyond, browsers show nothing
const LARGEST = 16_777_216; // canvas pixels; Safari shows no larger canvas
const AIR = 8; // CSS pixels between the picture and a bar

/** Whether every browser shows a canvas of so many pixels. */
export const allowed = (w, h) => w <= LONGEST && h <= LONGEST && w * h <= LARGEST;

/**
 * Canvas pixels for a box of CSS pixels on a screen of some density.
 * @returns {[number, number]} as many as the screen has, or as many as browsers allow
 */
export function pixels(width, height, density) {
  const most = Math.min(LONGEST / width, LONGEST / height, Math.sqrt(LARGEST / (width * height)));
  const whole = density > most ? Math.floor : Math.round;
  return [width, height].map((side) => Math.max(1, whole(side * Math.min(density, most))));
}

/**
 * The whole picture in the middle of a canvas, as large as it can be without touching a bar.
 *
 * It is in the middle from left to right always, and from top to bottom where the bars leave it
 * there; else in the middle of the room between those above and those below.
 * @param {[number, number]} size [H, W] of the picture
 * @param {{w, h, k, bars?: [number, number, number, number][]}} view canvas, k of its pixels to a
 *   CSS pixel, and the bars as [x0, y0, x1, y1]
 * @param {number} closest the largest scale
 * @returns {{s, left, top}} canvas pixels to a picture pixel, and its upper left corner
 */
export function whole(size, { w, h, k, bars = [] }, closest) {
  const around = bars.map(([x0, y0, x1, y1]) => {
    const air = AIR * k;
    return [x0 - air, y0 - air, x1 + air, y1 + air];
  });
  let best = null;
  for (const room of rooms(around, w, h)) {
    const place = within(size, room, w, closest);
    const clear = place && !around.some((bar) => touches(place, bar));
    if (clear && (!best || better(place, best))) best = place;
  }
  // A canvas that the bars fill: the picture lies below them.
  return best ?? within(size, { side: 0, top: 0, bottom: h, off: 0 }, w, closest);
}

/** Rooms {side, top, bottom} that end at bars or at the canvas, off from its middle. */
function* rooms(bars, w, h) {
  const above = [0, ...bars.filter(([, y0, , y1]) => y0 + y1 < h).map((bar) => bar[3])];
  const below = [h, ...bars.filter(([, y0, , y1]) => y0 + y1 >= h).map((bar) => bar[1])];
  const sides = [0, ...bars.map(([x0, , x1]) => (x0 + x1 < w ? x1 : w - x0))];
  for (const top of above) {
    for (const bottom of below) {
      for (const side of sides) yield { side, top, bottom, off: Math.abs(top + bottom - h) };
    }
  }
}

function within([H, W], { side, top, bottom, off }, w, closest) {
  const [wide, tall] = [w - 2 * side, bottom - top];
  if (wide <= 0 || tall <= 0) return null;
  const s = Math.min(wide / W, tall / H, closest);
  const [left, upper] = [(w - W * s) / 2, top + (tall - H * s) / 2];
  return { s, left, top: upper, right: left + W * s, bottom: upper + H * s, off };
}

const better = (a, b) => a.s > b.s * (1 + 1e-9) || (a.s > b.s * (1 - 1e-9) && a.off < b.off);

const touches = ({ left, top, right, bottom }, [x0, y0, x1, y1]) =>
  left < x1 - 1e-6 && right > x0 + 1e-6 && top < y1 - 1e-6 && bottom > y0 + 1e-6;
