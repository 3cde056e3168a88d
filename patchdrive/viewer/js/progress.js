// Work in Python, told to the viewer that waits for it: another component of the page brings the
// news while the viewer's own message is still being made.

const viewers = new Map(); // key -> Viewer
let last = null; // key of the viewer that was told something

export const join = (key, viewer) => viewers.set(key, viewer);

export function leave(key, viewer) {
  if (viewers.get(key) === viewer) viewers.delete(key);
}

/** @param {{viewer: string, text: string, share: number} | null} news null: nothing runs any more */
export function tell(news) {
  viewers.get(news?.viewer ?? last)?.wait(news);
  last = news?.viewer ?? null;
}
