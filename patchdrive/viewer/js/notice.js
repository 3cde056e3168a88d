// What the viewer has to say about itself: lost pictures, a lost connection, work that runs.

import { element } from "./stage.js";

const GONE = "This picture is no longer held by the server: open it again.";
const AWAY = "The server cannot be reached. Trying again ...";

export class Notice {
  gone = new Set(); // sources of tiles that the server no longer holds
  away = new Set(); // sources that could not be reached

  constructor(box) {
    this.message = element("div", "message", box);
    this.message.role = "status";
    this.message.hidden = true;
    this.line = element("div", "progress", box);
    this.line.role = "status";
    this.line.hidden = true;
    this.bar = element("div", "share", this.line);
    this.words = element("span", "", this.line);
  }

  /** Tiles of one source failed with this status (0: no answer), or (null) came. */
  lost(status, source) {
    this.away.delete(source);
    if (status === null) this.gone.delete(source);
    else if (status === 404 || status === 410) this.gone.add(source);
    else if (status === 0) this.away.add(source);
    this.show();
  }

  /** Another picture: what was said of the last one is void. */
  forget() {
    this.gone.clear();
    this.away.clear();
    this.show();
  }

  show() {
    const open = (sources) => [...sources].some(({ closed }) => !closed);
    const words = open(this.gone) ? GONE : open(this.away) ? AWAY : "";
    this.message.hidden = !words;
    if (this.message.textContent !== words) this.message.textContent = words;
  }

  /** @param {{text: string, share: number} | null} news */
  progress(news) {
    this.line.hidden = !news;
    if (!news) return;
    this.words.textContent = news.text;
    this.bar.style.width = `${100 * news.share}%`;
  }
}
