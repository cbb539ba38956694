import { statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { check, doTask, enter, message, read, scratch, write, type Scratch } from "./scratch.ts";

const step = "g1/main/S1/implement/1";

/** Makes the index of a worktree say that a file has the text it had, though it has another of the same length. */
function forge(own: Scratch, tree: string, name: string, text: string): void {
  const file = join(tree, name);
  const index = join(own.git(tree, "rev-parse", "--git-dir"), "index");
  const was = read(file) ?? "";
  const second = (): number => Math.floor(statSync(file).ctimeMs / 1_000);
  for (let before = -1; before !== second();) {
    writeFileSync(file, was);
    own.git(tree, "add", name);
    before = second();
    writeFileSync(file, text);
  }
  // As if it had been written long after the file.
  const later = Math.floor(Date.now() / 1_000) + 60;
  utimesSync(index, later, later);
  expect(own.git(tree, "diff", "--name-only")).toBe("");
}

const request = (base: string, commit: string) => ({
  run: "run1",
  task: "A",
  base,
  commit,
  env: { pass: [], set: {} },
  signal: new AbortController().signal,
  waived: [],
});

test("what an index says of a file that was changed keeps the change out of no commit", async () => {
  const own = scratch();
  const workspace = own.open();
  const base = own.git(own.project, "rev-parse", "main");
  const tree = await enter(own, workspace, "A");
  write(tree.path, { "new.txt": "new\n" });
  forge(own, tree.path, "a.txt", "two\n");
  const made = await workspace.trees.commit(tree, base, message("A", step));
  expect(own.git(own.project, "show", `${made?.commit ?? ""}:a.txt`)).toBe("two");
});

test("a reader's change that the index hides is put back, and no check sees it", async () => {
  const own = scratch();
  const workspace = own.open();
  const { tree, commit, base } = await doTask(own, workspace, "A", { "a.txt": "bad\n" });
  forge(own, tree.path, "a.txt", "ok!\n");
  const checks = [check("test", "grep -q -e one -e 'ok!' a.txt")];
  expect(await workspace.gate.run({ ...request(base, commit), checks })).toMatchObject([{ result: "fail" }]);
  forge(own, tree.path, "a.txt", "ok?\n");
  expect(await workspace.trees.discard(tree, commit)).toEqual(["a.txt"]);
  expect(read(tree.path, "a.txt")).toBe("bad\n");
});

test("what a check hides in the worktree that is kept for checks is gone for the next task", async () => {
  const own = scratch();
  const workspace = own.open();
  const first = await doTask(own, workspace, "A", { "b.txt": "b\n" });
  write(first.tree.path, { "left.txt": "so that it is checked elsewhere" });
  const trick =
    "git --version > seen.txt; printf 'one\\n' > a.txt; git add a.txt; printf 'bad\\n' > a.txt; touch -d '+60 seconds' \"$(git rev-parse --git-dir)/index\"";
  const run = (commit: string, checks: ReturnType<typeof check>[]) =>
    workspace.gate.run({ ...request(first.base, commit), checks });
  await run(first.commit, [check("one", trick)]);
  expect(read(own.worktrees, ".merge/a.txt")).toBe("bad\n");
  const second = await doTask(own, workspace, "B", { "c.txt": "c\n" });
  write(second.tree.path, { "left.txt": "so that it is checked elsewhere" });
  const results = await run(second.commit, [check("two", 'test "$(cat a.txt)" = one; [ ! -e seen.txt ]')]);
  expect(results).toMatchObject([{ result: "pass" }]);
  expect(read(own.worktrees, ".merge/a.txt")).toBe("one\n");
});

test("what an agent adds by force or takes out of the index is so in the commit", async () => {
  const own = scratch();
  const workspace = own.open();
  write(own.project, { ".gitignore": "*.log\n", "kept.log": "kept\n", "out.log": "out\n" });
  own.git(own.project, "add", "--force", ".");
  own.git(own.project, "commit", "-qm", "more");
  const base = own.git(own.project, "rev-parse", "main");
  const tree = await enter(own, workspace, "A");
  write(tree.path, { "forced.log": "forced\n", "intended.txt": "", "intended.log": "later\n" });
  own.git(tree.path, "add", "--force", "forced.log");
  own.git(tree.path, "add", "--force", "--intent-to-add", "intended.txt", "intended.log");
  own.git(tree.path, "rm", "-q", "--cached", "out.log");
  const made = await workspace.trees.commit(tree, base, message("A", step));
  const changes = own.git(own.project, "diff", "--name-status", base, made?.commit ?? "");
  expect(changes.split("\n")).toEqual(["A\tforced.log", "A\tintended.log", "A\tintended.txt", "D\tout.log"]);
});

test("what a check ignores by a list of its own is gone with the list for the next task", async () => {
  const own = scratch();
  const workspace = own.open();
  const first = await doTask(own, workspace, "A", { "b.txt": "b\n" });
  write(first.tree.path, { "left.txt": "so that it is checked elsewhere" });
  const trick = "mkdir -p more/empty && echo cheat.txt > more/.gitignore && echo yes > more/cheat.txt";
  await workspace.gate.run({ ...request(first.base, first.commit), checks: [check("one", trick)] });
  expect(read(own.worktrees, ".merge/more/cheat.txt")).toBe("yes\n");
  const second = await doTask(own, workspace, "B", { "c.txt": "c\n" });
  write(second.tree.path, { "left.txt": "so that it is checked elsewhere" });
  const checks = [check("two", "[ ! -e more ]")];
  expect(await workspace.gate.run({ ...request(second.base, second.commit), task: "B", checks })).toMatchObject([
    { result: "pass" },
  ]);
});

test("an empty folder that is ignored is gone for the next task: make would take it for a target that is made", async () => {
  const own = scratch();
  write(own.project, { ".gitignore": "dist/\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "rules");
  const workspace = own.open();
  for (const [task, run] of [
    ["A", "mkdir -p dist/in"],
    ["B", "[ ! -e dist ]"],
  ] as const) {
    const { tree, base, commit } = await doTask(own, workspace, task, { [`${task}.txt`]: "text\n" });
    write(tree.path, { "left.txt": "so that it is checked elsewhere" });
    const about = { ...request(base, commit), task };
    expect(await workspace.gate.run({ ...about, checks: [check("test", run)] })).toMatchObject([{ result: "pass" }]);
  }
});

test.skipIf(process.platform === "darwin")(
  "a tracked file of a name that is no UTF-8 stays in the commit, though it counts as ignored and the index is an agent's",
  async () => {
    const own = scratch();
    const name = Buffer.from([...Buffer.from(`${own.project}/caf`), 0xe9, ...Buffer.from(".log")]);
    writeFileSync(name, "kept\n");
    write(own.project, { ".gitignore": "*.log\n", 'a "quoted"\tname': "text\n" });
    own.git(own.project, "add", "--force", ".");
    own.git(own.project, "commit", "-qm", "more");
    const base = own.git(own.project, "rev-parse", "main");
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    write(tree.path, { "b.txt": "b\n", "forced.log": "forced\n" });
    own.git(tree.path, "add", "--force", "forced.log");
    const made = await workspace.trees.commit(tree, base, message("A", step));
    expect(made?.files).toEqual(["b.txt", "forced.log"]);
  },
);
