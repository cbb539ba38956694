import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { CheckResult } from "../../src/domain/events.ts";
import type { Integration, Workspace } from "../../src/engine/ports/workspace.ts";
import { reader } from "./counted-git.ts";
import { doTask, enter, landBranch, message, read, scratch, write, type Scratch } from "./scratch.ts";

const into = "gandy/integration";
const green = async (): Promise<readonly CheckResult[]> => [];
const red: CheckResult = {
  name: "test",
  result: "fail",
  durationMs: 1,
  output: null,
  failures: ["t"],
  newFailures: ["t"],
  tree: "",
  tail: "",
};

type MergeRequest = Parameters<Integration["merge"]>[0];
const request = (
  task: string,
  done: { commit: string; base: string },
  more: Partial<MergeRequest> = {},
): MergeRequest => ({
  task,
  commit: done.commit,
  base: done.base,
  into,
  style: "squash",
  message: message(task, "g1/main/merge/1"),
  verify: green,
  ...more,
});

const subjects = (own: Scratch, range: string): string[] =>
  own
    .git(own.project, "log", "--first-parent", "--format=%s", range)
    .split("\n")
    .filter((line) => line !== "");

async function twoTasks(own: Scratch, workspace: Workspace) {
  const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
  const b = await doTask(own, workspace, "B", { "b.txt": "from b\n" });
  return { a, b };
}

describe("merging", () => {
  test("what was made on the tip itself is merged without a merge of git's, what was made beside it with one", async () => {
    const { own, commands } = reader();
    own.environment["PATH"] = `${join(own.root, "bin")}:${own.environment["PATH"] ?? ""}`;
    const workspace = own.open();
    const merges = (): number => commands().filter((line) => line.includes(" merge-tree ")).length;
    const { a, b } = await twoTasks(own, workspace);
    expect(await workspace.integration.merge(request("A", a))).toMatchObject({ kind: "merged" });
    expect(merges()).toBe(0);
    expect(own.git(own.project, "rev-parse", `${into}^{tree}`)).toBe(
      own.git(own.project, "rev-parse", `${a.commit}^{tree}`),
    );
    expect(await workspace.integration.merge(request("B", b))).toMatchObject({ kind: "merged" });
    expect(merges()).toBe(1);
    expect([own.git(own.project, "show", `${into}:a.txt`), own.git(own.project, "show", `${into}:b.txt`)]).toEqual([
      "from a",
      "from b",
    ]);
  });

  test("makes the branch, then one commit a task, each on top of the last; the checkout stays as it is", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a, b } = await twoTasks(own, workspace);
    write(own.project, { "a.txt": "the user's\n", "mine.txt": "mine\n" });
    const seen: string[][] = [];
    const verify: MergeRequest["verify"] = async (commit, tip) => {
      seen.push([own.git(own.project, "show", `${commit}:a.txt`), tip]);
      return [{ ...red, result: "known", newFailures: [] }];
    };
    const first = await workspace.integration.merge(request("A", a, { verify }));
    const proof = { proof: "none", provenBy: [], without: [red.name] };
    expect(first).toEqual({ kind: "merged", commit: own.git(own.project, "rev-parse", into), tip: a.base, proof });
    expect(own.git(own.project, "show", "-s", "--format=%B", into)).toContain(`Gandy-Proof: none; without ${red.name}`);
    const second = await workspace.integration.merge(request("B", b, { verify, style: "merge" }));
    expect(second).toMatchObject({ kind: "merged", tip: first.kind === "merged" ? first.commit : "" });
    expect(seen).toEqual([
      ["from a", a.base],
      ["from a", own.git(own.project, "rev-parse", `${into}^1`)],
    ]);
    expect(subjects(own, `main..${into}`)).toEqual(["B: do it", "A: do it"]);
    expect(own.git(own.project, "rev-list", "--parents", "-1", into).split(" ")).toHaveLength(3);
    expect(own.git(own.project, "rev-list", "--parents", "-1", `${into}^1`).split(" ")).toHaveLength(2);
    expect(own.git(own.project, "status", "--porcelain").split("\n")).toEqual([" M a.txt", "?? mine.txt"]);
  });

  test("again finds what was merged by its key and checks nothing", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a, b } = await twoTasks(own, workspace);
    const first = await workspace.integration.merge(request("A", a));
    await workspace.integration.merge(request("B", b));
    const verify = (): Promise<never> => Promise.reject(new Error("checked again"));
    expect(await workspace.integration.merge(request("A", a, { verify }))).toEqual(first);
    expect(subjects(own, `main..${into}`)).toHaveLength(2);
  });

  test("with red checks or a conflict moves nothing", async () => {
    const own = scratch();
    const workspace = own.open();
    const a = await doTask(own, workspace, "A", { "a.txt": "from a\n", "ü b": "1\n" });
    const b = await doTask(own, workspace, "B", { "a.txt": "from b\n", "ü b": "2\n" });
    const refused = await workspace.integration.merge(request("A", a, { verify: async () => [red] }));
    expect(refused).toEqual({ kind: "red", checks: [red], with: a.base });
    expect(own.git(own.project, "rev-parse", into)).toBe(a.base);
    const merged = await workspace.integration.merge(request("A", a));
    const tip = merged.kind === "merged" ? merged.commit : "";
    const conflict = await workspace.integration.merge(request("B", b));
    expect(conflict).toEqual({ kind: "conflict", files: ["a.txt", "ü b"], with: tip });
    expect(own.git(own.project, "rev-parse", into)).toBe(tip);
  });

  test("two at once come one after the other; one that finds the branch moved starts over", async () => {
    const own = scratch();
    const workspace = own.open();
    const other = own.open();
    const { a, b } = await twoTasks(own, workspace);
    const c = await doTask(own, workspace, "C", { "c.txt": "from c\n" });
    const tips: string[] = [];
    const verify: MergeRequest["verify"] = async (_commit, tip) => {
      // Another program merges while the first check runs.
      if (tips.length === 0) await other.integration.merge(request("C", c));
      tips.push(tip);
      return [];
    };
    const done = await Promise.all([
      workspace.integration.merge(request("A", a, { verify })),
      workspace.integration.merge(request("B", b, { verify })),
    ]);
    expect(done.map(({ kind }) => kind)).toEqual(["merged", "merged"]);
    expect(subjects(own, `main..${into}`)).toEqual(["B: do it", "A: do it", "C: do it"]);
    expect(new Set(tips).size).toBe(3);
  });

  test("a change that is there already becomes a commit without changes, and undoing it undoes nothing else", async () => {
    const own = scratch();
    const workspace = own.open();
    const a = await doTask(own, workspace, "A", { "a.txt": "same\n" });
    const b = await doTask(own, workspace, "B", { "a.txt": "same\n" });
    await workspace.integration.merge(request("A", a));
    const empty = await workspace.integration.merge(request("B", b));
    expect(empty.kind).toBe("merged");
    expect(own.git(own.project, "diff", "--name-only", `${into}^`, into)).toBe("");
    const commit = empty.kind === "merged" ? empty.commit : "";
    expect(await workspace.integration.revert(into, commit, message("B", "g1/revert"))).toMatchObject({
      kind: "merged",
    });
    expect(own.git(own.project, "show", `${into}:a.txt`)).toBe("same");
  });

  test("a branch that stands where the name's folder would be blocks it, with git's reason", async () => {
    const own = scratch();
    const workspace = own.open();
    const base = own.git(own.project, "rev-parse", "main");
    const a = await doTask(own, workspace, "A", { "a.txt": "a\n" });
    const merged = await workspace.integration.merge(request("A", a, { into: "main/deep" }));
    expect(merged).toMatchObject({ kind: "blocked" });
    expect(merged.kind === "blocked" ? merged.why : "").toContain("main/deep cannot be made");
    expect(own.git(own.project, "rev-parse", "main")).toBe(base);
  });
});

