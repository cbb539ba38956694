import { lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { doTask, enter, message, read, scratch, write, type Scratch } from "./scratch.ts";

const step = "g1/main/S1/implement/1";

/** The project with rules for folders, and packages beside it that links may lead to. */
function ruled(files: Readonly<Record<string, string>> = {}): Scratch {
  const own = scratch();
  write(own.project, { ".gitignore": "node_modules/\n/out/\n!keep/\n", "pkg/.gitignore": "deps/\n", ...files });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "rules");
  mkdirSync(join(own.root, "packages"));
  return own;
}

const isLink = (...path: string[]): boolean =>
  lstatSync(join(...path), { throwIfNoEntry: false })?.isSymbolicLink() === true;

for (const [how, staged] of [
  ["left untracked", []],
  ["added by the agent", ["add"]],
  ["committed by the agent", ["add", "commit"]],
] as const) {
  test(`links that a rule for folders would ignore are not committed, and stay: ${how}`, async () => {
    const own = ruled();
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    const base = own.git(own.project, "rev-parse", "main");
    const ignored = ["node_modules", "out", "pkg/deps", "new/node_modules", "odd [*] \\\n/node_modules"];
    const others = ["pkg/out", "keep", "linked"];
    for (const path of [...ignored, ...others]) {
      mkdirSync(join(tree.path, path, ".."), { recursive: true });
      symlinkSync(join(own.root, "packages"), join(tree.path, path));
    }
    for (const command of staged) own.git(tree.path, command, ...(command === "add" ? ["-A"] : ["-qm", "mine"]));
    const made = await workspace.trees.commit(tree, base, message("A", step));
    expect(made?.files).toEqual([...others].toSorted());
    expect(ignored.filter((path) => !isLink(tree.path, path))).toEqual([]);
    if (made === null) return;

    expect(await workspace.trees.discard(tree, made.commit)).toEqual([]);
    expect(await workspace.snapshots.take(tree, "nothing of ours")).toBeNull();
    write(tree.path, { "left.txt": "by a reviewer" });
    expect(await workspace.trees.discard(tree, made.commit)).toEqual(["left.txt"]);
    await workspace.trees.enter({ task: "A", branch: "gandy/A", commit: base, reason: "again", keep: false });
    expect(ignored.filter((path) => !isLink(tree.path, path))).toEqual([]);
    expect(isLink(tree.path, "linked")).toBe(false);
  });
}

test("a link that setup makes is nothing that it changed, lasts, and is there for checks", async () => {
  const own = ruled();
  write(join(own.root, "packages"), { "answer.txt": "42" });
  const workspace = own.open({ setup: `ln -s '${join(own.root, "packages")}' node_modules` });
  const { tree, commit, base } = await doTask(own, workspace, "A", { "a.txt": "two\n" });
  expect(own.notes).toEqual([]);
  expect(own.git(own.project, "diff", "--name-only", base, commit)).toBe("a.txt");
  const request = {
    run: "run1",
    task: "A",
    env: { pass: [], set: {} },
    signal: new AbortController().signal,
    waived: [],
  };
  const test = "pwd; grep -q 42 node_modules/answer.txt";
  const checks = [{ name: "test", run: test, timeoutMs: 60_000, exclusive: false, flakyRetries: 0, report: null }];
  expect(await workspace.gate.run({ ...request, base, commit, checks })).toMatchObject([{ result: "pass" }]);
  expect(read(tree.path, "node_modules/answer.txt")).toBe("42");
  expect(own.notes).toEqual([]);
});

test("a link that was committed as one is a file like any other, whatever the rules say", async () => {
  const own = ruled();
  symlinkSync("pkg", join(own.project, "node_modules"));
  own.git(own.project, "add", "-f", "node_modules");
  own.git(own.project, "commit", "-qm", "a link");
  const workspace = own.open();
  const { tree, commit } = await doTask(own, workspace, "A", { "a.txt": "two\n" });
  expect(own.git(own.project, "ls-tree", "--name-only", commit)).toContain("node_modules");
  write(tree.path, { node_modules: null });
  expect(await workspace.trees.discard(tree, commit)).toEqual(["node_modules"]);
});
