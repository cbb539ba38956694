import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { doTask, scratch, write } from "./scratch.ts";

test("a link to a commit of another repository is told from a file", async () => {
  const own = scratch();
  const base = own.git(own.project, "rev-parse", "main");
  own.git(own.project, "update-index", "--add", "--cacheinfo", `160000,${base},ext`);
  own.git(own.project, "commit", "-qm", "a link");
  const links = async (from: string, to: string) =>
    (await own.open().history.diff(from, to, 0)).files.map(({ path, isLink }) => [path, isLink]);
  expect(await links(base, "main")).toEqual([["ext", true]]);
  expect(await links("main", base)).toEqual([["ext", true]]);
});

test("tips and trees of branches, known remote ones too", async () => {
  const own = scratch();
  const { history } = own.open();
  const main = own.git(own.project, "rev-parse", "main");
  own.git(own.project, "update-ref", "refs/remotes/origin/next", main);
  own.git(own.project, "tag", "v1");
  expect(await history.tip("main")).toBe(main);
  expect(await history.tip("origin/next")).toBe(main);
  expect(await history.tip("v1")).toBeNull();
  expect(await history.tip("none")).toBeNull();
  await expect(history.tip("--all")).rejects.toMatchObject({ fault: "guard" });
  expect(await history.treeOf(main)).toBe(own.git(own.project, "rev-parse", "main^{tree}"));
  await expect(history.treeOf("f".repeat(40))).rejects.toMatchObject({ name: "GitError", cwd: own.project });
});

test("equal input combines to an equal commit, whoever does it and whenever", async () => {
  const own = scratch();
  const workspace = own.open();
  const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
  const b = await doTask(own, workspace, "B", { "b.txt": "from b\n" });
  const c = await doTask(own, workspace, "C", { "c.txt": "from c\n" });
  const tips = [a.commit, b.commit, c.commit];
  const one = await workspace.history.combine(a.base, tips, "D");
  own.git(own.project, "config", "user.name", "Somebody Else");
  expect(await own.open().history.combine(a.base, tips, "D")).toEqual(one);
  const commit = "commit" in one ? one.commit : "";
  expect(own.git(own.project, "ls-tree", "--name-only", commit).split("\n")).toEqual(["a.txt", "b.txt", "c.txt"]);
  for (const tip of tips) own.git(own.project, "merge-base", "--is-ancestor", tip, commit);

  expect(await workspace.history.combine(a.base, [], "D")).toEqual({ commit: a.base });
  expect(await workspace.history.combine(a.base, [a.commit], "D")).toEqual({ commit: a.commit });
  expect(await workspace.history.combine(a.base, [a.commit, commit, b.commit], "D")).toEqual({ commit });
  expect(await workspace.history.combine(commit, [b.commit], "D")).toEqual({ commit });
});

test("combining says which tip conflicts in which files", async () => {
  const own = scratch();
  const workspace = own.open();
  const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
  const b = await doTask(own, workspace, "B", { "a.txt": "from b\n" });
  const combined = await workspace.history.combine(a.base, [a.commit, b.commit], "C");
  expect(combined).toEqual({ conflict: ["a.txt"], with: b.commit });
});

test.each(["added", "modified", "deleted", "renamed"] as const)(
  "the first of two changed files is %s",
  async (state) => {
    const own = scratch();
    const { history } = own.open();
    const text = "line\n".repeat(30);
    write(own.project, { ...(state === "added" ? {} : { "b.txt": text }), "z.txt": "z\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "before");
    const [path, after] =
      state === "renamed" ? ["c.txt", text] : ["b.txt", state === "deleted" ? null : `${text}more\n`];
    if (state === "renamed") write(own.project, { "b.txt": null });
    write(own.project, { [path]: after, "z.txt": "zz\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "after");
    const { files } = await history.diff("main~1", "main", 1_000);
    expect(files).toMatchObject([
      { path, state, ...(state === "renamed" ? { from: "b.txt" } : {}) },
      { path: "z.txt", state: "modified" },
    ]);
  },
);

test("a diff lists every kind of change and cuts its text at a line", async () => {
  const own = scratch();
  const { history } = own.open();
  write(own.project, { "old.txt": "line\n".repeat(30), "gone.txt": "gone\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "more");
  own.git(own.project, "mv", "old.txt", "new ü.txt");
  write(own.project, { "gone.txt": null, "a.txt": "zwei ü\n", "-dash": "x\n", "t\tb": "x\n" });
  writeFileSync(join(own.project, "pic.bin"), Buffer.from([0, 1, 2, 255]));
  execFileSync("sh", ["-c", "printf x > \"$(printf 'odd\\377')\""], { cwd: own.project });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "all kinds");
  const diff = await history.diff("main~1", "main", 100_000);
  expect(diff.files).toEqual([
    { path: "-dash", insertions: 1, deletions: 0, state: "added" },
    { path: "a.txt", insertions: 1, deletions: 1, state: "modified" },
    { path: "gone.txt", insertions: 0, deletions: 1, state: "deleted" },
    { path: "new ü.txt", from: "old.txt", insertions: 0, deletions: 0, state: "renamed" },
    { path: "odd\ufffd", insertions: 1, deletions: 0, state: "added" },
    { path: "pic.bin", insertions: 0, deletions: 0, state: "added" },
    { path: "t\tb", insertions: 1, deletions: 0, state: "added" },
  ]);
  expect(diff.truncated).toBe(false);
  expect(diff.text).toContain("rename to new ü.txt");
  expect(diff.text).toContain("Binary files /dev/null and b/pic.bin differ");
  for (const maxBytes of [0, 100, 150, 300]) {
    const cut = await history.diff("main~1", "main", maxBytes);
    expect(cut.truncated).toBe(true);
    expect(cut.files).toHaveLength(7);
    const note = `[the rest of the diff is left out: it is longer than ${maxBytes} bytes]\n`;
    expect(cut.text.endsWith(note)).toBe(true);
    expect(diff.text.startsWith(cut.text.slice(0, -note.length))).toBe(true);
  }
  expect(await history.diff("main", "main", 100)).toEqual({ files: [], text: "", truncated: false });
  await expect(history.diff("--output=/tmp/x", "main", 100)).rejects.toMatchObject({ fault: "guard" });
});
