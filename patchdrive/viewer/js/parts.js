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
//   escape()                true: the key Escape was meant for it
//   floats                  an element over the picture: the whole picture keeps clear of it
//   keys                    key -> [group, words, action]
//   gestures                [gesture, words], for the list of keys
//   moved()                 the camera moved, but not because the canvas has another size
//   close()

import { Boxes } from "./boxes.js";
import { Hand } from "./hand.js";
import { Help } from "./help.js";
import { Inspector } from "./inspector.js";
import { Knobs } from "./knobs.js";
import { Lasso } from "./lasso.js";
import { Legend } from "./legend.js";
import { Link } from "./link.js";
import { Minimap } from "./minimap.js";
import { Panel } from "./panel.js";
import { Player } from "./player.js";
import { ScaleBar } from "./scalebar.js";
import { Edits, Transport } from "./strips.js";
import { Toolbar } from "./toolbar.js";
import { Wipe } from "./wipe.js";

export const PARTS = [
  Toolbar, Panel, ScaleBar, Minimap, Inspector, Help, Knobs, Legend, Link, Wipe, Lasso, Boxes,
  Player, Hand, Edits, Transport,
];
