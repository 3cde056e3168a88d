// What a hand marks on a picture, as texts: the knobs keep, ban and inside.
//   keep, ban  "y.x,y.x": pixels      inside  "y.x,y.x,y.x;...": polygons by corners of pixels
// Pure functions; a mark is [y, x], a polygon a list of corners [y, x], all of them integers.

export const NAMES = ["keep", "ban", "inside"];
const MOST_PLACES = 512;
const MOST_POLYGONS = 64;
const MOST_CORNERS = 2048;
export const CORNERS = 64; // of one outline drawn by hand

/** @returns {[number, number][]} the places of a text; a link may hold anything */
export const places = (text) =>
  text.split(",").filter((one) => PLACE.test(one)).map((one) => one.split(".").map(Number));
const PLACE = /^\s*\d{1,9}\.\d{1,9}\s*$/;

/** @returns {[number, number][][]} the polygons of a text */
export const polygons = (text) =>
  text.split(";").map(places).filter(({ length }) => length >= 3);

/** The texts as they are written here. */
export const canonical = ({ keep, ban, inside }) => ({
  keep: written(places(keep)),
  ban: written(places(ban)),
  inside: polygons(inside).map(written).join(";"),
});

export const text = ([y, x]) => `${y}.${x}`;
export const written = (list) => list.map(text).join();

/** A text without a place, with one more, or with one of them somewhere else. */
export const without = (text, gone) => text.split(",").filter((one) => one !== gone).join();
export const within = (text, one) => text.split(",").includes(one);
export const also = (text, one) => (within(text, one) ? text : text ? `${text},${one}` : one);
export const instead = (text, old, one) =>
  [...new Set(text.split(",").map((place) => (place === old ? one : place)))].join();

/** What is set, in numbers: [kept, banned, outlines]. */
export const counts = ({ keep = "", ban = "", inside = "" }) =>
  [places(keep), places(ban), polygons(inside)].map(({ length }) => length);

/** Whether Python would take these texts. */
export function allowed(texts) {
  const [kept, banned, outlines] = counts(texts);
  const corners = polygons(texts.inside).reduce((sum, { length }) => sum + length, 0);
  const few = Math.max(kept, banned) <= MOST_PLACES && outlines <= MOST_POLYGONS;
  return few && corners <= MOST_CORNERS;
}

/** Whether a point lies in a polygon, by the even-odd rule. */
export function holds(polygon, y, x) {
  let inside = false;
  polygon.forEach(([y1, x1], i) => {
    const [y0, x0] = polygon.at(i - 1);
    if (y0 < y !== y1 < y && x < x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)) inside = !inside;
  });
  return inside;
}

/** The distance of a point to a polygon's outline. */
export const away = (polygon, y, x) =>
  Math.min(...polygon.map((corner, i) => distance([y, x], polygon.at(i - 1), corner)));

function distance([y, x], [y0, x0], [y1, x1]) {
  const [dy, dx] = [y1 - y0, x1 - x0];
  const length = dy * dy + dx * dx;
  const t = length ? Math.max(0, Math.min(1, ((y - y0) * dy + (x - x0) * dx) / length)) : 0;
  return Math.hypot(y0 + t * dy - y, x0 + t * dx - x);
}

/**
 * A line drawn by hand as a polygon of few corners inside the picture.
 * @param {[number, number][]} line points (y, x)
 * @param {[number, number]} size (H, W)
 * @param {number} slack picture pixels by which the outline may differ; it grows until few are left
 * @returns {[number, number][] | null} null where nothing is enclosed
 */
export function polygon(line, [H, W], slack) {
  const to = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
  const corners = line
    .map(([y, x]) => [to(y, H), to(x, W)])
    .filter(([y, x], i, all) => i === 0 || y !== all[i - 1][0] || x !== all[i - 1][1]);
  let simple = corners;
  for (let most = slack; ; most *= 1.5) {
    simple = simplified(corners, most);
    if (simple.length <= CORNERS) break;
  }
  if (simple.length > 3 && `${simple[0]}` === `${simple.at(-1)}`) simple = simple.slice(0, -1);
  return simple.length >= 3 && area(simple) > 0 ? simple : null;
}

const area = (corners) =>
  Math.abs(corners.reduce((sum, [y, x], i) => {
    const [y0, x0] = corners.at(i - 1);
    return sum + x0 * y - x * y0;
  }, 0));

/** Douglas and Peucker: only the points that lie farther than slack from the line without them. */
export function simplified(line, slack) {
  if (line.length < 3) return line;
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const open = [[0, line.length - 1]];
  while (open.length) {
    const [from, to] = open.pop();
    let [most, middle] = [slack, null];
    for (let i = from + 1; i < to; i++) {
      const apart = distance(line[i], line[from], line[to]);
      if (apart > most) [most, middle] = [apart, i];
    }
    if (middle === null) continue;
    keep[middle] = 1;
    open.push([from, middle], [middle, to]);
  }
  return line.filter((_, i) => keep[i]);
}