describe("a branch the user has checked out", () => {
  test("is fast-forwarded there when nothing is uncommitted; unknown files stay", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a } = await twoTasks(own, workspace);
    own.git(own.project, "checkout", "-q", "-b", into);
    write(own.project, { "untracked.txt": "mine\n" });
    expect(await workspace.integration.merge(request("A", a))).toMatchObject({ kind: "merged" });
    expect(read(own.project, "a.txt")).toBe("from a\n");
    expect(own.git(own.project, "status", "--porcelain")).toBe("?? untracked.txt");
    expect(own.git(own.project, "symbolic-ref", "--short", "HEAD")).toBe(into);
  });

  test("with changes, with files in the way or in a rebase is left alone", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a, b } = await twoTasks(own, workspace);
    own.git(own.project, "checkout", "-q", "-b", into);
    write(own.project, { "a.txt": "half done\n" });
    const verify = (): Promise<never> => Promise.reject(new Error("checked for nothing"));
    const blocked = await workspace.integration.merge(request("A", a, { verify }));
    expect(blocked).toEqual({
      kind: "blocked",
      why: `${into} is checked out in ${own.project} with uncommitted changes; commit or stash them there`,
    });
    own.git(own.project, "checkout", "-q", "a.txt");
    write(own.project, { "b.txt": "in the way\n" });
    const inTheWay = await workspace.integration.merge(request("B", b));
    expect(inTheWay).toMatchObject({ kind: "blocked" });
    expect(inTheWay.kind === "blocked" ? inTheWay.why : "").toContain("b.txt");
    expect(read(own.project, "b.txt")).toBe("in the way\n");
    write(own.project, { "b.txt": null, "a.txt": "mine\n" });
    own.git(own.project, "commit", "-qam", "mine");
    expect(() => own.git(own.project, "rebase", a.commit)).toThrow();
    expect(await workspace.integration.merge(request("B", b))).toMatchObject({
      kind: "blocked",
      why: `${into} is being rebased in ${own.project}; finish that first`,
    });
    expect(own.git(own.project, "status")).toContain("interactive rebase in progress");
  });

  test("in a worktree of ours (an agent's doing) blocks nothing", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a, b } = await twoTasks(own, workspace);
    await workspace.integration.merge(request("A", a));
    own.git(b.tree.path, "checkout", "-q", into);
    expect(await workspace.integration.merge(request("B", b))).toMatchObject({ kind: "merged" });
  });
});

