// What a viewer is made of beside picture and layers. A part is a class made with the viewer,
// with any of
//   update(header)          a message has been taken over
//   restyle()               values were turned in the browser
//   shade(context, view)    drawn over picture and maps, below lines and marks
//   draw(context, view)     drawn on top of all
//   found(place)            words about a picture point {x, y}, for the tip
//   grab(place, event)      a press at {x, y, px, py}: an object {move, end, cancel} takes the drag
//   click(found, event)     true: the click was meant for it
//   side(layer, view)       the columns [from, to) of the canvas for this layer, null: it is hidden
//   keys                    key -> {words, act}
//   moved()                 the camera moved, but not because the canvas has another size
//   close()

import { Knobs } from "./knobs.js";
import { Legend } from "./legend.js";
import { Link } from "./link.js";
import { Wipe } from "./wipe.js";

export const PARTS = [Knobs, Legend, Link, Wipe];
