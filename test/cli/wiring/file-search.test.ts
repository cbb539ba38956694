import { writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { FileIndex } from "../../../state/live/file-index.ts";
import { FileSearch } from "../../../src/cli/wiring/file-search.ts";
import { SearchWorker } from "../../../src/cli/wiring/search-worker.ts";
import { systemClock } from "../../../src/processes/clock.ts";
import { createGit } from "../../../src/workspace/git.ts";
import { scratch, type Scratch } from "../../workspace/scratch.ts";

const never = new AbortController().signal;

function opened(
  repository: Scratch,
  project = repository.project,
): {
  readonly search: FileSearch;
  readonly commit: (files: Readonly<Record<string, string>>) => string;
} {
  const { root, environment } = repository;
  const open = (path: string): FileIndex => new FileIndex({ path, repository: "r", now: () => 1 });
  const search = new FileSearch(
    createGit({ environment, clock: systemClock, note: () => undefined }),
    { cwd: project, gitDir: join(project, ".git") },
    open(join(root, "scratch.db")),
    () => open(":memory:"),
  );
  const commit = (files: Readonly<Record<string, string>>): string => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
    repository.git(project, "add", "-A");
    repository.git(project, "commit", "-qm", "more");
    return repository.git(project, "rev-parse", "HEAD");
  };
  return { search, commit };
}

const paths = async (search: FileSearch, commit: string, text: string): Promise<readonly string[]> =>
  (await search.find({ commit, text })).files.map(({ path }) => path);

test("a task's words find files of its commit, with what they define, how often they changed, and what was not searched", async () => {
  const { search, commit } = opened(scratch());
  commit({ "door.ts": "export function openDoor() {}\nexport const lock = 1;\n" });
  commit({
    "door.ts": "export const lock = 1;\nexport function openDoor() {}\n",
    "window.ts": "// a door beside it\n",
  });
  const at = commit({
    "go.sum": "door\n",
    "photo.bin": "door",
    "data.txt": "door\0",
    "big.txt": "door ".repeat(120_000),
  });
  const found = await search.find({ commit: at, text: "Lock the door" });
  expect(found).toMatchObject({ commit: at, terms: ["lock", "door"], searched: 3, without: "" });
  expect(found.files.map(({ path }) => path)).toEqual(["door.ts", "window.ts"]);
  expect(found.files[0]).toMatchObject({ text: 1, symbols: ["lock", "openDoor"], churn: 1.994 });
  expect(found.leftOut).toEqual({ "lock file": 1, binary: 2, large: 1 });
  expect(await search.find({ commit: at, text: "in the" })).toMatchObject({
    without: "the task has no words to look for",
  });
  expect(await search.find({ commit: at, text: "Giraffe" })).toMatchObject({
    files: [],
    without: "no file has its words",
  });
  search.close();
});

test("each commit has the files it has, whatever was searched before", async () => {
  const repository = scratch();
  const { search, commit } = opened(repository);
  const before = commit({ "a.ts": "giraffe", "b.ts": "giraffe" });
  expect((await paths(search, before, "giraffe")).toSorted()).toEqual(["a.ts", "b.ts"]);
  repository.git(repository.project, "rm", "-q", "b.ts");
  const after = commit({ "a.ts": "lion", "c.ts": "giraffe" });
  expect(await paths(search, after, "giraffe")).toEqual(["c.ts"]);
  expect(await paths(search, after, "lion")).toEqual(["a.ts"]);
  expect((await paths(search, before, "giraffe")).toSorted()).toEqual(["a.ts", "b.ts"]);
  search.close();
});

test("of a partial clone what is here is searched, and nothing is fetched for it", async () => {
  const repository = scratch();
  const { project, root } = repository;
  const at = opened(repository).commit({ "a.ts": "giraffe", "b.ts": `giraffe ${"lion ".repeat(400)}` });
  repository.git(project, "config", "uploadpack.allowFilter", "true");
  repository.git(root, "clone", "-q", "--no-checkout", "--filter=blob:limit=1k", `file://${project}`, "partial");
  const partial = join(root, "partial");
  const { search } = opened(repository, partial);
  const find = () => search.find({ commit: at, text: "giraffe" });
  expect(await find()).toMatchObject({ files: [{ path: "a.ts" }], searched: 2, leftOut: { "not fetched": 1 } });
  expect(repository.git(partial, "rev-list", "--objects", "--missing=print", "HEAD")).toMatch(/^\?/m);
  repository.git(partial, "checkout", "-q", "HEAD");
  expect(await find()).toMatchObject({ files: [{ path: "a.ts" }, { path: "b.ts" }], leftOut: {} });
  search.close();
});

