import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { systemClock } from "../../src/processes/clock.ts";
import { compare, plainDiff } from "../../src/workspace/changed-files.ts";
import { changeEntries } from "../../src/workspace/change-entries.ts";
import { trailersIn } from "../../src/workspace/commit-message.ts";
import { commitOf, isAncestor, treeOf } from "../../src/workspace/commits.ts";
import { commitByKey, mergesBefore } from "../../src/workspace/find-merges.ts";
import { createGit, GitError, type Git, type Place } from "../../src/workspace/git.ts";
import { objectsAt } from "../../src/workspace/objects.ts";
import { entriesOf, textOf } from "../../src/workspace/tree-entries.ts";
import { scratch, type Scratch } from "./scratch.ts";

interface Read {
  readonly own: Scratch;
  readonly git: Git;
  readonly place: Place;
  /** The processes of git that were started to be asked, by pid. */
  readonly living: () => readonly number[];
  /** Other commands that were run. */
  readonly commands: () => readonly string[];
}

/** A repository whose git writes down what it is started for. */
function reader(own = scratch()): Read {
  const bin = join(own.root, "bin");
  const log = join(own.root, "commands");
  mkdirSync(bin);
  writeFileSync(log, "");
  const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\nprintf '%s ' $$ "$@" >> '${log}'\necho >> '${log}'\nexec '${real}' "$@"\n`;
  writeFileSync(join(bin, "git"), script, { mode: 0o755 });
  const environment = { ...own.environment, PATH: `${bin}:${own.environment["PATH"] ?? ""}` };
  const lines = (): string[] =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  return {
    own,
    git: createGit({ environment, clock: systemClock, note: () => undefined }),
    place: { cwd: own.project, gitDir: join(own.project, ".git") },
    living: () => lines().flatMap((line) => (line.includes("--batch-command") ? [Number.parseInt(line, 10)] : [])),
    commands: () => lines().filter((line) => !line.includes("--batch-command")),
  };
}

function write(folder: string, files: Readonly<Record<string, string | null>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    rmSync(path, { recursive: true, force: true });
    if (text === null) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function commit(own: Scratch, message = "more"): string {
  own.git(own.project, "add", "--all");
  own.git(own.project, "commit", "-q", "--allow-empty", "-m", message);
  return own.git(own.project, "rev-parse", "HEAD");
}

/** Commits whose trees have all that trees can have, each unlike the one before. */
function manyTrees(own: Scratch): readonly string[] {
  const { project } = own;
  const commits = [own.git(project, "rev-parse", "HEAD")];
  write(project, { "a/b/c.txt": "1", "a.b": "2", "a-b": "3", 'ü\n "x': "4", "run.sh": "5", gone: "6" });
  symlinkSync("a.b", join(project, "link"));
  chmodSync(join(project, "run.sh"), 0o755);
  own.git(project, "update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
  commits.push(commit(own));
  write(project, { a: "a file now", gone: null, "gone/into/a/folder": "6", link: "no link", "a.b": "2" });
  chmodSync(join(project, "run.sh"), 0o644);
  commits.push(commit(own));
  write(project, { gone: null, a: null });
  commits.push(commit(own));
  commits.push(own.git(project, "commit-tree", own.git(project, "mktree"), "-m", "nothing at all"));
  return commits;
}

test("trees and what differs between them are read as git's own commands tell it, all by one process", async () => {
  const { own, git, place, living, commands } = reader();
  const commits = manyTrees(own);
  const bytes = (...args: string[]): string[] =>
    own
      .git(own.project, ...args)
      .split("\0")
      .slice(0, -1);
  const byGit = commits.map((from) => ({
    from,
    tree: own.git(own.project, "rev-parse", `${from}^{tree}`),
    files: bytes("ls-tree", "-r", "-z", "--full-tree", from).map((line) => line.replace(/ \w+ /, " ")),
    changes: commits.map((to) =>
      bytes("diff-tree", "-r", "--raw", "--no-renames", "--full-index", "-z", from, to).map((item) =>
        item.replace(/^(:.*) [A-Z]$/, "$1"),
      ),
    ),
  }));
  const none = { mode: "000000", id: "0".repeat(40) };
  for (const { from, tree, files, changes } of byGit) {
    expect((await entriesOf(git, place, from)).map(({ mode, id, path }) => `${mode} ${id}\t${path}`)).toEqual(files);
    for (const [n, to] of commits.entries()) {
      const entries = (await changeEntries(git, place, from, to)).flatMap(({ path, before, after }) => {
        const [old, now] = [before ?? none, after ?? none];
        return [`:${old.mode} ${now.mode} ${old.id} ${now.id}`, path];
      });
      expect(entries).toEqual(changes[n]);
    }
    expect(await treeOf(git, place, from)).toBe(tree);
    expect(await commitOf(git, place, from)).toBe(from);
  }
  expect(living()).toHaveLength(1);
  expect(commands()).toEqual([]);
});

test("a reader that is killed is followed by another", async () => {
  const { own, git, place, living, commands } = reader();
  const commits = manyTrees(own);
  for (const id of commits) {
    expect(await treeOf(git, place, id)).toBe(own.git(own.project, "rev-parse", `${id}^{tree}`));
    const pid = living().at(-1);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  }
  expect(new Set(living()).size).toBe(commits.length);
  expect(commands()).toEqual([]);
});

test("what a repository says that was put in the place of another is its own", async () => {
  const { own, git, place } = reader();
  const old = own.git(own.project, "rev-parse", "HEAD");
  const later = commit(own);
  expect(await treeOf(git, place, later)).toBe(await treeOf(git, place, old));
  renameSync(own.project, join(own.root, "elsewhere"));
  mkdirSync(own.project);
  own.git(own.project, "init", "-q", "-b", "main");
  write(own.project, { "b.txt": "two" });
  const fresh = commit(own, "another beginning");
  expect((await entriesOf(git, place, fresh)).map(({ path }) => path)).toEqual(["b.txt"]);
  const objects = await objectsAt(git, place);
  expect(await objects?.read(later)).toBeNull();
  await expect(entriesOf(git, place, later)).rejects.toBeInstanceOf(GitError);
});

test("a file that is too large is left, and the next question has its own answer", async () => {
  const { own, git, place } = reader();
  write(own.project, { large: "x".repeat(17 * 1024 ** 2), small: "y" });
  const id = (path: string): string => own.git(own.project, "rev-parse", `HEAD:${path}`);
  commit(own);
  const objects = await objectsAt(git, place);
  expect(await objects?.read(id("large"))).toBeNull();
  expect(await textOf(git, place, id("small"))).toBe("y");
  expect(await textOf(git, place, id("large"), 1_000)).toBeNull();
  expect((await textOf(git, place, id("large")))?.length).toBe(17 * 1024 ** 2);
});

test("what is not there is an error of git's, and a name that is no id asks nothing", async () => {
  const { own, git, place, living } = reader();
  const missing = "1".repeat(40);
  expect(await commitOf(git, place, missing)).toBeNull();
  await expect(treeOf(git, place, missing)).rejects.toBeInstanceOf(GitError);
  await expect(textOf(git, place, missing)).rejects.toBeInstanceOf(GitError);
  const objects = await objectsAt(git, place);
  const head = own.git(own.project, "rev-parse", "HEAD");
  const asked = living().length;
  for (const name of ["HEAD", "main", `${head}\ninfo ${head}`, `${head}\n`, ` ${head}`, head.slice(1), ""])
    expect(await objects?.read(name)).toBeNull();
  expect((await objects?.read(head))?.type).toBe("commit");
  expect(living()).toHaveLength(asked);
});

test("an object is what its id was made from, whatever lies in its file and whoever stands in for it", async () => {
  const { own, git, place } = reader();
  write(own.project, { "a.txt": "honest", "b.txt": "forged" });
  const head = commit(own);
  const [honest, forged] = ["a.txt", "b.txt"].map((path) => own.git(own.project, "rev-parse", `HEAD:${path}`));
  const fileOf = (id = ""): string => join(own.project, ".git/objects", id.slice(0, 2), id.slice(2));
  own.git(own.project, "replace", head, own.git(own.project, "rev-parse", "HEAD^"));
  expect((await entriesOf(git, place, head)).map(({ path }) => path)).toEqual(["a.txt", "b.txt"]);
  rmSync(fileOf(honest));
  writeFileSync(fileOf(honest), readFileSync(fileOf(forged)));
  const objects = await objectsAt(git, place);
  expect(await objects?.read(honest ?? "")).toBeNull();
  expect((await objects?.read(forged ?? ""))?.content.toString()).toBe("forged");
});

test("an agent's own folder of git does not lead to another repository's objects", async () => {
  const { own, git, place } = reader();
  const other = scratch();
  own.git(own.project, "worktree", "add", "-q", "--detach", join(own.root, "tree"));
  const gitDir = join(own.project, ".git/worktrees/tree");
  write(other.project, { "b.txt": "another's" });
  const theirs = commit(other);
  const ours = own.git(own.project, "rev-parse", "HEAD");
  writeFileSync(join(gitDir, "commondir"), `${join(other.project, ".git")}\n`);
  const objects = await objectsAt(git, { ...place, gitDir });
  expect([await objects?.read(theirs), (await objects?.read(ours))?.type]).toEqual([null, "commit"]);
});

test("repositories of the other kind of ids are read as well", async () => {
  const own = scratch();
  rmSync(join(own.project, ".git"), { recursive: true });
  own.git(own.project, "init", "-q", "-b", "main", "--object-format=sha256");
  write(own.project, { "a/b.txt": "two" });
  const head = commit(own);
  const { git, place, commands } = reader(own);
  expect((await entriesOf(git, place, head)).map(({ path }) => path)).toEqual(["a.txt", "a/b.txt"]);
  expect(await textOf(git, place, own.git(own.project, "rev-parse", "HEAD:a/b.txt"))).toBe("two");
  expect(commands()).toEqual([]);
});

test("of a shallow clone git says where its history ends", async () => {
  const full = scratch();
  for (const n of [1, 2, 3]) commit(full, `T${n}: do\n\nGandy-Task: T${n}\nGandy-Key: T${n}/g1/main/merge/1`);
  const own = scratch();
  rmSync(own.project, { recursive: true });
  own.git(own.root, "clone", "-q", "--depth=2", `file://${full.project}`, own.project);
  expect(existsSync(join(own.project, ".git/shallow"))).toBe(true);
  const { git, place } = reader(own);
  const head = own.git(own.project, "rev-parse", "HEAD");
  expect((await mergesBefore(git, place, head)).match(/T\d: do/g)).toEqual(["T3: do", "T2: do"]);
  expect(await commitOf(git, place, full.git(full.project, "rev-parse", "HEAD~3"))).toBeNull();
  expect((await entriesOf(git, place, head)).map(({ path }) => path)).toEqual(["a.txt"]);
});

