import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

import type { Workspace } from "../../src/engine/ports/workspace.ts";
import { isSettled } from "../../src/workspace/stat-cache.ts";
import { check, doTask, enter, read, scratch, type Scratch } from "./scratch.ts";

/** As if all in it had been there for long. */
function age(own: Scratch): void {
  const longAgo = new Date("2020-01-01T00:00:00.5Z");
  utimesSync(join(own.project, ".git/worktrees"), longAgo, longAgo);
}

test("a branch that a person checks out anywhere, at any time, is left to that person", async () => {
  const own = scratch();
  const workspace = own.open();
  await enter(own, workspace, "A");
  age(own);
  await enter(own, workspace, "A");
  own.git(own.project, "branch", "gandy/B", "main");
  const theirs = join(own.root, "theirs");
  own.git(own.project, "worktree", "add", "-q", theirs, "gandy/B");
  await expect(enter(own, workspace, "B")).rejects.toThrow(`branch gandy/B is checked out in ${theirs}`);
  // Git names it as ours would be named.
  own.git(theirs, "checkout", "-q", "--detach");
  await enter(own, workspace, "B");
  own.git(own.project, "worktree", "add", "-q", "--detach", join(own.root, "C"));
  expect((await enter(own, workspace, "C")).path).toBe(join(own.worktrees, "C"));
  age(own);
  await enter(own, workspace, "C");
  own.git(join(own.root, "C"), "checkout", "-q", "--ignore-other-worktrees", "gandy/C");
  await expect(enter(own, workspace, "C")).rejects.toThrow(`branch gandy/C is checked out in ${join(own.root, "C")}`);
  own.git(own.project, "worktree", "remove", join(own.root, "C"));
  await enter(own, workspace, "C");
});

test("what a worktree of a person's was seen to stand on is not believed once anything may have changed it", async () => {
  const own = scratch();
  const workspace = own.open();
  await enter(own, workspace, "A");
  const theirs = join(own.root, "theirs");
  own.git(own.project, "worktree", "add", "-q", "-b", "mine", theirs);
  const gitDir = join(own.project, ".git/worktrees/theirs");
  const head = join(gitDir, "HEAD");
  const alias = join(own.project, ".git/refs/heads/mine");
  const wasAlias = readFileSync(alias);
  const rebasing = (folder: string): void => {
    mkdirSync(join(gitDir, folder));
    writeFileSync(join(gitDir, folder, "head-name"), "refs/heads/gandy/A\n");
  };
  const onBranch = readFileSync(head, "utf8");
  const onNone = own.git(own.project, "rev-parse", "main");
  const ways: readonly (readonly [string, () => void])[] = [
    [onBranch, () => own.git(theirs, "checkout", "-q", "--ignore-other-worktrees", "gandy/A")],
    [onBranch, () => writeFileSync(head, "ref: refs/heads/gandy/A\n")],
    [onBranch, () => writeFileSync(alias, "ref: refs/heads/gandy/A\n")],
    [onNone, () => rebasing("rebase-merge")],
    [onNone, () => rebasing("rebase-apply")],
  ];
  for (const [wasHead, way] of ways) {
    writeFileSync(head, wasHead);
    await settled([gitDir, head, alias]);
    await enter(own, workspace, "A");
    way();
    await expect(enter(own, workspace, "A")).rejects.toThrow(`branch gandy/A is checked out in ${theirs}`);
    for (const folder of ["rebase-merge", "rebase-apply"])
      rmSync(join(gitDir, folder), { recursive: true, force: true });
    writeFileSync(alias, wasAlias);
  }
});

/** Until their times are old enough that what is read of them counts for later. */
const settled = (paths: readonly string[]): Promise<void> =>
  vi.waitFor(() => {
    for (const path of paths) expect(isSettled(lstatSync(path, { bigint: true }))).toBe(true);
  });

test("a worktree of ours that a person moves away is that person's", async () => {
  const own = scratch();
  const workspace = own.open();
  await enter(own, workspace, "A");
  await enter(own, workspace, "B");
  age(own);
  await enter(own, workspace, "B");
  const moved = join(own.root, "moved");
  own.git(own.project, "worktree", "move", join(own.worktrees, "A"), moved);
  age(own);
  await expect(enter(own, workspace, "A")).rejects.toThrow(`branch gandy/A is checked out in ${moved}`);
});

/** Writes the name of each git command into a file. */
function countGit(own: Scratch, log: string): void {
  const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const first = `for word; do case $word in -*|*=*) ;; *) echo "$word" >> '${log}'; break;; esac; done`;
  mkdirSync(join(own.root, "bin"));
  writeFileSync(join(own.root, "bin/git"), `#!/bin/sh\n${first}\nexec '${git}' "$@"\n`, { mode: 0o755 });
  own.environment["PATH"] = `${join(own.root, "bin")}:${own.environment["PATH"] ?? ""}`;
}

/** A task from its start to its checks, with a reader's call. */
async function live(own: Scratch, workspace: Workspace, task: string): Promise<void> {
  await enter(own, workspace, task);
  const { tree, commit, base } = await doTask(own, workspace, task, { [`${task}.txt`]: "done\n" });
  await workspace.trees.enter({ ...tree, commit, reason: "review", keep: false });
  expect(await workspace.trees.discard(tree, commit)).toEqual([]);
  const about = { run: "run1", task, base, commit, waived: [], checks: [check("test", `echo ${task}`)] };
  const request = { ...about, env: { pass: [], set: {} }, signal: new AbortController().signal };
  expect(await workspace.gate.run(request)).toMatchObject([{ result: "pass" }]);
}

function keepOne(own: Scratch, name: string): void {
  const gitDir = join(own.project, ".git/worktrees", name);
  mkdirSync(gitDir, { recursive: true });
  mkdirSync(join(own.worktrees, name));
  writeFileSync(join(gitDir, "gitdir"), `${join(own.worktrees, name, ".git")}\n`);
  writeFileSync(join(gitDir, "commondir"), "../..\n");
  writeFileSync(join(gitDir, "HEAD"), `ref: refs/heads/gandy/${name}\n`);
  writeFileSync(join(own.worktrees, name, ".git"), `gitdir: ${gitDir}\n`);
}

test("what a task costs does not grow with the worktrees that are kept, and git never lists them", async () => {
  const own = scratch();
  const log = join(own.root, "log");
  countGit(own, log);
  const workspace = own.open();
  const costs: string[][] = [];
  for (const task of ["A", "B", "C"]) {
    rmSync(log, { force: true });
    await live(own, workspace, task);
    costs.push((read(log) ?? "").trimEnd().split("\n"));
    for (let n = 0; n < 20; n += 1) keepOne(own, `${task}${n}`);
  }
  const until = ["update-ref", "reset", "status", "add", "write-tree", "commit-tree", "update-ref", "status", "status"];
  const mine = costs[2]?.filter((command) => !["diff", "rev-parse", "cat-file"].includes(command));
  expect(mine).toEqual([...until, "status", "status"]);
  expect(costs[2]).toEqual(costs[1]);
});
