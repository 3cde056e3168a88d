// Icons as line drawings in a square of 20 x 20, in the colour of the text around them.

const SPACE = "http://www.w3.org/2000/svg";
const PATHS = {
  closer: "M8.5 14a5.5 5.5 0 1 0 0-11a5.5 5.5 0 0 0 0 11M12.6 12.6L17 17M6 8.5h5M8.5 6v5",
  away: "M8.5 14a5.5 5.5 0 1 0 0-11a5.5 5.5 0 0 0 0 11M12.6 12.6L17 17M6 8.5h5",
  fit: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M7 8h6v4H7z",
  native: "M4 6.5L6 5v10M14 6.5L16 5v10M10 8v.1M10 12v.1",
  layers: "M10 3l7 4l-7 4l-7-4zM3 10.5l7 4l7-4M3 14l7 4l7-4",
  full: "M12 3h5v5M17 3l-5.5 5.5M8 17H3v-5M3 17l5.5-5.5",
  link: "M8.5 11.5a3.2 3.2 0 0 0 4.6 0l2.5-2.5a3.2 3.2 0 0 0-4.6-4.6l-.9.9"
    + "M11.5 8.5a3.2 3.2 0 0 0-4.6 0l-2.5 2.5a3.2 3.2 0 0 0 4.6 4.6l.9-.9",
  save: "M10 3v9.5M6 8.8l4 4l4-4M3.5 16.5h13",
  help: "M7.3 7.3a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.2.9-1.2 1.9v.3M10 15.2v.1",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
  eye: "M2 10c2-3.6 4.8-5.4 8-5.4s6 1.8 8 5.4c-2 3.6-4.8 5.4-8 5.4s-6-1.8-8-5.4"
    + "M10 12.4a2.4 2.4 0 1 0 0-4.8a2.4 2.4 0 0 0 0 4.8",
  shut: "M2.5 8.5c2 3 4.5 4.5 7.5 4.5s5.5-1.5 7.5-4.5M10 13v2.6M5.6 11.9L4.2 14"
    + "M14.4 11.9L15.8 14",
  open: "M6 8l4 4l4-4",
  close: "M5 5l10 10M15 5L5 15",
  before: "M12 5l-5 5l5 5",
  next: "M8 5l5 5l-5 5",
  done: "M4 10.5l4 4l8-9",
  undo: "M7 4L3.5 7.5L7 11M4 7.5h7.5a4.2 4.2 0 0 1 0 8.5H8",
  redo: "M13 4l3.5 3.5L13 11M16 7.5H8.5a4.2 4.2 0 0 0 0 8.5H12",
  outline: "M10 4c4 0 7 1.8 7 4.6s-3 4.6-7 4.6s-7-1.8-7-4.6S6 4 10 4M6 12.4c-1.6 1-1.4 2.9 .4 3.1"
    + "c1.4 .1 1.8-1.2 .8-2",
  clear: "M4 6h12M8 6V4h4v2M5.5 6l.8 10h7.4l.8-10M8.5 9v4.5M11.5 9v4.5",
  play: "M6.5 4.5v11l9-5.5z",
  pause: "M7 4.5v11M13 4.5v11",
  fovea: "M10 10v.1M10 13.5a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7M5.2 4.6a7.2 7.2 0 0 1 2.2-1.4"
    + "M12.6 3.2a7.2 7.2 0 0 1 2.2 1.4M16.8 7.4a7.2 7.2 0 0 1 0 5.2M14.8 15.4a7.2 7.2 0 0 1-2.2 1.4"
    + "M7.4 16.8a7.2 7.2 0 0 1-2.2-1.4M3.2 12.6a7.2 7.2 0 0 1 0-5.2",
};

/** @returns {SVGElement} the icon; screen readers pass it over */
export function icon(name) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SPACE, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
