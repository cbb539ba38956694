import type { CheckResult } from "../../src/domain/events.ts";
import type { Gate } from "../../src/engine/ports/workspace.ts";
import { checkVerdict } from "../../src/policy/check-verdict.ts";
import { treeId } from "./commits.ts";
import type { Disk } from "./disk.ts";

export interface Checking {
  /** What a check says of a tree; asked once for each. */
  readonly measure: (tree: string, check: string) => "pass" | "fail" | "flaky";
  /** Whether every check is red now, whatever it says of the tree. */
  readonly isInTheWay: () => boolean;
  /** How long it takes. */
  readonly wait: (signal: AbortSignal) => Promise<void>;
}

type Said = ReturnType<Checking["measure"]>;

/** Checks as the real gate judges them: the base is measured again when one is red, a tree that has a result is not run again. */
export function memoryGate(disk: Disk, begin: () => Promise<void>, checking: Checking): Gate {
  const measure = async (commit: string, check: string, signal: AbortSignal): Promise<Said> => {
    const tree = treeId(disk.filesOf(commit));
    const name = `${check}: ${tree}`;
    const known = disk.measured.get(name);
    if (known !== undefined) return known;
    await checking.wait(signal);
    signal.throwIfAborted();
    if (checking.isInTheWay()) return "fail";
    const result = checking.measure(tree, check);
    disk.measured.set(name, result);
    return result;
  };
  const ended = (name: string, result: Said) => ({ result, failures: result === "fail" ? [name] : [] });
  return {
    judgeByBase: async () => ({ touched: [], checks: [] }),
    async run({ commit, base, checks, signal, waived, mends }) {
      await begin();
      const results: CheckResult[] = [];
      for (const { name } of checks) {
        const own = ended(name, await measure(commit, name, signal));
        const before = own.result === "fail" ? ended(name, await measure(base, name, signal)) : null;
        const again = before !== null && checking.isInTheWay() ? ended(name, "fail") : before;
        const verdict = checkVerdict({
          own,
          before,
          again,
          mayBeKnown: waived === null,
          waived: waived?.includes(name) === true,
          mends: mends?.check === name ? mends.failures : [],
        });
        results.push({
          name,
          durationMs: 1_000,
          output: null,
          failures: own.failures,
          tree: treeId(disk.filesOf(commit)),
          tail: "",
          ...verdict,
        });
      }
      return results;
    },
    async base({ commit, checks, signal }) {
      await begin();
      const tree = treeId(disk.filesOf(commit));
      const measured = [];
      for (const { name, run } of checks) {
        const { result, failures } = ended(name, await measure(commit, name, signal));
        measured.push({
          name,
          command: run,
          result,
          failures,
          named: false,
          durationMs: 1_000,
          output: null,
          tail: "",
        });
      }
      return { tree, checks: measured };
    },
  };
}
