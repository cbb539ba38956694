import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { findRepository, type FoundRepository } from "../../src/workspace/repository.ts";
import { doTask, enter, landBranch, scratch, write, type Scratch } from "./scratch.ts";

let made = 0;
const find = (own: Scratch, cwd: string): Promise<FoundRepository> =>
  findRepository(cwd, { newId: () => `id${(made += 1)}`, environment: own.environment });

async function found(own: Scratch, cwd: string) {
  const answer = await find(own, cwd);
  if (!answer.ok) throw new Error(answer.problem.message);
  return answer.repository;
}

async function problemOf(own: Scratch, cwd: string) {
  const answer = await find(own, cwd);
  return answer.ok ? null : answer.problem;
}

test("is found from any folder in it, with an id that all its checkouts share", async () => {
  const own = scratch();
  write(own.project, { "deep/er/x": "x" });
  const first = await found(own, join(own.project, "deep/er"));
  expect(first).toMatchObject({
    top: own.project,
    commonDir: join(own.project, ".git"),
    branch: "main",
    head: own.git(own.project, "rev-parse", "HEAD"),
    notices: [],
  });
  expect(own.git(own.project, "config", "--local", "gandy.repository")).toBe(first.id);
  const linked = join(own.root, "linked");
  own.git(own.project, "worktree", "add", "-q", "--detach", linked);
  expect(await found(own, linked)).toMatchObject({ id: first.id, top: linked, branch: null });
});

