// What the hand turned: shown at once, told to Python on release, and kept until Python's answer
// knows of it, so that an older answer never turns a knob back.

export class Turns {
  values = {}; // of all knobs, as they are shown
  known = {}; // as Python computed with them
  number = 0; // of the last turn that was told
  pending = new Map(); // name -> number of the turn that told it, or Infinity while the hand holds it

  /** @param {import("./viewer.js").Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
  }

  /** Take over the values of a message, but for those that a later turn changed. */
  settle(header) {
    this.known = header.values;
    for (const [name, number] of this.pending) {
      if (number <= header.turn) this.pending.delete(name);
    }
    const mine = [...this.pending.keys()].map((name) => [name, this.values[name]]);
    this.values = { ...header.values, ...Object.fromEntries(mine) };
    this.number = Math.max(this.number, header.turn);
  }

  /** Nobody computes anew: what is turned holds, and what was computed stays what is known. */
  alone(number) {
    for (const [name, told] of this.pending) if (told <= number) this.pending.delete(name);
  }

  /**
   * The hand turned knobs.
   * @param {Record<string, string | number | boolean>} changes
   * @param {boolean} final it let go: Python may know
   */
  turn(changes, final = true) {
    Object.assign(this.values, changes);
    for (const name of Object.keys(changes)) this.pending.set(name, Infinity);
    if (final) this.release();
    return this.viewer.restyle();
  }

  /** All that Python has not confirmed travels, for it hears only the last of quick events. */
  release() {
    if (!this.pending.size) return;
    this.number += 1;
    for (const name of this.pending.keys()) this.pending.set(name, this.number);
    const names = [...this.pending.keys()];
    const values = Object.fromEntries(names.map((name) => [name, this.values[name]]));
    this.viewer.tell("turn", { values, turn: this.number });
  }

  /** Whether Python computed with the values that are shown. */
  same(...names) {
    return names.every((name) => this.values[name] === this.known[name]);
  }
}
