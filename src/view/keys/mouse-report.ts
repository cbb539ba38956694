/** What a mouse did, in cells from 0 at the top left. */
export interface MouseReport {
  /** wheel: by a notch, down is 1. press: the first button went down. */
  readonly kind: "press" | "wheel";
  readonly x: number;
  readonly y: number;
  readonly by: 1 | -1;
}
