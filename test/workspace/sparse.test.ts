import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Workspace } from "../../src/engine/ports/workspace.ts";
import { check, enter, message, scratch, write, type Scratch } from "./scratch.ts";

async function sparseTree(own: Scratch, workspace: Workspace) {
  write(own.project, { "in/a.txt": "a\n", "out/b.txt": "b\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "more");
  const base = own.git(own.project, "rev-parse", "main");
  const tree = await enter(own, workspace, "A");
  own.git(tree.path, "sparse-checkout", "set", "in");
  return { base, tree, commit: () => workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1")) };
}

test("files that a sparse checkout leaves out stay in the commits, whoever wrote the index", async () => {
  const own = scratch();
  const workspace = own.open();
  const { base, tree, commit } = await sparseTree(own, workspace);
  expect(existsSync(join(tree.path, "out"))).toBe(false);
  write(tree.path, { "in/a.txt": "changed\n", "in/new.txt": "new\n" });
  own.git(tree.path, "update-index", "--assume-unchanged", "in/a.txt");
  const made = await commit();
  expect(made?.files).toEqual(["in/a.txt", "in/new.txt"]);
  expect(await workspace.trees.discard(tree, made?.commit ?? "")).toEqual([]);
  const about = { run: "run1", task: "A", base, commit: made?.commit ?? "", waived: [] };
  const request = { ...about, env: { pass: [], set: {} }, signal: new AbortController().signal };
  expect(await workspace.gate.run({ ...request, checks: [check("test", "cat in/a.txt")] })).toMatchObject([
    { result: "pass" },
  ]);
});

test.each([
  ["broken", (index: string) => writeFileSync(index, "bad")],
  ["gone", (index: string) => rmSync(index)],
])("files that a sparse checkout leaves out are not taken for deleted where the index is %s", async (_how, spoil) => {
  const own = scratch();
  const { tree, commit } = await sparseTree(own, own.open());
  write(tree.path, { "in/a.txt": "changed\n" });
  spoil(join(own.git(tree.path, "rev-parse", "--git-dir"), "index"));
  expect((await commit())?.files).toEqual(["in/a.txt"]);
});

test("a file that was changed where a sparse checkout has none is in the commit, whatever git was told to expect there", async () => {
  const own = scratch();
  const { tree, commit } = await sparseTree(own, own.open());
  own.git(tree.path, "config", "sparse.expectFilesOutsideOfPatterns", "true");
  write(tree.path, { "out/b.txt": "changed\n" });
  expect((await commit())?.files).toEqual(["out/b.txt"]);
});
