import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { judge } from "./judge.ts";
import type { Mutant } from "./mutant.ts";
import { faultsIn, type Fault } from "./suite.ts";

const mutant: Mutant = { file: "a.ts", line: 1, kind: "changed constant", before: "f(1);", after: "f(2);" };
const fault = (file: string | null): Fault => ({ file, what: `${file ?? "the run"} fails` });

/** Tests that fail as `fails` says of what is run and of whether the fault is there. */
async function judged(fails: (run: string, isFaulty: boolean) => readonly Fault[]): Promise<unknown> {
  const top = mkdtempSync(join(tmpdir(), "tree-"));
  const file = join(top, mutant.file);
  writeFileSync(file, "f(1);\n");
  const faults = async (args: readonly string[]): Promise<readonly Fault[]> =>
    Promise.resolve(fails(args.join(" "), readFileSync(file, "utf8").includes("f(2)")));
  const verdict = await judge(top, { faults }, mutant, false);
  expect(readFileSync(file, "utf8")).toBe("f(1);\n");
  return verdict;
}

describe("a fault is killed by", () => {
  test("a test that fails with it only", async () => {
    const verdict = await judged((run, isFaulty) => (isFaulty && run !== "related a.ts" ? [fault("b.test.ts")] : []));
    expect(verdict).toEqual({ kind: "killed", by: "b.test.ts fails" });
  });
  test("a run that fails outside of tests with it only", async () => {
    expect(await judged((_, isFaulty) => (isFaulty ? [fault(null)] : []))).toMatchObject({ kind: "killed" });
  });
  test("a test behind one that fails in any case", async () => {
    const verdict = await judged((run, isFaulty) => {
      if (run === "run c.test.ts") return isFaulty ? [fault("c.test.ts")] : [];
      return isFaulty ? [fault("b.test.ts"), fault("c.test.ts")] : [fault("b.test.ts")];
    });
    expect(verdict).toEqual({ kind: "killed", by: "c.test.ts fails" });
  });
});

describe("a fault is not killed by", () => {
  test.each([
    ["a test that fails without it too", (): readonly Fault[] => [fault("b.test.ts")]],
    ["a run that fails without it too", (): readonly Fault[] => [fault(null)]],
    ["a test that failed with it once", (run: string): readonly Fault[] => (run === "run" ? [fault("b.test.ts")] : [])],
  ])("%s", async (_, fails) => {
    expect(await judged(fails)).toEqual({ kind: "survived" });
  });
});

test("a file that was cut off is no fault; one that does not load is, with why", () => {
  const of = (name: string, status: string, message = "", tests: readonly string[] = []): object => ({
    name: `/tree/${name}`,
    status,
    message,
    assertionResults: tests.map((each) => ({
      status: each,
      fullName: `it ${each}`,
      failureMessages: each === "failed" ? ["\u001b[31mError: no\n    at x"] : [],
    })),
  });
  const testResults = [
    of("cut.test.ts", "failed"),
    of("half.test.ts", "failed", "", ["passed", "skipped"]),
    of("missing.test.ts", "failed", "Cannot find x\nmore"),
    of("after.test.ts", "failed", "left over", ["passed"]),
    of("red.test.ts", "failed", "", ["passed", "failed"]),
    of("green.test.ts", "passed", "", ["passed"]),
  ];
  expect(faultsIn(JSON.stringify({ testResults }), "/tree").map(({ what }) => what)).toEqual([
    "missing.test.ts: it does not load: Cannot find x",
    "after.test.ts: outside of its tests: left over",
    "red.test.ts: it failed: Error: no",
  ]);
});
