// The view as a PNG: picture, lines and marks as they are drawn, and below them what they mean.

import { css } from "./colors.js";
import { FONT } from "./ink.js";
import { pieces as parts } from "./legend.js";
import { round } from "./scalebar.js";
import { element } from "./stage.js";

const [LINE, GAP, PAD, RAMP] = [22, 18, 12, 64]; // CSS pixels

/** Let the browser download it. */
export async function save(viewer) {
  const blob = await compose(viewer).convertToBlob({ type: "image/png" });
  const stem = (viewer.header.name ?? "").replace(/\.[^.]*$/, "");
  const link = element("a", "", viewer.root);
  link.href = URL.createObjectURL(blob);
  link.download = `${stem || "view"}.png`;
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @returns {OffscreenCanvas} as wide as the view, and taller by the legend */
export function compose(viewer) {
  const { stage, camera, root } = viewer;
  const { w, h, k } = camera.view;
  const rows = wrap(entries(viewer), w / k - 2 * PAD);
  const canvas = new OffscreenCanvas(w, h + Math.round((rows.length * LINE + PAD) * k));
  const context = canvas.getContext("2d");
  const { color, backgroundColor } = getComputedStyle(root);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, w, canvas.height);
  for (const { canvas: layer } of [stage.picture, stage.marks]) context.drawImage(layer, 0, 0);
  context.setTransform(k, 0, 0, k, 0, h);
  Object.assign(context, { textBaseline: "middle", fillStyle: color, font: `12px ${FONT}` });
  rows.forEach((row, i) => {
    let x = PAD;
    for (const entry of row) {
      for (const piece of entry.pieces) x += piece.draw(context, x, PAD / 2 + (i + 0.5) * LINE, color);
      x += GAP;
    }
  });
  return canvas;
}

/** Entries of the legend in as many rows as they take. */
function wrap(all, room) {
  const rows = [[]];
  let left = room;
  for (const entry of all) {
    if (entry.width > left && rows.at(-1).length) {
      rows.push([]);
      left = room;
    }
    rows.at(-1).push(entry);
    left -= entry.width + GAP;
  }
  return rows;
}

/** How large a pixel is, then what the layers' colours mean. */
function entries({ shown, camera, header }) {
  const { s, k } = camera.view;
  const { width, words } = round(s / k, header.source.microns, 80);
  const scale = [bar(width), text(words)];
  const all = [scale, ...shown.map((layer) => pieces(layer.title, layer.legend?.() ?? {}))];
  return all.map((pieces) => ({
    pieces,
    width: pieces.reduce((sum, piece) => sum + piece.width, 0),
  }));
}

function pieces(name, { words, ramp, scale, note, swatches = [], unit }) {
  const made = [text(words ?? name, "600 ")];
  for (const piece of ramp ? parts(ramp) : []) {
    made.push(typeof piece === "string" ? text(piece) : colors(piece));
  }
  const more = [scale, note].filter(Boolean).join(", ");
  if (ramp && more) made.push(text(`(${more})`));
  for (const [color, word] of swatches) made.push(square(color), text(word));
  if (unit && swatches.length) made.push(text(unit));
  return made;
}

const ruler = new OffscreenCanvas(1, 1).getContext("2d");

function text(words, weight = "") {
  const font = `${weight}12px ${FONT}`;
  ruler.font = font;
  const width = ruler.measureText(words).width + 6;
  const draw = (context, x, y) => {
    context.font = font;
    context.fillText(words, x, y);
    return width;
  };
  return { width, draw };
}

function colors({ table, part: [from, to], half }) {
  const width = half ? RAMP / 2 : RAMP;
  const draw = (context, x, y, color) => {
    const ramp = context.createLinearGradient(x, 0, x + width, 0);
    for (let i = 0; i <= 12; i++) ramp.addColorStop(i / 12, css(table, from + ((to - from) * i) / 12));
    context.fillStyle = ramp;
    context.fillRect(x, y - 5, width, 9);
    context.fillStyle = color;
    return width + 6;
  };
  return { width: width + 6, draw };
}

function square(fill) {
  const draw = (context, x, y, color) => {
    context.fillStyle = fill;
    context.fillRect(x, y - 5, 10, 10);
    context.strokeStyle = "rgb(128 128 128 / 0.6)";
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y - 4.5, 9, 9);
    context.fillStyle = color;
    return 15;
  };
  return { width: 15, draw };
}

function bar(width) {
  const draw = (context, x, y, color) => {
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x + 0.75, y - 4);
    context.lineTo(x + 0.75, y + 2);
    context.lineTo(x + width - 0.75, y + 2);
    context.lineTo(x + width - 0.75, y - 4);
    context.stroke();
    return width + 6;
  };
  return { width: width + 6, draw };
}
