// Payloads as they arrive: the format is described in packing.py.

const TYPES = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
};

/**
 * Open a payload. The header is read at once, an array only when asked for.
 * @param {Uint8Array} bytes
 * @returns {{header: object, names: string[], read: (name: string) => Promise<TypedArray | null>}}
 */
export function open(bytes) {
  const own = bytes.slice(); // what arrives is a window on a larger, unaligned buffer
  const decoder = new TextDecoder();
  if (decoder.decode(own.subarray(0, 4)) !== "PDV2") throw new Error("no viewer payload");
  const start = 8 + new DataView(own.buffer).getUint32(4, true);
  const header = JSON.parse(decoder.decode(own.subarray(8, start)));

  const read = async (name) => {
    const item = header.arrays[name];
    if (!item) return null;
    const data = own.buffer.slice(start + item.offset, start + item.offset + item.bytes);
    const Type = TYPES[item.dtype];
    if (item.coding === "raw") return new Type(data);
    const values = new Type(await inflate(data));
    return item.coding === "planar" ? unfold(values, item.shape[1]) : accumulate(values);
  };
  return { header, names: Object.keys(header.arrays), read };
}

/** The columns of an array, each with as many numbers. */
export function columns(values, count) {
  const number = values.length / count || 0;
  return Array.from({ length: number }, (_, i) => values.subarray(i * count, (i + 1) * count));
}

/** Undo zlib. */
function inflate(data) {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** Undo the differences, in place; typed arrays wrap around as numpy does. */
function accumulate(values) {
  for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
  return values;
}

/** Undo the differences down the columns and along the rows, in place. */
function unfold(values, columns) {
  for (let i = columns; i < values.length; i++) values[i] += values[i - columns];
  for (let row = 0; row < values.length; row += columns) {
    for (let i = row + 1; i < row + columns; i++) values[i] += values[i - 1];
  }
  return values;
}
