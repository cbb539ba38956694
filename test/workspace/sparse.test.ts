import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { check, enter, message, scratch, write } from "./scratch.ts";

test("files that a sparse checkout leaves out stay in the commits, whoever wrote the index", async () => {
  const own = scratch();
  write(own.project, { "in/a.txt": "a\n", "out/b.txt": "b\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "more");
  const workspace = own.open();
  const base = own.git(own.project, "rev-parse", "main");
  const tree = await enter(own, workspace, "A");
  own.git(tree.path, "sparse-checkout", "set", "in");
  expect(existsSync(join(tree.path, "out"))).toBe(false);
  write(tree.path, { "in/a.txt": "changed\n", "in/new.txt": "new\n" });
  own.git(tree.path, "update-index", "--assume-unchanged", "in/a.txt");
  const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
  expect(made?.files).toEqual(["in/a.txt", "in/new.txt"]);
  expect(await workspace.trees.discard(tree, made?.commit ?? "")).toEqual([]);
  const about = { run: "run1", task: "A", base, commit: made?.commit ?? "", waived: [] };
  const request = { ...about, env: { pass: [], set: {} }, signal: new AbortController().signal };
  expect(await workspace.gate.run({ ...request, checks: [check("test", "cat in/a.txt")] })).toMatchObject([
    { result: "pass" },
  ]);
});
