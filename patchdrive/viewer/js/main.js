// What Streamlit's components import: the viewer, and the line of progress that it shows.

import { dress, unmount, update } from "./mount.js";
import { end, tell } from "./progress.js";

const NAMES = ["viewer", "chrome", "bar", "compare", "hand"];
const texts = NAMES.map(async (name) => {
  const answer = await fetch(new URL(`./${name}.css`, import.meta.url));
  if (!answer.ok) throw new Error(`no style ${name}: ${answer.status}`);
  return answer.text();
});
await dress(await Promise.all(texts));

export { unmount };
export default update;

/** Another component of the page brings the news; the viewer shows them. */
export const progress = ({ parentElement, data }) => tell(parentElement, data);
export const progressEnds = (root) => end(root);