test("trailers of commits are read as git reads them, or git is asked", async () => {
  const own = scratch();
  const line = fc.constantFrom(
    "",
    "Gandy-Key: k1",
    "gandy-key: k2",
    "Gandy-Task:  T1 ",
    "Gandy-Key:",
    "Gandy-Key = k3",
    "Signed-off-by: A <a@b>",
    "  more of it",
    "# a comment",
    "words",
    "(cherry picked from commit 1)",
    "---",
    "Gandy-Key: ü\u00a0x",
    "\t",
  );
  const texts = fc.sample(fc.array(line, { maxLength: 7 }), { numRuns: 60, seed: 7 }).map((lines) => lines.join("\n"));
  const examples = [
    "T1: x\n\nbody\n\nGandy-Task: T1\nGandy-Key: k1\n",
    "T1: x\n\nGandy-Key: no\n\nGandy-Task: T1\nGandy-Key: k1\nSigned-off-by: A <a@b>\n\n\n",
    "Gandy-Key: k1\n",
  ];
  const tree = own.git(own.project, "rev-parse", "HEAD^{tree}");
  const format = (key: string): string => `%(trailers:key=${key},valueonly,separator=%x02)`;
  const split = (values = ""): string[] => values.split("\x02").filter((value) => value !== "");
  let read = 0;
  for (const text of [...texts, ...examples]) {
    const trailers = trailersIn(text);
    if (trailers === null) continue;
    const file = join(own.root, "message");
    writeFileSync(file, text);
    const id = own.git(own.project, "commit-tree", tree, "-F", file);
    const told = own.git(own.project, "log", "-1", `--format=${format("Gandy-Task")}%x01${format("Gandy-Key")}`, id);
    const [tasks, keys] = told.split("\x01").map(split);
    expect({ text, ...trailers }).toEqual({ text, tasks, keys });
    read += trailers.keys.length;
  }
  expect(read).toBeGreaterThanOrEqual(2);
});

