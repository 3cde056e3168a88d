// The native pixels of a window of the picture.

const MOST = 2048; // pixels a side: what the route of crops gives

/**
 * @param {import("./viewer.js").Viewer} viewer
 * @param {[number, number, number, number]} box x0, y0, x1, y1; it may leave the picture
 * @param {string | undefined} border what fills the rest, see ops/crops.py
 * @returns {Promise<ImageBitmap | null>} to be closed; null: the picture itself is not here yet
 */
export async function native({ header, tiles }, [x0, y0, x1, y1], border, signal) {
  const { url, size } = header.source;
  const [w, h] = [x1 - x0, y1 - y0];
  if (url) {
    const sides = [Math.min(h, MOST), Math.min(w, MOST)].join("/");
    const address = `${url.replace("/tile/", "/crop/")}/${y0}/${x0}/${sides}`;
    const query = border ? `?b=${border}` : "";
    const response = await fetch(new URL(address + query, document.baseURI), { signal });
    const isImage = response.headers.get("content-type")?.startsWith("image/");
    if (!response.ok || !isImage) throw new Error(`${response.status}`);
    return createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  }
  const held = tiles.whole?.levels[0];
  if (!held) return null;
  const f = held.width / size[1];
  const sides = [Math.max(1, Math.round(w * f)), Math.max(1, Math.round(h * f))];
  return createImageBitmap(held, Math.round(x0 * f), Math.round(y0 * f), ...sides);
}

/**
 * A part of a patch around a point, inside of it.
 * @returns {[number, number, number, number]} x, y, width, height in whole pixels
 */
export function closeUp([w, h], [x, y], most, tall) {
  const [across, down] = [Math.min(w, Math.floor(most)), Math.min(h, Math.floor(tall))];
  const start = (middle, length, whole) =>
    Math.max(0, Math.min(whole - length, Math.round(middle - length / 2)));
  return [start(x, across, w), start(y, down, h), Math.max(1, across), Math.max(1, down)];
}
