// What was done, to be undone and done again: states before and after, at most so many.

const MOST = 100;

export class History {
  past = [];
  future = [];

  /** Something was changed by the hand: what was undone before cannot be done again. */
  done(before) {
    this.past.push(before);
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
  }

  /** @returns the state before, or undefined; now is kept for redo */
  undo(now) {
    const state = this.past.pop();
    if (state !== undefined) this.future.push(now);
    return state;
  }

  redo(now) {
    const state = this.future.pop();
    if (state !== undefined) this.past.push(now);
    return state;
  }

  clear() {
    this.past = [];
    this.future = [];
  }
}
