import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { doTask, enter, message, scratch, write } from "./scratch.ts";

test("links that a change makes, and repositories it brings, are named where they lead out", async () => {
  const own = scratch();
  write(own.project, { "fixture/HEAD": "ref: refs/heads/main\n", "fixture/objects/x": "x", "fixture/refs/y": "y" });
  symlinkSync("/usr", join(own.project, "old"));
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "start");
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  write(tree.path, { "docs/HEAD": "no repository\n", "fixture/z": "of no part of it\n" });
  symlinkSync("../a.txt", join(tree.path, "docs/inside"));
  symlinkSync("../../../outside", join(tree.path, "docs/above"));
  symlinkSync("/etc/passwd", join(tree.path, "passwd"));
  mkdirSync(join(tree.path, "deep"));
  execFileSync("git", ["clone", "-q", "--bare", own.project, join(tree.path, "deep/bare")]);
  const base = own.git(own.project, "rev-parse", "main");
  const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
  expect(await workspace.history.leadingOut(base, made?.commit ?? "")).toEqual([
    "the link docs/above to ../../../outside",
    "the link passwd to /etc/passwd",
    "the repository deep/bare",
  ]);
  expect(await workspace.history.leadingOut(made?.commit ?? "", base)).toEqual([]);
});

test("a link that climbs out by way of another link is named, one that climbs within is not", async () => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  write(tree.path, { "a/b/c.txt": "", "x/y/z.txt": "" });
  symlinkSync("..", join(tree.path, "a/up"));
  symlinkSync("up/../../outside", join(tree.path, "a/sly"));
  symlinkSync("b/../../x/y", join(tree.path, "a/odd"));
  symlinkSync("../".repeat(500), join(tree.path, "long"));
  const base = own.git(own.project, "rev-parse", "main");
  const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
  expect(await workspace.history.leadingOut(base, made?.commit ?? "")).toEqual([
    "the link a/sly to up/../../outside",
    `the link long to ${"../".repeat(500).slice(0, 200)}…`,
  ]);
});

test("what git refuses to commit is said with the file, the place and what to do", async () => {
  const own = scratch();
  const workspace = own.open();
  const work = doTask(own, workspace, "A", {
    ".gitattributes": "*.csv working-tree-encoding=UTF-16\n",
    "a.csv": "abc",
  });
  await expect(work).rejects.toThrow(
    /the files in \S+\/A cannot be committed, git refuses them: BOM is required in 'a\.csv' if encoded as UTF-16\. A line of \.gitattributes with working-tree-encoding says that a\.csv is written in another encoding than it is: change that line or the file there, then retry/,
  );
});
