import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

import { check, doTask, enter, message, scratch, write } from "./scratch.ts";

test.each([3, 400])(
  "in a tree of %d folders no pipe keeps git waiting, and no empty folder sways a check",
  async (n) => {
    const own = scratch();
    write(own.project, Object.fromEntries(Array.from({ length: n }, (_, at) => [`d${at}/in/file`, "text\n"])));
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "folders");
    const workspace = own.open();
    const base = own.git(own.project, "rev-parse", "main");
    const tree = await enter(own, workspace, "A");
    write(tree.path, { "b.txt": "b\n" });
    execFileSync("mkfifo", [join(tree.path, "d1/.gitignore")]);
    const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
    expect(made?.files).toEqual(["b.txt"]);
    mkdirSync(join(tree.path, "empty/inner"), { recursive: true });
    const about = { run: "run1", task: "A", base, commit: made?.commit ?? "", waived: [] };
    const request = { ...about, env: { pass: [], set: {} }, signal: new AbortController().signal };
    const checks = [check("test", "pwd; [ ! -e empty ]")];
    const [result] = await workspace.gate.run({ ...request, checks });
    expect(result).toMatchObject({ result: "pass", tail: tree.path });
    expect(existsSync(join(tree.path, "empty"))).toBe(false);
  },
);

const inner = "git init -q n && cd n && git commit -q --allow-empty -m inner";

test.each([
  ["the head of a repository", "mkdir -p n/.git/refs n/.git/objects && mkfifo n/.git/HEAD"],
  ["what a link called .git leads to", "mkdir -p g/refs g/objects n && mkfifo g/HEAD && ln -s ../g n/.git"],
  ["what a file called .git leads to", "mkdir -p g/refs g/objects n && mkfifo g/HEAD && echo 'gitdir: ../g' > n/.git"],
  ["its settings", `${inner} && rm .git/config && mkfifo .git/config`],
  ["its branches", `mkfifo p && ${inner} && rm .git/refs/heads/* && ln -s ../../../../p .git/refs/heads/main`],
  [
    "what it shares with another",
    `${inner} && cp -r .git ../g && rm -r .git/refs/heads ../g/refs/heads/* && mkfifo ../g/packed-refs && echo ../../g > .git/commondir`,
  ],
])("no pipe inside of the worktree keeps git waiting: %s", { timeout: 20_000 }, async (_what, script) => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  const base = own.git(own.project, "rev-parse", "main");
  execFileSync("bash", ["-c", script], { cwd: tree.path, env: own.environment });
  write(tree.path, { "n/file": "text\n" });
  const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
  expect(made?.files).toContain("n/file");
  expect(own.notes).toContainEqual(expect.stringContaining("removed"));
});

test.skipIf(process.platform === "darwin")(
  "a repository inside of the worktree in which a git listens for changes stays as it is",
  async () => {
    const own = scratch();
    const workspace = own.open();
    const tree = await enter(own, workspace, "A");
    const base = own.git(own.project, "rev-parse", "main");
    execFileSync("bash", ["-c", inner], { cwd: tree.path, env: own.environment });
    const server = createServer().listen(join(tree.path, "n/.git/ipc"));
    onTestFinished(() => void server.close());
    await once(server, "listening");
    write(tree.path, { "n/file": "text\n" });
    const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
    expect(made?.files).toContain("n/file");
    expect(existsSync(join(tree.path, "n/.git/HEAD"))).toBe(true);
  },
);

const folder = "d".repeat(100);
const deep = `for n in $(seq 50); do mkdir ${folder} && cd ${folder} || exit 1; done; echo x > cheat`;

function deepProject(ignored: string) {
  const own = scratch();
  write(own.project, { ".gitignore": `${ignored}/\n` });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "rules");
  const about = { run: "run1", env: { pass: [], set: {} }, signal: new AbortController().signal, waived: [] };
  return { own, workspace: own.open(), about };
}

describe.each(["nothing", folder])("where git ignores %s", (ignored) => {
  test("what lies too deep for it sways no check", async () => {
    const { own, workspace, about } = deepProject(ignored);
    const base = own.git(own.project, "rev-parse", "main");
    const tree = await enter(own, workspace, "A");
    write(tree.path, { "b.txt": "b\n" });
    execFileSync("bash", ["-c", deep], { cwd: tree.path });
    const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
    expect(made?.files).toEqual(["b.txt"]);
    const told = own.notes.filter((note) => note.includes("the commit of A is without what git could not read"));
    expect(told.length).toBe(ignored === folder ? 0 : 1);
    const checks = [check("test", 'test -z "$(find . -name cheat)"')];
    const [result] = await workspace.gate.run({ ...about, task: "A", base, commit: made?.commit ?? "", checks });
    expect(result).toMatchObject({ result: "pass" });
    execFileSync("rm", ["-r", join(tree.path, folder)]);
  });

  test("what a check leaves too deep for it keeps no other task from its checks, nor sways them", async () => {
    const { own, workspace, about } = deepProject(ignored);
    for (const [task, run] of [
      ["A", `bash -c '${deep}'`],
      ["B", `[ ! -e ${folder} ]`],
    ] as const) {
      const { tree, base, commit } = await doTask(own, workspace, task, { [`${task}.txt`]: "text\n" });
      write(tree.path, { "left.txt": "so that it is checked elsewhere" });
      const [result] = await workspace.gate.run({ ...about, task, base, commit, checks: [check("test", run)] });
      expect(result).toMatchObject({ result: "pass" });
    }
  });
});

test("a pipe in a worktree's own folder of git, where a word of git's is looked for, keeps nobody waiting", async () => {
  const own = scratch();
  const workspace = own.open();
  const base = own.git(own.project, "rev-parse", "main");
  const tree = await enter(own, workspace, "A");
  write(tree.path, { "b.txt": "b\n" });
  execFileSync("mkfifo", [join(own.project, ".git/worktrees/A/locked")]);
  const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
  expect(made?.files).toEqual(["b.txt"]);
});