test("has one id for all who come to it at once", async () => {
  const own = scratch();
  const all = await Promise.all(Array.from({ length: 8 }, () => found(own, own.project)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect((await found(own, own.project)).id).toBe(all[0]?.id);
});

test("keeps its id when it is moved and gets another when it is copied, and says so", async () => {
  const own = scratch();
  const before = await found(own, own.project);
  const moved = join(own.root, "moved");
  renameSync(own.project, moved);
  const after = await found(own, moved);
  expect(after.id).toBe(before.id);
  expect(after.notices).toEqual([`this repository was moved here from ${own.project}/.git: its history came with it`]);
  expect((await found(own, moved)).notices).toEqual([]);
  const copy = join(own.root, "copy");
  cpSync(moved, copy, { recursive: true });
  const copied = await found(own, copy);
  expect(copied.id).not.toBe(before.id);
  expect(copied.notices[0]).toContain(`is a copy of ${moved}/.git`);
  expect((await found(own, moved)).id).toBe(before.id);
});

test("worktrees and unfinished work go with a moved repository; a copy has its own", async () => {
  const own = scratch();
  const { tree } = await doTask(own, own.open(), "A", { "a.txt": "two\n" });
  write(tree.path, { "a.txt": "unfinished\n" });
  const moved = join(own.root, "moved");
  renameSync(own.project, moved);
  const snapshot = await own.open({ repository: moved }).snapshots.take(tree, "r");
  expect(own.git(moved, "show", `${snapshot?.commit}:a.txt`)).toBe("unfinished");
  expect(own.git(tree.path, "status", "--porcelain")).toBe(" M a.txt");

  const copy = join(own.root, "copy");
  cpSync(moved, copy, { recursive: true });
  const there = { ...own, project: copy };
  const workspace = own.open({ repository: copy, worktrees: join(own.root, "other") });
  const copied = await doTask(there, workspace, "A", { "a.txt": "three\n" });
  expect(copied.tree.path).toBe(join(own.root, "other", "A"));
  expect(own.git(copy, "show", "gandy/A:a.txt")).toBe("three");
  expect(own.git(moved, "show", "gandy/A:a.txt")).toBe("two");
  expect(own.git(tree.path, "diff", "--name-only")).toBe("a.txt");
});

test("says what is missing and which command helps", async () => {
  const own = scratch();
  expect(await problemOf(own, own.root)).toEqual({
    code: "not_a_repository",
    message: `${own.root} is not in a git repository; make one with "git init" and "git add -A && git commit -m start"`,
  });
  own.git(own.root, "init", "-q", "unborn");
  expect((await problemOf(own, join(own.root, "unborn")))?.message).toContain("has no commit yet; make one with");
  own.git(own.root, "init", "-q", "--bare", "bare");
  expect(await problemOf(own, join(own.root, "bare"))).toMatchObject({ code: "bare" });
  expect(await problemOf(own, join(own.project, ".git"))).toMatchObject({ code: "bare" });
  expect(await problemOf(own, join(own.root, "nowhere"))).toMatchObject({ code: "unusable" });
});

test("says when git is too old or not there", async () => {
  const own = scratch();
  const bin = join(own.root, "bin");
  mkdirSync(bin);
  Object.assign(own.environment, { PATH: bin });
  expect(await problemOf(own, own.project)).toMatchObject({ code: "no_git" });
  writeFileSync(join(bin, "git"), "#!/bin/sh\necho git version 2.37.1\n");
  chmodSync(join(bin, "git"), 0o755);
  expect(await problemOf(own, own.project)).toEqual({
    code: "old_git",
    message: "git 2.38 or newer is needed; this is 2.37.1",
  });
});

test("a linked checkout of a bare repository is worked in like any other", async () => {
  const own = scratch();
  own.git(own.root, "clone", "-q", "--bare", own.project, "bare.git");
  const checkout = join(own.root, "checkout");
  own.git(join(own.root, "bare.git"), "worktree", "add", "-q", checkout, "main");
  const { top } = await found(own, checkout);
  const there = { ...own, project: top };
  const workspace = own.open({ repository: top });
  const { commit, base } = await doTask(there, workspace, "A", { "a.txt": "two\n" });
  const message = { task: "A", run: "r", subject: "A", body: "", key: "A/m", steps: [], models: [] };
  const merged = await workspace.integration.merge({
    task: "A",
    commit,
    base,
    into: "main",
    style: "squash",
    message,
    verify: async () => [],
  });
  expect(merged).toMatchObject({ kind: "merged" });
  expect(own.git(checkout, "status", "--porcelain", "--branch")).toBe("## main");
  expect(own.git(checkout, "show", "HEAD:a.txt")).toBe("two");
});

test("a submodule's own repository is worked in like any other, and its checkout is seen", async () => {
  const own = scratch();
  const outer = join(own.root, "outer");
  own.git(own.root, "init", "-q", "outer");
  own.git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "-b", "main", own.project, "inner");
  own.git(outer, "commit", "-qm", "outer");
  expect((await found(own, outer)).notices[0]).toContain("has submodules");
  const inner = await found(own, join(outer, "inner"));
  expect(inner).toMatchObject({ top: join(outer, "inner"), commonDir: join(outer, ".git/modules/inner") });
  const there = { ...own, project: inner.top };
  const workspace = own.open({ repository: inner.top });
  await doTask(there, workspace, "A", { "a.txt": "two\n" });
  write(inner.top, { "a.txt": "half\n" });
  expect(await landBranch(workspace, "gandy/A", "main")).toMatchObject({ kind: "blocked" });
  own.git(inner.top, "checkout", "-q", "a.txt");
  expect(await landBranch(workspace, "gandy/A", "main")).toMatchObject({ kind: "brought" });
  expect(own.git(inner.top, "status", "--porcelain")).toBe("");
});

test("on a drive of Windows or of the network it is worked in, with a warning", async () => {
  const own = scratch();
  const noticesOf = async (type: number | null, wsl: object): Promise<readonly string[]> => {
    const environment = { ...own.environment, ...wsl };
    const answer = await findRepository(own.project, {
      newId: () => "id",
      environment,
      fileSystemType: () => Promise.resolve(type),
    });
    return answer.ok ? answer.repository.notices : [];
  };
  expect(await noticesOf(0x01021997, { WSL_DISTRO_NAME: "Debian" })).toEqual([expect.stringContaining("WSL2")]);
  expect(await noticesOf(0x6969, {})).toEqual([expect.stringContaining("network drive (NFS)")]);
  expect(await noticesOf(0xef53, {})).toEqual([]);
});

test("refuses settings that would lead git from every worktree into the user's checkout, until they are moved as it says", async () => {
  const own = scratch();
  const parent = join(own.root, "parent");
  own.git(own.root, "init", "-q", "-b", "main", parent);
  own.git(parent, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", own.project, "sub");
  const sub = join(parent, "sub");
  await found(own, sub);
  own.git(sub, "config", "extensions.worktreeConfig", "true");

  const problem = await problemOf(own, sub);
  expect(problem).toMatchObject({ code: "unusable" });
  expect(problem?.message).toContain("core.worktree is set in");
  execFileSync("bash", ["-c", /\(cd .*\)$/.exec(problem?.message ?? "")?.[0] ?? "false"], { env: own.environment });

  const { top } = await found(own, sub);
  expect(top).toBe(sub);
  const tree = await enter(own, own.open({ repository: sub }), "A");
  expect(own.git(tree.path, "rev-parse", "--show-toplevel")).toBe(tree.path);
});

test("refuses worktrees that would be bare, and takes one of a bare repository where only that is", async () => {
  const own = scratch();
  own.git(own.project, "config", "extensions.worktreeConfig", "true");
  const linked = join(own.root, "linked");
  own.git(own.project, "worktree", "add", "-q", "--detach", linked);
  own.git(linked, "config", "--worktree", "core.bare", "false");
  own.git(own.project, "config", "core.bare", "true");
  const problem = await problemOf(own, linked);
  expect(problem?.message).toContain("core.bare is set in");
  execFileSync("bash", ["-c", /\(cd .*\)$/.exec(problem?.message ?? "")?.[0] ?? "false"], { env: own.environment });
  const { top } = await found(own, linked);
  const tree = await enter(own, own.open({ repository: top }), "A");
  expect(own.git(tree.path, "rev-parse", "--show-toplevel")).toBe(tree.path);
});
