import { memoizeLast } from "../text/memoize-last.ts";
import type { Diff } from "./diff-lines.ts";

/** Lines side by side; -1: nothing on that side. What is no code (files, hunks) is on the right only. */
export interface LinePair {
  readonly left: number;
  readonly right: number;
}

export interface DiffPairs {
  readonly split: readonly LinePair[];
  /** The item of `split` a line stands in. */
  readonly itemOf: Uint32Array;
  /** The added line for a removed one, and the other way round; -1: none. */
  readonly partner: Int32Array;
}

/** Removed lines beside the added ones that follow them, in their order. */
export const pairsOf = memoizeLast((diff: Diff): DiffPairs => {
  const { lines } = diff;
  const split: LinePair[] = [];
  const itemOf = new Uint32Array(lines.length);
  const partner = new Int32Array(lines.length).fill(-1);
  const put = (left: number, right: number): void => {
    if (left >= 0) itemOf[left] = split.length;
    if (right >= 0) itemOf[right] = split.length;
    split.push({ left, right });
  };
  let at = 0;
  while (at < lines.length) {
    if (lines[at]?.kind !== "removed" && lines[at]?.kind !== "added") {
      put(lines[at]?.kind === "context" ? at : -1, at);
      at += 1;
      continue;
    }
    const removed = endOf(diff, at, "removed");
    // "No newline at the end" may stand between both.
    const between = removed > at && lines[removed]?.kind === "meta" && lines[removed + 1]?.kind === "added" ? 1 : 0;
    const added = endOf(diff, removed + between, "added");
    const first = removed + between;
    for (let index = 0; index < Math.max(removed - at, added - first); index += 1) {
      const left = at + index < removed ? at + index : -1;
      const right = first + index < added ? first + index : -1;
      if (left >= 0 && right >= 0) {
        partner[left] = right;
        partner[right] = left;
      }
      put(left, right);
    }
    if (between === 1) put(-1, removed);
    at = added;
  }
  return { split, itemOf, partner };
});

function endOf({ lines }: Diff, from: number, kind: "added" | "removed"): number {
  let at = from;
  while (lines[at]?.kind === kind) at += 1;
  return at;
}