describe("conflicts", () => {
  test("come into the task's tree as markers; the commit that settles them has both parents", async () => {
    const own = scratch();
    const workspace = own.open();
    const { integration } = workspace;
    const a = await doTask(own, workspace, "A", { "a.txt": "from a\n", "more.txt": "a\n" });
    const b = await doTask(own, workspace, "B", { "a.txt": "from b\n" });
    const merged = await integration.merge(request("A", a));
    const tip = merged.kind === "merged" ? merged.commit : "";
    expect(await integration.materializeConflict(b.tree, tip)).toEqual({ files: ["a.txt"] });
    expect(read(b.tree.path, "a.txt")).toContain("<<<<<<< ");
    expect(await integration.materializeConflict(b.tree, tip)).toEqual({ files: ["a.txt"] });
    expect(await integration.conflictMarkers(b.tree, ["a.txt", "more.txt", "../../x", "gone"])).toEqual(["a.txt"]);
    write(b.tree.path, { "a.txt": "from both\n" });
    expect(await integration.conflictMarkers(b.tree, ["a.txt"])).toEqual([]);
    const settled = await workspace.trees.commit(b.tree, b.commit, message("B", "g1/main/S1/implement/2"));
    expect(own.git(own.project, "rev-list", "--parents", "-1", "gandy/B")).toBe(
      `${settled?.commit} ${b.commit} ${tip}`,
    );
    expect(await integration.merge(request("B", { commit: settled?.commit ?? "", base: b.base }))).toMatchObject({
      kind: "merged",
    });
    expect(own.git(own.project, "show", `${into}:a.txt`)).toBe("from both");
    expect(own.git(own.project, "show", `${into}:more.txt`)).toBe("a");
  });

  test("an agent that commits the merge itself keeps both parents; one that gives it up does not", async () => {
    const own = scratch();
    const workspace = own.open();
    const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
    const b = await doTask(own, workspace, "B", { "a.txt": "from b\n" });
    await workspace.integration.materializeConflict(b.tree, a.commit);
    write(b.tree.path, { "a.txt": "both\n" });
    own.git(b.tree.path, "add", ".");
    own.git(b.tree.path, "commit", "-qm", "merged by the agent");
    const settled = await workspace.trees.commit(b.tree, b.commit, message("B", "2"));
    expect(settled?.keptHead).not.toBeNull();
    expect(own.git(own.project, "rev-list", "--parents", "-1", "gandy/B")).toBe(
      `${settled?.commit} ${b.commit} ${a.commit}`,
    );

    const c = await doTask(own, workspace, "C", { "a.txt": "from c\n" });
    await workspace.integration.materializeConflict(c.tree, a.commit);
    own.git(c.tree.path, "merge", "--abort");
    write(c.tree.path, { "c.txt": "something else\n" });
    const other = await workspace.trees.commit(c.tree, c.commit, message("C", "2"));
    expect(own.git(own.project, "rev-list", "--parents", "-1", "gandy/C")).toBe(`${other?.commit} ${c.commit}`);
  });

  test("settled by taking one's own side are still a merge; a commit that is in already brings nothing", async () => {
    const own = scratch();
    const workspace = own.open();
    const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
    const b = await doTask(own, workspace, "B", { "a.txt": "from b\n" });
    await workspace.integration.materializeConflict(b.tree, a.commit);
    write(b.tree.path, { "a.txt": "from b\n" });
    const settled = await workspace.trees.commit(b.tree, b.commit, message("B", "2"));
    expect(settled).toMatchObject({ files: [] });
    expect(await workspace.integration.materializeConflict(b.tree, a.commit)).toEqual({ files: [] });
    expect(await workspace.trees.commit(b.tree, settled?.commit ?? "", message("B", "3"))).toBeNull();
    await expect(workspace.integration.materializeConflict(b.tree, "f".repeat(40))).rejects.toThrow(
      "there is no commit",
    );
  });

  test("a merge over uncommitted work is refused, and the work stays", async () => {
    const own = scratch();
    const workspace = own.open();
    const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
    const tree = await enter(own, workspace, "B");
    write(tree.path, { "a.txt": "half\n" });
    await expect(workspace.integration.materializeConflict(tree, a.commit)).rejects.toThrow("cannot be merged");
    expect(read(tree.path, "a.txt")).toBe("half\n");
  });
});

