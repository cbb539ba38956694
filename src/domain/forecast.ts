/** How long until all is done that needs nobody's answer: in 10 of 100 cases it is less than the one, in 10 more than the other. */
export interface Forecast {
  readonly lowMs: number;
  readonly highMs: number;
  /** How many past tasks it is made from. */
  readonly from: number;
}
