import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { compare, plainDiff } from "../../src/workspace/changed-files.ts";
import { trailersIn } from "../../src/workspace/commit-message.ts";
import { isAncestor } from "../../src/workspace/commits.ts";
import { commitByKey, mergesBefore } from "../../src/workspace/find-merges.ts";
import { commit, reader, write } from "./counted-git.ts";
import { scratch } from "./scratch.ts";

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
