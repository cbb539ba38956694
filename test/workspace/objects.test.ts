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
import { join } from "node:path";
import { expect, test } from "vitest";

import { readProcess } from "../../src/processes/process-table.ts";
import { changeEntries } from "../../src/workspace/change-entries.ts";
import { commitOf, treeOf } from "../../src/workspace/commits.ts";
import { mergesBefore } from "../../src/workspace/find-merges.ts";
import { GitError } from "../../src/workspace/git.ts";
import { keepReaders, objectsAt } from "../../src/workspace/objects.ts";
import { entriesOf, textOf } from "../../src/workspace/tree-entries.ts";
import { until } from "../until.ts";
import { commit, reader, write } from "./counted-git.ts";
import { scratch, type Scratch } from "./scratch.ts";

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

test("a partial clone fetches what it has not, and says where it cannot", async () => {
  const full = scratch();
  write(full.project, { "b.txt": "two" });
  commit(full);
  full.git(full.project, "config", "uploadpack.allowFilter", "true");
  full.git(full.project, "config", "uploadpack.allowAnySHA1InWant", "true");
  const own = scratch();
  rmSync(own.project, { recursive: true });
  own.git(own.root, "clone", "-q", "--filter=blob:none", "--no-checkout", `file://${full.project}`, own.project);
  const { git, place } = reader(own);
  const [first = "", second = ""] = (await entriesOf(git, place, own.git(own.project, "rev-parse", "HEAD"))).map(
    ({ id }) => id,
  );
  expect(await textOf(git, place, first)).toBe("one\n");
  rmSync(full.project, { recursive: true });
  await expect(textOf(git, place, second)).rejects.toBeInstanceOf(GitError);
  expect(await textOf(git, place, first)).toBe("one\n");
});

test("readers that an engine keeps end with it", async () => {
  const { own, git, place, living } = reader();
  const letGo = keepReaders();
  expect(await commitOf(git, place, own.git(own.project, "rev-parse", "HEAD"))).not.toBeNull();
  const [pid = 0] = living();
  expect(readProcess(pid)?.zombie).toBe(false);
  letGo();
  await until("their end", () => readProcess(pid)?.zombie !== false);
});

test("a short object that is kept holds no long piece of memory", async () => {
  const { own, git, place } = reader();
  const id = own.git(own.project, "rev-parse", "HEAD^{tree}");
  const objects = await objectsAt(git, place);
  await objects?.read(id);
  const kept = await objects?.read(id);
  expect(kept?.content.length).toBeGreaterThan(0);
  expect(kept?.content.buffer.byteLength).toBe(kept?.content.length);
});
