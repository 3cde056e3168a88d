// The colour of one pixel of a bitmap.

let context = null; // of a canvas of one pixel

/** @returns {[number, number, number]} red, green and blue at a bitmap's pixel (x, y) */
export function probe(bitmap, x, y) {
  context ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, 1, 1);
  context.drawImage(bitmap, x, y, 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}
