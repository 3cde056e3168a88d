// Arrays that came once and are named by their layer's digest ever after.

const MOST = 96; // digests; Python takes 64 for held
const held = new Map(); // digest -> Map of name -> () => Promise<TypedArray>, longest unused first

/** Keep what a payload carries. @param {ReturnType<import("./payload.js").open>} payload */
export function keep({ names, read }) {
  for (const name of names) {
    const [digest, part] = name.split("/");
    if (!part) continue;
    if (!held.has(digest)) held.set(digest, new Map());
    let promise = null; // unpacked when first wanted
    held.get(digest).set(part, () => (promise ??= read(name)));
  }
}

/** @returns {((part: string) => Promise<TypedArray | null>) | null} null: it was never here */
export function find(digest) {
  const parts = held.get(digest);
  if (!parts) return null;
  held.delete(digest);
  held.set(digest, parts);
  return async (part) => (await parts.get(part)?.()) ?? null;
}

/** All arrays of a digest by name. */
export async function all(digest) {
  const names = [...held.get(digest).keys()];
  const arrays = await Promise.all(names.map(find(digest)));
  return Object.fromEntries(names.map((name, i) => [name, arrays[i]]));
}

/** Let go of what was not used for longest. */
export function trim() {
  for (const digest of held.keys()) {
    if (held.size <= MOST) break;
    if (digest !== "tables") held.delete(digest);
  }
}

/** Let go of everything. */
export const forget = () => held.clear();
