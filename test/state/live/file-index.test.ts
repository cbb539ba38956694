import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";

import { searchOf } from "../../../state/connection/full-text.ts";
import { FileIndex, openFileIndex, type FileText } from "../../../state/live/file-index.ts";
import { openScratch } from "../../../state/live/open-scratch.ts";
import { scratchFolder, StoppedClock } from "../sample.ts";

const folder = scratchFolder(afterAll);
const clock = new StoppedClock();
const open = (name: string, repository = "r"): FileIndex =>
  new FileIndex({ path: name === ":memory:" ? name : join(folder, name), repository, now: () => clock.now() });
const file = (path: string, blob: string, text: string, symbols: readonly string[] = []): FileText => ({
  path,
  blob,
  text,
  symbols,
  why: null,
});

function found(index: FileIndex, commit: string, words: string): readonly string[] {
  const search = searchOf(words);
  const view = index.view(commit);
  return search === null || view === null ? [] : index.search(search.match, view, 10).map(({ path }) => path);
}

test("names of paths and of symbols weigh more than what a text says, and words are found in any form", () => {
  const index = open(":memory:");
  const files = [
    file("src/other.ts", "1", `tokens that expire ${"and other words ".repeat(20)}`),
    file("src/expireTokens.ts", "2", "nothing"),
    file("src/door.ts", "3", "nothing", ["expiredTokens"]),
    file("src/none.ts", "4", "nothing at all"),
  ];
  index.add(files);
  index.keep("c1", files, new Map(), {});
  expect(found(index, "c1", "expiring tokens").toSorted()).toEqual([
    "src/door.ts",
    "src/expireTokens.ts",
    "src/other.ts",
  ]);
  expect(found(index, "c1", "expiring tokens")[2]).toBe("src/other.ts");
  index.close();
});

test("commits and repositories that share a file see each only what is theirs", () => {
  const ours = open("shared.db");
  const theirs = open("shared.db", "other");
  const before = [file("a.ts", "1", "hello door"), file("b.ts", "2", "hello window")];
  const after = [file("a.ts", "3", "goodbye door"), before[1] ?? file("", "", "")];
  for (const files of [before, after]) ours.add(ours.missing(files));
  ours.keep("c1", before, new Map(), {});
  ours.keep("c2", after, new Map([["a.ts", 2]]), { binary: 1 });
  theirs.add([file("x.ts", "1", "hello hello")]);
  theirs.keep("c1", [{ path: "x.ts", blob: "1" }], new Map(), {});
  expect(found(ours, "c1", "hello").toSorted()).toEqual(["a.ts", "b.ts"]);
  expect(found(ours, "c2", "hello")).toEqual(["b.ts"]);
  expect(found(ours, "c2", "goodbye")).toEqual(["a.ts"]);
  expect(found(theirs, "c1", "hello door")).toEqual(["x.ts"]);
  expect(ours.view("c2")?.leftOut).toEqual({ binary: 1 });
  expect([...(ours.view("c2")?.churn.values() ?? [])]).toContain(2);
  expect(ours.view("c3")).toBeNull();
  ours.close();
  theirs.close();
});

test("only what it does not have is to be read again, also of what is not searched; what is said twice stands once", () => {
  const index = open("again.db");
  const files = [file("a.ts", "1", "hello"), { ...file("b.bin", "2", ""), why: "binary" as const }];
  expect(index.missing(files)).toEqual(files);
  index.add(files);
  index.add(files);
  index.close();
  const again = open("again.db");
  expect(again.missing([...files, file("a.ts", "3", "")]).map(({ blob }) => blob)).toEqual(["3"]);
  expect(again.keep("c", files, new Map(), { link: 1 })).toMatchObject({ leftOut: { link: 1, binary: 1 } });
  expect(found(again, "c", "hello")).toEqual(["a.ts"]);
  again.close();
});

test("what none of the last commits has is forgotten", () => {
  const index = open("forgets.db");
  const all = Array.from({ length: 12 }, (_one, n) => file("a.ts", `${n}`, `word${n}`));
  for (const [n, one] of all.entries()) {
    clock.ms += 3_600_000;
    index.add([one]);
    index.keep(`c${n}`, [one], new Map(), {});
  }
  expect(index.view("c3")).toBeNull();
  expect(found(index, "c4", "word4")).toEqual(["a.ts"]);
  expect(index.missing(all).map(({ blob }) => blob)).toEqual(["0", "1", "2", "3"]);
  index.close();
});

