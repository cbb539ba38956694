import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { doTask, enter, instantClock, message, read, scratch, write } from "./scratch.ts";

const step = "g1/main/S1/implement/1";

describe("entering a worktree", () => {
  test("makes it outside of the checkout, on its branch, at the commit", async () => {
    const own = scratch();
    const { trees } = own.open();
    const commit = own.git(own.project, "rev-parse", "main");
    const entered = await trees.enter({ task: "A-1", branch: "gandy/A-1-do", commit, reason: "r", keep: false });
    expect(entered).toEqual({
      tree: { task: "A-1", path: join(own.worktrees, "A-1"), branch: "gandy/A-1-do" },
      snapshot: null,
    });
    expect(own.git(entered.tree.path, "symbolic-ref", "HEAD")).toBe("refs/heads/gandy/A-1-do");
    expect(own.git(entered.tree.path, "rev-parse", "HEAD")).toBe(commit);
    expect(own.git(entered.tree.path, "status", "--porcelain")).toBe("");
    expect(read(entered.tree.path, "a.txt")).toBe("one\n");
    expect(own.git(own.project, "status", "--porcelain")).toBe("");
    expect(own.git(own.project, "symbolic-ref", "HEAD")).toBe("refs/heads/main");
  });

  test("again keeps what is there in a snapshot, puts the tree back and leaves ignored files", async () => {
    const own = scratch();
    const workspace = own.open();
    write(own.project, { ".gitignore": "cache/\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "ignore");
    const tree = await enter(own, workspace, "A");
    write(tree.path, { "a.txt": "two\n", "new/ü b.txt": "new\n", "-rf": "dash\n", "cache/x": "kept\n" });
    const commit = own.git(own.project, "rev-parse", "main");
    const { snapshot } = await workspace.trees.enter({ ...tree, commit, reason: "model switch", keep: false });
    expect(snapshot).toMatchObject({ n: 1, ref: "refs/gandy/snapshots/A/1", reason: "model switch" });
    expect(own.git(tree.path, "status", "--porcelain")).toBe("");
    expect(read(tree.path, "a.txt")).toBe("one\n");
    expect(existsSync(join(tree.path, "new"))).toBe(false);
    expect(read(tree.path, "cache/x")).toBe("kept\n");
    expect(own.git(own.project, "ls-tree", "-r", "--name-only", "-z", "refs/gandy/snapshots/A/1").split("\0")).toEqual([
      "-rf",
      ".gitignore",
      "a.txt",
      "new/ü b.txt",
      "",
    ]);
    const again = await workspace.trees.enter({ ...tree, commit, reason: "r", keep: false });
    expect(again.snapshot).toBeNull();
  });

  test("with keep leaves a tree at that commit as it is", async () => {
    const own = scratch();
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    write(tree.path, { "a.txt": "two\n" });
    const commit = own.git(own.project, "rev-parse", "main");
    const kept = await workspace.trees.enter({ ...tree, commit, reason: "r", keep: true });
    expect(kept.snapshot).toBeNull();
    expect(read(tree.path, "a.txt")).toBe("two\n");
    write(own.project, { "b.txt": "b\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "b");
    const moved = await workspace.trees.enter({
      ...tree,
      commit: own.git(own.project, "rev-parse", "main"),
      reason: "r",
      keep: true,
    });
    expect(moved.snapshot?.n).toBe(1);
    expect(read(tree.path, "a.txt")).toBe("one\n");
    expect(read(tree.path, "b.txt")).toBe("b\n");
  });

  test("going back to an earlier commit keeps the later one, once", async () => {
    const own = scratch();
    const workspace = own.open();
    const { tree, commit, base } = await doTask(own, workspace, "A", { "a.txt": "two\n" });
    const back = await workspace.trees.enter({ ...tree, commit: base, reason: "rewind", keep: false });
    expect(back.snapshot).toMatchObject({ n: 1, commit });
    expect(own.git(own.project, "rev-parse", "gandy/A")).toBe(base);
    await workspace.trees.enter({ ...tree, commit, reason: "forward", keep: false });
    const twice = await workspace.trees.enter({ ...tree, commit: base, reason: "rewind", keep: false });
    expect(twice.snapshot).toBeNull();
  });

  test("runs setup once, and again when a manifest changes; what it writes beside ignored files goes", async () => {
    const own = scratch();
    write(own.project, { ".gitignore": "installed\n", "package.json": "{}" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "manifest");
    const workspace = own.open({ setup: "echo $GANDY_TASK >> installed; echo changed > a.txt; touch stray" });
    const tree = await enter(own, workspace, "A");
    expect(read(tree.path, "installed")).toBe("A\n");
    expect(own.git(tree.path, "status", "--porcelain")).toBe("");
    expect(own.notes.join("\n")).toMatch(/setup changed 2 files .*: a\.txt, stray/);
    await enter(own, workspace, "A");
    expect(read(tree.path, "installed")).toBe("A\n");
    write(own.project, { "package.json": '{"a":1}' });
    own.git(own.project, "commit", "-qam", "new");
    await enter(own, workspace, "A");
    expect(read(tree.path, "installed")).toBe("A\nA\n");
  });

  test("a setup that fails says so with its output, and runs again next time", async () => {
    const own = scratch();
    const workspace = own.open({ setup: "echo cannot reach the registry >&2; test -e ../ok" });
    const entering = enter(own, workspace, "A");
    await expect(entering).rejects.toThrow("exit code 1");
    await expect(entering).rejects.toMatchObject({ fault: "setup", detail: "cannot reach the registry" });
    writeFileSync(join(own.worktrees, "ok"), "");
    expect(await enter(own, workspace, "A")).toMatchObject({ task: "A" });
  });

  test.each(["../x", "a/b", ".base", "", "..", "a..b", "x.lock", "-x", "a\0b"])("refuses the task %j", async (task) => {
    const own = scratch();
    const { trees } = own.open();
    const entering = trees.enter({ task, branch: "gandy/x", commit: "HEAD", reason: "r", keep: false });
    await expect(entering).rejects.toMatchObject({ fault: "guard" });
    expect(own.git(own.project, "worktree", "list").split("\n")).toHaveLength(1);
  });

  test.each(["-b", "a..b", "a b", "x.lock", ""])("refuses the branch %j", async (branch) => {
    const own = scratch();
    const { trees } = own.open();
    const entering = trees.enter({ task: "A", branch, commit: "HEAD", reason: "r", keep: false });
    await expect(entering).rejects.toMatchObject({ fault: "guard" });
  });

  test("refuses a branch the user has checked out, and a commit that is not there", async () => {
    const own = scratch();
    const { trees } = own.open();
    const commit = own.git(own.project, "rev-parse", "main");
    const onMain = trees.enter({ task: "A", branch: "main", commit, reason: "r", keep: false });
    await expect(onMain).rejects.toThrow(`branch main is checked out in ${own.project}`);
    const nowhere = trees.enter({ task: "A", branch: "gandy/A", commit: "f".repeat(40), reason: "r", keep: false });
    await expect(nowhere).rejects.toThrow("there is no commit ffff");
  });

  test("takes the place of a folder nobody knows, and keeps that folder", async () => {
    const own = scratch();
    write(own.worktrees, { "A/work.txt": "mine\n" });
    const tree = await enter(own, own.open(), "A");
    expect(read(tree.path, "a.txt")).toBe("one\n");
    expect(read(own.worktrees, ".aside-A-1/work.txt")).toBe("mine\n");
  });

  test("makes worktrees that git takes for its own, and leaves the names alone that others have", async () => {
    const own = scratch();
    own.git(own.project, "worktree", "add", "-q", "--detach", join(own.root, "A"));
    // Half of one, of which nothing tells where it was.
    mkdirSync(join(own.project, ".git/worktrees/A1"));
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    const listed = own.git(own.project, "worktree", "list", "--porcelain", "-z").replaceAll("\0", "\n");
    expect(listed).toContain(`worktree ${join(own.root, "A")}\n`);
    expect(listed).toMatch(new RegExp(`worktree ${tree.path}\nHEAD [0-9a-f]{40}\nbranch refs/heads/gandy/A\n\n`));
    expect(own.git(tree.path, "rev-parse", "--path-format=absolute", "--git-dir")).toBe(
      join(own.project, ".git/worktrees/A2"),
    );
    expect(() => own.git(own.project, "checkout", "-q", "gandy/A")).toThrow(/already (?:checked out|used)/);
    own.git(own.project, "worktree", "prune");
    expect(read((await enter(own, workspace, "A")).path, "a.txt")).toBe("one\n");
  });

  test("makes a worktree anew that was deleted, or that git died over", async () => {
    const own = scratch();
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    rmSync(tree.path, { recursive: true });
    expect(read((await enter(own, workspace, "A")).path, "a.txt")).toBe("one\n");
    writeFileSync(join(own.project, ".git/worktrees/A/locked"), "initializing");
    rmSync(join(tree.path, "a.txt"));
    expect(read((await enter(own, workspace, "A")).path, "a.txt")).toBe("one\n");
    expect(own.git(own.project, "for-each-ref", "refs/gandy")).toBe("");
  });
});

test("many tasks enter, commit and merge at once", async () => {
  const own = scratch();
  const workspace = own.open();
  const tasks = ["A", "B", "C", "D", "E", "F"];
  const merged = await Promise.all(
    tasks.map(async (task) => {
      const { commit, base } = await doTask(own, workspace, task, { [`${task}.txt`]: `${task}\n` });
      return workspace.integration.merge({
        task,
        commit,
        base,
        into: "gandy/integration",
        style: "squash",
        message: message(task, "g1/main/merge/1"),
        verify: async () => [],
      });
    }),
  );
  expect(merged.map(({ kind }) => kind)).toEqual(tasks.map(() => "merged"));
  const files = own.git(own.project, "ls-tree", "--name-only", "gandy/integration").split("\n");
  expect(files).toEqual([...tasks.map((task) => `${task}.txt`), "a.txt"]);
});

test("an agent that takes another task's branch does not keep that task out", async () => {
  const own = scratch();
  const workspace = own.open();
  const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
  const b = await enter(own, workspace, "B");
  own.git(b.path, "checkout", "-q", "--ignore-other-worktrees", "gandy/A");
  write(b.path, { "b.txt": "from b\n" });
  await workspace.trees.enter({ ...a.tree, commit: a.commit, reason: "r", keep: false });
  await workspace.snapshots.remove("A");
  await workspace.trees.enter({ ...a.tree, commit: a.commit, reason: "r", keep: false });
  expect((await workspace.trees.commit(b, a.base, message("B", step)))?.files).toEqual(["a.txt", "b.txt"]);
  expect(own.git(own.project, "rev-parse", "gandy/A")).toBe(a.commit);
  expect(own.git(b.path, "symbolic-ref", "--short", "HEAD")).toBe("gandy/B");
});

describe("what agents do to a worktree", () => {
  test("a .git that is gone, a repository of its own or points at the user's checkout harms nobody", async () => {
    const own = scratch();
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    const base = own.git(own.project, "rev-parse", "main");
    const dotGit = join(tree.path, ".git");
    const shared = join(own.git(tree.path, "rev-parse", "--git-dir"), "commondir");
    write(own.project, { "mine.txt": "uncommitted\n", "a.txt": "mine too\n" });
    let last = base;
    for (const [n, damage] of [
      () => rmSync(dotGit),
      () => {
        rmSync(dotGit);
        own.git(tree.path, "init", "-q");
        own.git(tree.path, "add", ".");
        own.git(tree.path, "commit", "-qm", "own history");
      },
      () => writeFileSync(dotGit, `gitdir: ${join(own.project, ".git")}\n`),
      () => {
        rmSync(dotGit);
        symlinkSync(join(own.project, ".git"), dotGit);
      },
      () => rmSync(shared),
      () => {
        own.git(own.root, "clone", "-q", "--bare", own.project, "other");
        writeFileSync(shared, join(own.root, "other"));
      },
      () => {
        rmSync(shared);
        execFileSync("mkfifo", [shared]);
      },
    ].entries()) {
      write(tree.path, { [`file${n}.txt`]: "work\n" });
      damage();
      const made = await workspace.trees.commit(tree, last, message("A", `${step}/${n}`));
      expect(made?.files).toEqual([`file${n}.txt`]);
      last = made?.commit ?? "";
    }
    expect(own.git(tree.path, "log", "--format=%s", "main..gandy/A").split("\n")).toHaveLength(7);
    expect(own.git(own.project, "status", "--porcelain").split("\n")).toEqual([" M a.txt", "?? mine.txt"]);
    expect(own.git(own.project, "rev-parse", "main")).toBe(base);
    expect(read(own.project, "mine.txt")).toBe("uncommitted\n");
  });

  test("a folder that became a link to the user's checkout is not touched", async () => {
    const own = scratch();
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    renameSync(tree.path, `${tree.path}-moved`);
    symlinkSync(own.project, tree.path);
    write(own.project, { "a.txt": "precious\n" });
    const base = own.git(own.project, "rev-parse", "main");
    const refused = { fault: "guard", name: "WorkspaceError" };
    await expect(workspace.trees.commit(tree, base, message("A", step))).rejects.toMatchObject(refused);
    await expect(workspace.trees.discard(tree, base)).rejects.toMatchObject(refused);
    await expect(workspace.snapshots.take(tree, "r")).rejects.toMatchObject(refused);
    await expect(workspace.snapshots.remove("A")).rejects.toMatchObject(refused);
    await enter(own, workspace, "A").catch(() => undefined);
    expect(read(own.project, "a.txt")).toBe("precious\n");
  });

  test("files hidden from git, broken indexes and repositories inside are seen all the same", async () => {
    const own = scratch();
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    const base = own.git(own.project, "rev-parse", "main");
    own.git(tree.path, "update-index", "--assume-unchanged", "a.txt");
    write(tree.path, { "a.txt": "hidden\n", "lib/x.txt": "x\n", "lib/deep/y.txt": "y\n" });
    mkdirSync(join(tree.path, "hollow"));
    for (const inner of ["lib", "lib/deep", "hollow"]) own.git(join(tree.path, inner), "init", "-q");
    const snapshot = await workspace.snapshots.take(tree, "r");
    expect(own.git(own.project, "show", "--name-only", "--format=", snapshot?.ref ?? "").split("\n")).toEqual([
      "a.txt",
      "lib/deep/y.txt",
      "lib/x.txt",
    ]);
    own.git(tree.path, "update-index", "--skip-worktree", "a.txt");
    own.git(join(tree.path, "lib/deep"), "add", ".");
    own.git(join(tree.path, "lib/deep"), "commit", "-qm", "inner");
    own.git(tree.path, "add", "lib/deep");
    const made = await workspace.trees.commit(tree, base, message("A", step));
    expect(made?.files).toEqual(["a.txt", "lib/deep/y.txt", "lib/x.txt"]);
    expect(own.git(own.project, "ls-tree", "-r", made?.commit ?? "")).not.toContain("160000");

    own.git(tree.path, "update-index", "--assume-unchanged", "a.txt");
    write(tree.path, { "a.txt": "hidden again\n" });
    expect(await workspace.trees.discard(tree, base)).toEqual(["a.txt", "lib/deep/y.txt", "lib/x.txt"]);
    expect(read(tree.path, "a.txt")).toBe("one\n");

    writeFileSync(join(own.project, ".git/worktrees/A/index"), "not an index");
    write(tree.path, { "b.txt": "b\n" });
    const entered = await workspace.trees.enter({ ...tree, commit: base, reason: "r", keep: false });
    expect(own.git(own.project, "show", "--name-only", "--format=", entered.snapshot?.ref ?? "")).toBe("b.txt");
    expect(own.git(tree.path, "status", "--porcelain")).toBe("");
  });

  test("a lock that a killed git left is waited for, then removed", async () => {
    const own = scratch();
    let waits = 0;
    const workspace = own.open({ clock: instantClock(() => (waits += 1)) });
    const tree = await enter(own, workspace, "A");
    writeFileSync(join(own.project, ".git/worktrees/A/index.lock"), "");
    write(tree.path, { "a.txt": "two\n" });
    const base = own.git(own.project, "rev-parse", "main");
    expect(await workspace.trees.commit(tree, base, message("A", step))).toMatchObject({ files: ["a.txt"] });
    expect(waits).toBeGreaterThan(10);
    expect(own.notes.join("\n")).toContain("index.lock: a git command that was killed had left it");
  });
});
