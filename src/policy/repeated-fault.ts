/** So often in a row the same fault may come before nothing is tried any more. */
export const mostInARow = 3;

/** Faults in a row, of which only equal ones count. */
export interface FaultCount {
  readonly text: string;
  readonly times: number;
}

/** The count after one more fault. */
export const countFault = (before: FaultCount | null, text: string): FaultCount => ({
  text,
  times: before?.text === text ? before.times + 1 : 1,
});
