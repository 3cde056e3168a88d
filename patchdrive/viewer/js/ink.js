// Lines and letters that stay legible over any picture: each has a dark casing.

export const CASING = "rgb(0 0 0 / 0.6)";
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Source Sans Pro', sans-serif";

/** Stroke a path twice: dark and wider below, coloured above. Widths in canvas pixels. */
export function stroke(context, path, color, width, casing = width * 2.2) {
  context.strokeStyle = CASING;
  context.lineWidth = casing;
  context.stroke(path);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke(path);
}

/** A rectangle on whole pixels, so that thin lines are sharp; added to the path that is given. */
export function rectangle(x0, y0, x1, y1, path = new Path2D()) {
  const [left, top] = [Math.round(x0) + 0.5, Math.round(y0) + 0.5];
  path.rect(left, top, Math.round(x1) + 0.5 - left, Math.round(y1) + 0.5 - top);
  return path;
}

/** Outlined text. */
export function letters(context, text, x, y, color = "#fff") {
  context.lineJoin = "round";
  context.strokeStyle = "rgb(0 0 0 / 0.8)";
  context.lineWidth = parseFloat(context.font.match(/([\d.]+)px/)[1]) * 0.28;
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}

/** A filled arrowhead with its tip at (x, y), pointing along the angle. */
export function arrowhead(context, x, y, angle, size, color) {
  const corner = (turn) => [x - size * Math.cos(angle + turn), y - size * Math.sin(angle + turn)];
  const path = new Path2D();
  path.moveTo(x, y);
  path.lineTo(...corner(0.45));
  path.lineTo(...corner(-0.45));
  path.closePath();
  context.strokeStyle = CASING;
  context.lineWidth = size * 0.28;
  context.stroke(path);
  context.fillStyle = color;
  context.fill(path);
}