describe("reverting", () => {
  test("takes out one task and leaves the later ones", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a, b } = await twoTasks(own, workspace);
    const merged = await workspace.integration.merge(request("A", a, { style: "merge" }));
    await workspace.integration.merge(request("B", b));
    const commit = merged.kind === "merged" ? merged.commit : "";
    const undo = message("A", "g1/revert", { subject: "Revert A" });
    const reverted = await workspace.integration.revert(into, commit, undo);
    expect(reverted.kind).toBe("merged");
    expect(own.git(own.project, "show", `${into}:a.txt`)).toBe("one");
    expect(own.git(own.project, "show", `${into}:b.txt`)).toBe("from b");
    expect(own.git(own.project, "log", "-1", "--format=%s %(trailers:key=Gandy-Key,valueonly)", into)).toContain(
      "A/g1/revert",
    );
    expect(await workspace.integration.revert(into, commit, undo)).toEqual(reverted);
  });

  test("names the files that later work changed too, and refuses what is not in the branch", async () => {
    const own = scratch();
    const workspace = own.open();
    const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
    const merged = await workspace.integration.merge(request("A", a));
    const commit = merged.kind === "merged" ? merged.commit : "";
    const b = await doTask(own, workspace, "B", { "a.txt": "from a, then b\n" }, into);
    await workspace.integration.merge(request("B", b));
    const tip = own.git(own.project, "rev-parse", into);
    const undo = message("A", "g1/revert");
    expect(await workspace.integration.revert(into, commit, undo)).toEqual({
      kind: "conflict",
      files: ["a.txt"],
      with: tip,
    });
    const c = await doTask(own, workspace, "C", { "c.txt": "c\n" });
    expect(await workspace.integration.revert(into, c.commit, undo)).toMatchObject({ kind: "blocked" });
    expect(await workspace.integration.revert(into, a.base, undo)).toMatchObject({ kind: "blocked" });
    expect(await workspace.integration.revert("none", c.commit, undo)).toMatchObject({ kind: "blocked" });
    expect(own.git(own.project, "rev-parse", into)).toBe(tip);
  });
});

describe("landing", () => {
  test("fast-forwards a clean checkout, merges where the target went on, and is done when it is in", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a, b } = await twoTasks(own, workspace);
    await workspace.integration.merge(request("A", a));
    const tip = own.git(own.project, "rev-parse", into);
    expect(await landBranch(workspace, into, "main")).toMatchObject({ by: "fast_forward", commit: tip, proof: null });
    expect(read(own.project, "a.txt")).toBe("from a\n");
    expect(await landBranch(workspace, into, "main")).toEqual({ kind: "there", tip });

    write(own.project, { "mine.txt": "mine\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "the user went on");
    await workspace.integration.merge(request("B", b));
    writeFileSync(join(own.project, "a.txt"), "half done\n");
    expect(await landBranch(workspace, into, "main")).toMatchObject({ kind: "blocked" });
    own.git(own.project, "checkout", "-q", "a.txt");
    expect(await landBranch(workspace, into, "main")).toMatchObject({ kind: "brought" });
    expect([read(own.project, "b.txt"), read(own.project, "mine.txt")]).toEqual(["from b\n", "mine\n"]);
    expect(own.git(own.project, "status", "--porcelain")).toBe("");
    expect(own.git(own.project, "log", "-1", "--format=%s")).toBe(`Merge branch '${into}' into main`);
  });

  test("moves a branch that is not checked out, and blocks on conflicts and missing branches", async () => {
    const own = scratch();
    const workspace = own.open();
    const { a } = await twoTasks(own, workspace);
    own.git(own.project, "branch", "release");
    await workspace.integration.merge(request("A", a));
    expect(await landBranch(workspace, into, "release")).toMatchObject({ kind: "brought" });
    expect(own.git(own.project, "rev-parse", "release")).toBe(own.git(own.project, "rev-parse", into));
    expect(await landBranch(workspace, into, "nowhere")).toEqual({
      kind: "blocked",
      why: "there is no branch nowhere",
    });
    write(own.project, { "a.txt": "the user's\n" });
    own.git(own.project, "commit", "-qam", "mine");
    const conflict = await landBranch(workspace, into, "main");
    expect(conflict).toMatchObject({ kind: "conflict", files: ["a.txt"] });
    expect(read(own.project, "a.txt")).toBe("the user's\n");
  });
});
