import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ownTrees } from "../../src/workspace/worktree-folder.ts";
import { check, doTask, enter, read, scratch, write } from "./scratch.ts";

test("a snapshot touches neither files nor index, is numbered, and is null when there is nothing new", async () => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  expect(await workspace.snapshots.take(tree, "r")).toBeNull();
  write(tree.path, { "a.txt": "two\n" });
  own.git(tree.path, "add", ".");
  write(tree.path, { "a.txt": "three\n", "b.txt": "b\n" });
  const before = own.git(tree.path, "status", "--porcelain");
  const first = await workspace.snapshots.take(tree, "before a retry\nGandy-Key: x");
  expect(first).toMatchObject({ n: 1, ref: "refs/gandy/snapshots/A/1" });
  expect(own.git(tree.path, "status", "--porcelain")).toBe(before);
  expect(own.git(tree.path, "show", `${first?.ref}:a.txt`)).toBe("three");
  expect(own.git(tree.path, "log", "-1", "--format=%s", first?.ref ?? "")).toBe(
    "snapshot: before a retry Gandy-Key: x",
  );
  expect(own.git(tree.path, "rev-parse", `${first?.ref}^`)).toBe(own.git(tree.path, "rev-parse", "HEAD"));
  expect((await workspace.snapshots.take(tree, "r"))?.n).toBe(2);
  const many = await Promise.all([1, 2, 3, 4].map(() => workspace.snapshots.take(tree, "r")));
  expect(many.map((one) => one?.n ?? 0).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6]);
});

test("a change of equal length within the second in which the index was written is seen", async () => {
  const own = scratch();
  own.git(own.project, "config", "core.trustctime", "false");
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  const file = join(tree.path, "a.txt");
  utimesSync(file, 1_000_000_000, 1_000_000_000);
  own.git(tree.path, "update-index", "--refresh");
  utimesSync(join(own.project, ".git/worktrees/A/index"), 1_000_000_000, 1_000_000_000);
  writeFileSync(file, "two\n");
  utimesSync(file, 1_000_000_000, 1_000_000_000);
  const snapshot = await workspace.snapshots.take(tree, "r");
  expect(own.git(own.project, "show", `${snapshot?.commit}:a.txt`)).toBe("two");
});

test("a snapshot comes back into an empty folder only, also after its worktree is gone", async () => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  write(tree.path, { "deep/ü x.sh": "#!/bin/sh\n" });
  chmodSync(join(tree.path, "deep/ü x.sh"), 0o755);
  symlinkSync("a.txt", join(tree.path, "link"));
  await workspace.snapshots.take(tree, "r");
  await workspace.snapshots.remove("A");
  const into = join(own.root, "out", "here");
  expect(await workspace.snapshots.restore("A", 1, into)).toEqual({ files: 3 });
  expect(read(into, "deep/ü x.sh")).toBe("#!/bin/sh\n");
  expect(read(into, "link")).toBe("one\n");
  expect(existsSync(join(into, ".git"))).toBe(false);
  await expect(workspace.snapshots.restore("A", 1, into)).rejects.toThrow("is not empty");
  await expect(workspace.snapshots.restore("A", 7, join(own.root, "o"))).rejects.toThrow("A has no snapshot 7");
  await expect(workspace.snapshots.restore("../A", 1, join(own.root, "o"))).rejects.toThrow("not a task's id");
  expect(own.git(own.project, "status", "--porcelain")).toBe("");
});

test("removing keeps unfinished work and the branch, and runs teardown, whose failure stops nothing", async () => {
  const own = scratch();
  const workspace = own.open({ teardown: "echo closing $GANDY_TASK > ../teardown; exit 3" });
  const { tree, commit } = await doTask(own, workspace, "A", { "a.txt": "two\n" });
  write(tree.path, { "b.txt": "b\n" });
  await workspace.snapshots.remove("A");
  expect(existsSync(tree.path)).toBe(false);
  expect(read(own.worktrees, "teardown")).toBe("closing A\n");
  expect(own.notes.join("\n")).toMatch(/teardown failed in .*: exit code 3/);
  expect(own.git(own.project, "rev-parse", "gandy/A")).toBe(commit);
  expect(own.git(own.project, "show", "refs/gandy/snapshots/A/1:b.txt")).toBe("b");
  expect(own.git(own.project, "worktree", "list").split("\n")).toHaveLength(1);
  await workspace.snapshots.remove("A");
  await workspace.snapshots.remove("never-was");
});

test("removing keeps commits that no branch holds, and refuses a folder that is no worktree", async () => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  own.git(tree.path, "checkout", "-q", "--detach");
  write(tree.path, { "a.txt": "two\n" });
  own.git(tree.path, "commit", "-qam", "nobody's");
  const head = own.git(tree.path, "rev-parse", "HEAD");
  own.git(own.project, "worktree", "lock", tree.path);
  await workspace.snapshots.remove("A");
  expect(existsSync(tree.path)).toBe(false);
  expect(own.git(own.project, "rev-parse", "refs/gandy/snapshots/A/1")).toBe(head);
  mkdirSync(join(own.worktrees, "B"));
  writeFileSync(join(own.worktrees, "B", "x"), "x");
  await expect(workspace.snapshots.remove("B")).rejects.toThrow("is not a worktree of this repository");
  expect(read(own.worktrees, "B", "x")).toBe("x");
});

test("a worktree whose folder a person has deleted is forgotten, and its branch stays", async () => {
  const own = scratch();
  const workspace = own.open();
  const { tree, commit } = await doTask(own, workspace, "A", { "a.txt": "two\n" });
  rmSync(tree.path, { recursive: true });
  await workspace.snapshots.remove("A");
  expect(own.git(own.project, "worktree", "list", "--porcelain")).not.toContain("prunable");
  expect(own.git(own.project, "worktree", "list").split("\n")).toHaveLength(1);
  expect(own.git(own.project, "rev-parse", "gandy/A")).toBe(commit);
  expect(own.notes).toEqual([]);
});

test("worktrees of our own go without a snapshot", async () => {
  const own = scratch();
  const workspace = own.open();
  const { commit, base } = await doTask(own, workspace, "A", { "b.txt": "b\n" });
  const signal = new AbortController().signal;
  const env = { pass: [], set: {} };
  const checks = [check("t", "test ! -e b.txt; touch stray; test ! -e b.txt")];
  await workspace.gate.run({ run: "r", task: "B", commit, base, checks, env, signal, waived: null });
  expect(own.git(own.project, "worktree", "list").split("\n")).toHaveLength(4);
  for (const name of ownTrees) await workspace.snapshots.remove(name);
  expect(own.git(own.project, "worktree", "list").split("\n")).toHaveLength(2);
  expect(own.git(own.project, "for-each-ref", "refs/gandy")).toBe("");
});
