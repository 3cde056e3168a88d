// A link to what is seen: the page's own address holds all knobs, the view is added here.

const NAME = "view"; // key:x,y,zoom with the picture point in the middle and CSS pixels to a pixel

/** @param {import("./viewer.js").Viewer} viewer @returns {string} the address that shows the same */
export function address({ header, camera }) {
  const url = new URL(document.location.href);
  url.searchParams.delete(NAME);
  if (camera.fitted) return url.href;
  const { x, y, s, k, w, h } = camera.exact;
  const short = (value) => Number(value.toPrecision(9));
  const place = [x + w / s / 2, y + h / s / 2, s / k].map(short);
  url.searchParams.set(NAME, `${header.key}:${place}`);
  return url.href;
}

/** The view that the page was opened with: {x, y, zoom}, or null. */
export function wanted(key) {
  const text = new URL(document.location.href).searchParams.get(NAME) ?? "";
  const [name, place] = text.split(":");
  const [x, y, zoom] = (place ?? "").split(",").map(Number);
  const good = name === key && [x, y, zoom].every(Number.isFinite) && zoom > 0;
  return good ? { x, y, zoom } : null;
}
