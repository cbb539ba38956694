import type { Wall } from "./families.ts";

const inFamily = (family: string, ids: readonly string[]): readonly string[] => ids.map((id) => `${family}/${id}`);

/** What no watch can see or undo without a wall around agents. */
export const needsWall: ReadonlySet<string> = new Set([
  ...inFamily("person", ["ledger"]),
  ...inFamily("behind", ["checkout-unsaid", "other-worktree", "own-settings"]),
]);

/** What still gets through and should not. The test fails where one of them no longer does. */
export const pending: Readonly<Record<Wall, ReadonlySet<string>>> = {
  off: new Set(),
  require: new Set(),
};
