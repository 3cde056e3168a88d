export function leaves({ levels, root }, { value }, [H, W]) {
  const out = { x0: [], y0: [], x1: [], y1: [], depth: [], detail: [] };
  const walk = (d, y, x) => {
    const side = root >> d;
    if (y * side >= H || x * side >= W) return;
    const { columns, values } = levels[d];
    const n = values[y * columns + x];
    if (d + 1 < levels.length && n > value) {
      for (const [j, i] of [[0, 0], [0, 1], [1, 0], [1, 1]]) walk(d + 1, 2 * y + j, 2 * x + i);
      return;
    }
    out.x0.push(x * side); out.y0.push(y * side);
    out.x1.push(Math.min(W, x * side + side)); out.y1.push(Math.min(H, y * side + side));
    out.depth.push(d); out.detail.push(n);
  };
  for (let y = 0; y < levels[0].rows; y++) for (let x = 0; x < levels[0].columns; x++) walk(0, y, x);
  return { ...out, count: out.depth.length };
}