test("a key is looked for without a command where commits are one line, and found by git where there is more", async () => {
  const { own, git, place, commands } = reader();
  const base = own.git(own.project, "rev-parse", "HEAD");
  const keyed = commit(own, "T1: do\n\nGandy-Task: T1\nGandy-Key: k1");
  const tip = commit(own, "more");
  const find = (since: string | null, key: string, firstParent = false): Promise<string | null> =>
    commitByKey(git, place, { since, tip, firstParent }, key);
  expect([await find(base, "k2"), await find(tip, "k1"), await find(keyed, "k1")]).toEqual([null, null, null]);
  expect(commands()).toEqual([]);
  expect([await find(base, "k1"), await find(null, "k1")]).toEqual([keyed, keyed]);
  // Beside the first parents.
  const merge = own.git(own.project, "commit-tree", `${base}^{tree}`, "-p", base, "-p", tip, "-m", "merge");
  const beside = { since: base, tip: merge, firstParent: false };
  expect(await commitByKey(git, place, beside, "k1")).toBe(keyed);
  expect(await commitByKey(git, place, { ...beside, firstParent: true }, "k1")).toBeNull();
});

test("whether a commit is in the history of another is told as git tells it", async () => {
  const { own, git, place } = reader();
  const first = own.git(own.project, "rev-parse", "HEAD");
  const second = commit(own);
  const side = own.git(own.project, "commit-tree", `${first}^{tree}`, "-p", first, "-m", "side");
  const merge = own.git(own.project, "commit-tree", `${first}^{tree}`, "-p", second, "-p", side, "-m", "merge");
  const all = [first, second, side, merge];
  const count = (from: string, to: string): string => own.git(own.project, "rev-list", "--count", from, `^${to}`);
  for (const from of all)
    for (const to of all) expect(await isAncestor(git, place, from, to)).toBe(count(from, to) === "0");
});