test("what is not searched is forgotten after a month, however often it changes", () => {
  const index = open("unsearched.db");
  for (let n = 0; n < 40; n += 1) {
    clock.ms += 86_400_000;
    index.add([{ ...file("bundle.js", `${n}`, ""), why: "minified" }]);
    index.keep(`c${n}`, [file("bundle.js", `${n}`, "")], new Map(), {});
  }
  index.close();
  const db = new Database(join(folder, "unsearched.db"), { readonly: true });
  expect(db.prepare("SELECT count(*) FROM index_file").pluck().get()).toBe(31);
  db.close();
});

test("a repository that nobody searched for a month leaves nothing behind", () => {
  const index = open("month.db", "old");
  index.add([file("a.ts", "1", "hello")]);
  index.keep("c", [file("a.ts", "1", "")], new Map(), {});
  index.close();
  clock.ms += 31 * 86_400_000;
  open("month.db", "new").close();
  const db = new Database(join(folder, "month.db"), { readonly: true });
  expect(db.prepare("SELECT repository FROM index_repository").pluck().all()).toEqual(["new"]);
  expect(db.prepare("SELECT count(*) FROM index_file").pluck().get()).toBe(0);
  db.close();
});

test("no text makes a search fail", () => {
  const index = open(":memory:");
  index.add([file("a.ts", "1", "hello")]);
  index.keep("c", [{ path: "a.ts", blob: "1" }], new Map(), {});
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom(
      '"',
      'a" OR b',
      "NEAR(a b)",
      "hello*",
      "content:x",
      "{a} : b",
      "(",
      "-",
      "^a",
      "AND OR NOT",
      "\0a\0",
      "a+b",
      "'; DROP",
    ),
    fc.array(fc.constantFrom("AND", "OR", "NOT", "NEAR", '"', "(", ")", "*", "hello")).map((words) => words.join(" ")),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      expect(found(index, "c", `${text} hello`)).toEqual(["a.ts"]);
    }),
  );
  index.close();
});

test("it lives beside what else may be lost, and goes where the file is damaged or cannot be written", () => {
  const path = join(folder, "beside.db");
  const scratch = openScratch({ path, clock });
  scratch.tail("c1", "hello");
  scratch.flush();
  const index = open("beside.db");
  index.add([file("a.ts", "1", "hello")]);
  index.remake();
  expect(index.missing([file("a.ts", "1", "")])).toHaveLength(1);
  expect(scratch.read("c1")?.text).toBe("hello");
  index.close();
  scratch.close();
  for (const end of ["-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
  writeFileSync(path, "this is no database ".repeat(1_000));
  const fresh = open("beside.db");
  expect(fresh.missing([file("a.ts", "1", "")])).toHaveLength(1);
  fresh.close();
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 7)]));
  const again = openFileIndex({ path, repository: "r", now: () => clock.now() });
  again.add([file("a.ts", "1", "hello")]);
  again.keep("c", [file("a.ts", "1", "")], new Map(), {});
  again.close();
  expect(found(open("beside.db"), "c", "hello")).toEqual(["a.ts"]);
  const nowhere = new FileIndex({ path: "/dev/null/index.db", repository: "r", now: () => clock.now() });
  nowhere.add([file("a.ts", "1", "hello")]);
  nowhere.keep("c", [{ path: "a.ts", blob: "1" }], new Map(), {});
  expect(found(nowhere, "c", "hello")).toEqual(["a.ts"]);
  nowhere.close();
});

test("tables of another shape are replaced as it opens, and what else lies in the file stays", () => {
  const path = join(folder, "shape.db");
  const scratch = openScratch({ path, clock });
  scratch.tail("c1", "hello");
  scratch.flush();
  const db = new Database(path);
  db.exec("CREATE TABLE index_repository (other TEXT); CREATE TABLE index_file (other TEXT)");
  db.close();
  const index = open("shape.db");
  index.add([file("a.ts", "1", "hello")]);
  expect(index.missing([file("a.ts", "1", "")])).toEqual([]);
  expect(scratch.read("c1")?.text).toBe("hello");
  index.close();
  scratch.close();
});
