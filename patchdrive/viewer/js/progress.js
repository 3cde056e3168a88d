// Work in Python, told to the viewer that waits for it: another component of the page brings the
// news while the viewer's own message is still being made.

const viewers = new Map(); // key -> Viewer
let last = { viewer: null, teller: null }; // who was told last, and by whom

export const join = (key, viewer) => viewers.set(key, viewer);

export function leave(key, viewer) {
  if (viewers.get(key) === viewer) viewers.delete(key);
}

/**
 * @param {object} teller the element that brings the news
 * @param {{viewer: string, text: string, share: number}} news
 */
export function tell(teller, news) {
  last = { viewer: news.viewer, teller };
  viewers.get(news.viewer)?.wait(news);
}

/** The teller leaves the page; a newer one may be at work already. */
export function end(teller) {
  if (last.teller === teller) viewers.get(last.viewer)?.wait(null);
}