test("merges are read once, and later only what is new", async () => {
  const { own, git, place, commands } = reader();
  const history = Array.from(
    { length: 120 },
    (_, n) => `commit refs/heads/main\ncommitter A <a@b> ${n} +0000\ndata 2\nx\n\n`,
  );
  const env = own.environment;
  execFileSync("git", ["fast-import", "--quiet", "--force"], { cwd: own.project, env, input: history.join("") });
  const task = (n: number): string => commit(own, `T${n}: do\n\nGandy-Task: T${n}\nGandy-Key: T${n}/g1/main/merge/1`);
  for (const n of [1, 2, 3]) {
    const merges = await mergesBefore(git, place, task(n));
    expect(merges.match(/T\d: do/g)).toEqual(["T3: do", "T2: do", "T1: do"].slice(3 - n));
    expect(merges.split("\0").filter((record) => record.trim() !== "")).toHaveLength(120 + n);
  }
  expect(commands()).toHaveLength(1);
});

test("two commits are compared by one command, whoever asks, as git's own commands tell it", async () => {
  const { own, git, place, commands } = reader();
  const base = own.git(own.project, "rev-parse", "HEAD");
  write(own.project, { "a.txt": null, "we\n ird": "one\nmore\n", binary: "\0", ü: "x" });
  const tip = commit(own);
  const [first, second] = await Promise.all([compare(git, place, base, tip), compare(git, place, base, tip)]);
  expect(second).toBe(first);
  expect(await compare(git, place, base, tip)).toBe(first);
  expect(commands()).toHaveLength(1);
  const asked = ["-c", "core.quotePath=false", "diff", ...plainDiff, base, tip];
  expect(first.patch.replace(/\n$/, "")).toBe(own.git(own.project, ...asked));
  expect(first.files).toHaveLength(4);
  expect(await compare(git, place, tip, tip)).toEqual({ files: [], patch: "", isWhole: true });
  write(own.project, { long: "a line of text\n".repeat(1_200_000), z: "last" });
  const cut = await compare(git, place, tip, commit(own));
  expect([cut.isWhole, cut.files.map(({ path, insertions }) => [path, insertions])]).toEqual([
    false,
    [
      ["long", 1_200_000],
      ["z", 1],
    ],
  ]);
});
