// Lines between pixels, where these are large enough to be told apart.

export const GRID = 16; // CSS pixels to a picture pixel: 1,600 %

/** Draw the grid over what is visible, from 1,600 % on. @returns {boolean} whether it was drawn */
export function drawGrid(context, view, [H, W]) {
  const { x, y, s, w, h, k } = view;
  if (s / k < GRID) return false;
  const [x0, x1] = [Math.max(0, Math.ceil(x)), Math.min(W, Math.floor(x + w / s))];
  const [y0, y1] = [Math.max(0, Math.ceil(y)), Math.min(H, Math.floor(y + h / s))];
  const [left, right] = [Math.max(0, Math.round(-x * s)), Math.min(w, Math.round((W - x) * s))];
  const [top, lower] = [Math.max(0, Math.round(-y * s)), Math.min(h, Math.round((H - y) * s))];
  const thin = Math.max(1, Math.floor(k));
  // Grey in between black and white can be seen on either, and is no colour of the picture.
  context.fillStyle = `rgb(128 128 128 / ${Math.min(0.6, 0.2 + (s / k - GRID) / 80)})`;
  const lines = new Path2D();
  for (let i = x0; i <= x1; i++) lines.rect(Math.round((i - x) * s), top, thin, lower - top);
  for (let i = y0; i <= y1; i++) lines.rect(left, Math.round((i - y) * s), right - left, thin);
  context.fill(lines); // at once: crossings are no darker
  return true;
}
