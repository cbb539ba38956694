import { expect, test } from "vitest";

import { LeaseLost } from "../../../src/domain/lease-lost.ts";
import { fencedWorkspace } from "../../../src/engine/task/fenced-workspace.ts";
import { BehindBack } from "../../../src/engine/watching/behind-back.ts";
import { openMemory, repository, run } from "../../state/sample.ts";
import { doTask, message, scratch, write } from "../../workspace/scratch.ts";

test("an engine that has lost its task touches neither its tree nor a branch", async () => {
  const own = scratch();
  const workspace = own.open();
  const { tree, commit, base } = await doTask(own, workspace, "A", { "a.txt": "two\n" });
  write(tree.path, { "a.txt": "the successor's\n" });
  const behindBack = new BehindBack({
    watch: workspace.watch,
    ledger: openMemory().ledger,
    repository,
    run,
    integration: "gandy/integration",
    isOurWay: () => Promise.resolve(false),
    inScope: () => true,
    assertOwner: () => Promise.resolve(),
  });
  const gone = (): Promise<never> => Promise.reject(new LeaseLost("A"));
  const writer = { assertOurs: gone, flush: () => Promise.resolve() };
  const lost = fencedWorkspace(workspace, "A", behindBack, {
    writer,
    entersBySetup: false,
    beforeTip: () => Promise.resolve(),
  });
  const enter = { task: "A", branch: tree.branch, commit: base, reason: "test", keep: false };
  const merge = {
    task: "A",
    commit,
    base,
    into: "gandy/integration",
    style: "squash",
    message: message("A", "m"),
  } as const;
  const touches: readonly (() => Promise<unknown>)[] = [
    () => lost.trees.enter(enter),
    () => lost.trees.commit(tree, commit, message("A", "k")),
    () => lost.trees.discard(tree, commit),
    () => lost.snapshots.take(tree, "test"),
    () => lost.integration.merge({ ...merge, verify: () => Promise.resolve([]) }),
    () => lost.integration.materializeConflict(tree, commit),
  ];
  const state = (): readonly string[] => [
    own.git(own.project, "for-each-ref"),
    own.git(tree.path, "status", "--porcelain"),
    own.git(tree.path, "diff"),
  ];
  const before = state();
  for (const touch of touches) await expect(touch()).rejects.toThrow(LeaseLost);
  expect(state()).toEqual(before);
  expect(await lost.trees.probe(tree.branch, base, "A/nothing")).toBeNull();
});