test("an index that is damaged under it, or whose tables are gone or others, is made anew", async () => {
  const repository = scratch();
  const { search, commit } = opened(repository);
  const at = commit({ "a.ts": "giraffe" });
  expect(await paths(search, at, "giraffe")).toEqual(["a.ts"]);
  for (const damage of [
    "DELETE FROM file_text_1_data WHERE id > 10",
    "DROP TABLE file_text_1",
    "DROP TABLE index_view; CREATE TABLE index_view (other TEXT)",
  ]) {
    const db = new Database(join(repository.root, "scratch.db"));
    db.unsafeMode();
    db.exec(damage);
    db.close();
    expect([damage, ...(await paths(search, at, "giraffe"))]).toEqual([damage, "a.ts"]);
  }
  search.close();
});

test("a commit that is not there is an error of this search alone", async () => {
  const { search, commit } = opened(scratch());
  const at = commit({ "a.ts": "giraffe" });
  await expect(search.find({ commit: "0".repeat(40), text: "giraffe" })).rejects.toThrow("git ls-tree");
  expect(await paths(search, at, "giraffe")).toEqual(["a.ts"]);
  search.close();
});

function worker(repository: Scratch, more: { readonly limitMs?: number; readonly entry?: string } = {}): SearchWorker {
  const { root, project, environment } = repository;
  const place = { scratch: join(root, "scratch.db"), repository: "r", cwd: project, gitDir: join(project, ".git") };
  return new SearchWorker({ ...place, environment, watchFolder: join(root, "watch") }, more);
}

test("a thread of its own searches for several at once, until it is closed", async () => {
  const repository = scratch();
  const commit = opened(repository).commit({ "a.ts": "giraffe", "b.ts": "lion" });
  const search = worker(repository);
  const texts = ["giraffe", "lion", "giraffe lion"];
  const found = await Promise.all(texts.map((text) => search.find({ commit, text }, never)));
  expect(found.map(({ files }) => files.length)).toEqual([1, 1, 2]);
  const none = await search.find({ commit: "none", text: "lion" }, never);
  expect(none).toMatchObject({ files: [], without: having("git ls-tree") });
  const left = search.find({ commit, text: "lion" }, AbortSignal.abort());
  expect(await left).toMatchObject({ files: [], without: "the search was ended" });
  await search.close();
  expect(await search.find({ commit, text: "lion" }, never)).toMatchObject({ without: "the search was ended" });
});

test("a thread that never answers, dies or is not there is a search without a result", async () => {
  const repository = scratch();
  const entry = (name: string, code: string): string => {
    writeFileSync(join(repository.root, name), code);
    return join(repository.root, name);
  };
  const find = (search: SearchWorker) => search.find({ commit: "c", text: "giraffe" }, never);
  const slow = worker(repository, { limitMs: 1, entry: entry("slow.mjs", "setInterval(() => {}, 1_000);") });
  expect(await find(slow)).toMatchObject({ files: [], without: having("took longer than") });
  const ended = worker(repository, { entry: entry("never.mjs", "setInterval(() => {}, 1_000);") });
  const open = find(ended);
  await ended.close();
  expect(await open).toMatchObject({ files: [], without: "the search was ended" });
  for (const dying of [
    entry("dies.mjs", "process.exit(1);"),
    entry("throws.mjs", "throw new Error('no');"),
    "/nowhere.mjs",
  ]) {
    const search = worker(repository, { entry: dying });
    for (let n = 0; n < 3; n += 1) expect(await find(search)).toMatchObject({ without: having("the search failed") });
    expect(await find(search)).toMatchObject({ files: [], without: "the search has failed too often" });
  }
  await slow.close();
});

const having = (part: string): unknown => expect.stringContaining(part);
