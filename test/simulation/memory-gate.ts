import type { CheckResult } from "../../src/domain/events.ts";
import type { Gate } from "../../src/engine/ports/workspace.ts";
import { treeId } from "./commits.ts";
import type { Disk } from "./disk.ts";
import type { Working } from "./working-tree.ts";

export interface Checking {
  /** What a check says of a tree; asked once for each. */
  readonly measure: (tree: string, check: string) => "pass" | "fail" | "flaky";
  /** How long it takes. */
  readonly wait: (signal: AbortSignal) => Promise<void>;
}

/** Checks as the real gate judges them: the base is measured when one is red, a tree that has a result is not run again. */
export function memoryGate(disk: Disk, { step }: Working, checking: Checking): Gate {
  const measure = async (commit: string, check: string, signal: AbortSignal): Promise<"pass" | "fail" | "flaky"> => {
    const tree = treeId(disk.filesOf(commit));
    const name = `${check}: ${tree}`;
    const known = disk.measured.get(name);
    if (known !== undefined) return known;
    await checking.wait(signal);
    signal.throwIfAborted();
    const result = checking.measure(tree, check);
    disk.measured.set(name, result);
    return result;
  };
  return {
    judgeByBase: async () => ({ touched: [], checks: [] }),
    async run({ commit, base, checks, signal }) {
      await step();
      const results: CheckResult[] = [];
      for (const { name } of checks) {
        const result = await measure(commit, name, signal);
        const known = result === "fail" && (await measure(base, name, signal)) === "fail";
        const failures = result === "fail" ? [name] : [];
        results.push({
          name,
          result: known ? "known" : result,
          durationMs: 1_000,
          output: null,
          failures,
          newFailures: known ? [] : failures,
          tree: treeId(disk.filesOf(commit)),
          tail: "",
        });
      }
      return results;
    },
  };
}
