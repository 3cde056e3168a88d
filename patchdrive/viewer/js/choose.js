// Saccades picked here, to the last tie as Python picks them: see ops/candidates.py for why a few
// cells are enough, and pipelines/drive.py for the rules.

import { holds, polygons } from "./marks.js";

const FINEST = 1024; // buckets along the longer side of the picture, at most

/**
 * Saccades for these settings.
 *
 * @param {{x, y, scores, reach | reaches, radii?}} candidates cells that may be picked, best first;
 *   for other radii than those listed they say nothing
 * @param {{k, radius, threshold, percentile}} settings
 * @param {{size, cells, percentiles, keep?, ban?, inside?, keptScores? | score?}} about
 *   size [H, W] of the picture, cells [h, w] of the map, its percentiles 0, 0.5, ..., 100,
 *   keep and ban "y.x,y.x", inside polygons, scores of what is kept or the score of any pixel
 * @returns {{x, y, scores, kept} | null} typed arrays in visiting order, or null where only Python
 *   can tell
 */
export function choose(candidates, settings, about) {
  const { k, radius } = settings;
  if (candidates.radii && !candidates.radii.includes(radius)) return null;
  const limit = threshold(settings, about.percentiles);
  if (limit === undefined) return null;
  const keep = places(about.keep);
  const silent = silence(radius, about, [...keep, ...places(about.ban)]);
  const within = polygons(about.inside ?? "");
  const picks = pick(candidates, Math.max(0, k - keep.length), radius, { limit, silent, within });
  const count = keep.length + picks.length;
  const out = {
    x: new Int32Array(count),
    y: new Int32Array(count),
    scores: new Float32Array(count),
    kept: new Uint8Array(count).fill(1, 0, keep.length),
  };
  keep.forEach(([y, x], n) => {
    [out.x[n], out.y[n]] = [x, y];
    out.scores[n] = about.score?.(y, x) ?? about.keptScores?.[n] ?? 0;
  });
  picks.forEach((i, n) => {
    const at = keep.length + n;
    [out.x[at], out.y[at]] = [candidates.x[i], candidates.y[i]];
    out.scores[at] = candidates.scores[i];
  });
  return out;
}

/** What a score must exceed, in the scores' own precision; undefined for an untold percentile. */
export function threshold({ threshold: least = 0, percentile = 0 }, percentiles) {
  const told = percentile > 0 ? percentiles?.[2 * percentile] : least;
  return told === undefined ? undefined : Math.fround(Math.max(least, told));
}

function pick({ x, y, scores, reach, reaches }, most, radius, { limit, silent, within }) {
  const may = reaches?.(radius) ?? ((i) => reach[i] >= radius);
  const outside = (i) => within.length && !within.some((one) => holds(one, y[i] + 0.5, x[i] + 0.5));
  const picks = [];
  for (let i = 0; i < scores.length && picks.length < most; i++) {
    if (!(scores[i] > limit)) break;
    if (!may(i) || silent.at(x[i], y[i]) || outside(i)) continue;
    picks.push(i);
    silent.add(x[i], y[i]);
  }
  return picks;
}

/** What tells where nothing is picked about marks [y, x], and about whatever is added. */
export const silence = (radius, about, marks) => new Silence(radius, about, marks);

/** Where nothing more is picked: in and around places, by buckets no narrower than the radius. */
class Silence {
  constructor(radius, { size: [H, W], cells: [h, w] }, marks) {
    this.radius = radius;
    this.side = Math.max(radius + 1, Math.ceil(Math.max(H, W) / FINEST));
    this.columns = Math.floor(W / this.side) + 3; // with an empty bucket on either side
    this.first = new Int32Array(this.columns * (Math.floor(H / this.side) + 3)).fill(-1);
    [this.x, this.y, this.next] = [[], [], []];
    // A mark silences the cell it lies in even where that cell's centre is farther away.
    this.own = new Set();
    for (const [y, x] of marks) {
      this.add(x, y);
      this.own.add(`${centre(y, h, H)}.${centre(x, w, W)}`);
    }
  }

  add(x, y) {
    const bucket = this.bucket(x, y);
    this.next.push(this.first[bucket]);
    this.first[bucket] = this.x.push(x) - 1;
    this.y.push(y);
  }

  bucket(x, y) {
    return (Math.floor(y / this.side) + 1) * this.columns + Math.floor(x / this.side) + 1;
  }

  at(x, y) {
    const { radius, columns, first, next } = this;
    const middle = this.bucket(x, y);
    for (let row = middle - columns; row <= middle + columns; row += columns) {
      for (let bucket = row - 1; bucket <= row + 1; bucket++) {
        for (let n = first[bucket]; n >= 0; n = next[n]) {
          if (Math.abs(this.x[n] - x) <= radius && Math.abs(this.y[n] - y) <= radius) return true;
        }
      }
    }
    return this.own.size > 0 && this.own.has(`${y}.${x}`);
  }
}

/** The centre, in pixels of an axis of that length, of the cell in which a pixel lies. */
function centre(pixel, cells, length) {
  const cell = Math.floor(((2 * pixel + 1) * cells) / (2 * length));
  return Math.floor(((2 * cell + 1) * length) / (2 * cells));
}

/** [y, x] of each place of a text "y.x,y.x". */
export function places(text) {
  return text ? text.split(",").map((place) => place.split(".").map(Number)) : [];
}

/**
 * Windows of a side about centres, as ops/crops.py lays them.
 * @returns {Int32Array[]} columns x0, y0, x1, y1
 */
export function windows(x, y, side, border, [H, W]) {
  const [x0, y0] = [starts(x, side, border, W), starts(y, side, border, H)];
  return [x0, y0, x0.map((at) => at + side), y0.map((at) => at + side)];
}

function starts(at, side, border, length) {
  const half = Math.floor(side / 2);
  const last = Math.max(0, length - side);
  const slide = (start) => Math.min(Math.max(start, 0), last);
  return Int32Array.from(at, (v) => (border === "slide" ? slide(v - half) : v - half));
}
