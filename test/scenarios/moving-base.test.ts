import { existsSync, readFileSync, rmSync } from "node:fs";

import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed } from "../cli/played.ts";
import { commit, dataOf, edits, has, tip, untracked } from "../cli/daily.ts";

const integration = brand.integrationBranch;
const tasks = (...ids: readonly string[]): string =>
  `tasks:\n${ids.map((id) => `  - {id: ${id}, goal: Do ${id}, risk: low}\n`).join("")}`;

const json = async (hand: Hand, ...argv: string[]): Promise<unknown> => parsed((await hand.say(...argv, "--json")).out);

/** A project whose check is red where both files are there. */
const noBoth = `checks: [{name: pair, run: "! { [ -e left.txt ] && [ -e right.txt ]; }"}]\n`;

test("a run works from what a person has committed on the base since: forward where nothing waits to land, else merged in", async () => {
  const hand = untracked(tasks("A"), {
    settings: "checks: [{name: ok, run: 'true'}]\n",
    rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"], C: ["c.txt", "c"] }),
  });
  expect((await hand.say("run")).code).toBe(0);
  expect((await hand.say("land")).code).toBe(0);
  const first = commit(hand, "mine.txt", "mine\n");
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).code).toBe(0);
  expect((await dataOf(hand, "task.based")).at(-1)).toMatchObject({ base: first });
  expect(has(hand, integration, "mine.txt")).toBe(true);

  const second = commit(hand, "more.txt", "more\n");
  hand.write("tasks.yaml", tasks("A", "B", "C"));
  const run = await hand.say("run");
  expect(run).toMatchObject({
    code: 0,
    out: having(`main moved to ${second.slice(0, 7)}: ${integration} has it merged in`),
  });
  expect(await dataOf(hand, "base.followed")).toMatchObject([
    { to: first, by: "fast_forward" },
    { base: "main", to: second, into: integration, by: "merge" },
  ]);
  for (const path of ["a.txt", "mine.txt", "b.txt", "more.txt", "c.txt"])
    expect(has(hand, integration, path)).toBe(true);
  expect(hand.git("log", "--format=%B", integration)).toContain(`${brand.name}-Proof: checks: ok`);
  // It has all of main, so that main goes forward to it.
  expect((await hand.say("land")).code).toBe(0);
  expect(tip(hand, "main")).toBe(tip(hand, integration));
  expect(await dataOf(hand, "question.asked")).toEqual([]);
  // Nobody but a person has moved anything behind our back.
  expect(JSON.stringify(await dataOf(hand, "watch.seen"))).not.toContain(integration);
});

test("git.follow: off leaves it where it is", async () => {
  const hand = untracked(tasks("A"), {
    settings: "git: {follow: off}\n",
    rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"] }),
  });
  expect((await hand.say("run")).code).toBe(0);
  commit(hand, "mine.txt", "mine\n");
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).code).toBe(0);
  expect(has(hand, integration, "mine.txt")).toBe(false);
});

test("git.follow: task takes up what is committed while the run works", async () => {
  const hand = untracked(tasks("A", "B"), {
    settings: "git: {follow: task}\nlimits: {parallel: 1}\nchecks: [{name: commits, run: 'sh commit.sh'}]\n",
    files: { "commit.sh": "true\n" },
    rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"] }),
  });
  expect((await hand.say("run", "--task", "A")).code).toBe(0);
  // While the check of B runs, a person commits; the task after it is to work from there.
  const script = `cd ${hand.top}; [ -e .git/once ] || { touch .git/once; echo x >x.txt; git add x.txt; git -c user.name=t -c user.email=t@t commit --quiet -m x; }\n`;
  commit(hand, "commit.sh", script);
  hand.write("tasks.yaml", tasks("A", "B", "C"));
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("merge-base", "--is-ancestor", "main", integration)).toBe("");
  expect(has(hand, integration, "x.txt")).toBe(true);
});

test("what comes while the run works and would be loaded by agents is left to the next run, which asks whether it is trusted", async () => {
  const hand = untracked(tasks("A"), {
    settings: "git: {follow: task}\nlimits: {parallel: 1}\nchecks: [{name: meets, run: 'sh meets.sh'}]\n",
    rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"], C: ["c.txt", "c"] }),
  });
  commit(
    hand,
    "meets.sh",
    `[ -e a.txt ] || exit 0; cd ${hand.top}; [ -e .git/once ] && exit 0; touch .git/once; echo '{}' >.mcp.json; git add .mcp.json; git -c user.name=t -c user.email=t@t commit --quiet -m mcp\n`,
  );
  hand.write("tasks.yaml", tasks("A", "B"));
  const first = await hand.say("run");
  expect(first).toMatchObject({ code: 0, out: having("brings .mcp.json, which agents would load") });
  expect([has(hand, "main", ".mcp.json"), has(hand, integration, ".mcp.json")]).toEqual([true, false]);
  hand.write("tasks.yaml", tasks("A", "B", "C"));
  const refused = await hand.begin(["run"], { trusted: false }).end;
  expect(refused).toMatchObject({ code: 2, err: having(".mcp.json") });
  expect((await hand.say("run")).code).toBe(0);
  expect(has(hand, integration, ".mcp.json")).toBe(true);
});

test("nor is it brought in by a run that goes on while another branch is checked out, of which alone somebody was asked", async () => {
  const hand = untracked(
    `${tasks("A", "B").trimEnd().slice(0, -1)}, approve: [merge]}\n  - {id: C, goal: Do C, risk: low, needs: [B]}\n`,
    {
      rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"], C: ["c.txt", "c"] }),
    },
  );
  expect((await hand.say("run")).code).toBe(3);
  hand.git("branch", "dev");
  commit(hand, ".mcp.json", "{}\n");
  hand.git("checkout", "--quiet", "dev");
  await hand.say("task", "B", "--approve");
  const goesOn = await hand.begin(["run"], { trusted: false }).end;
  expect(goesOn).toMatchObject({ code: 0, out: having("brings .mcp.json, which agents would load") });
  expect(goesOn.out).toContain("from main, merged into");
  expect([has(hand, integration, "c.txt"), has(hand, integration, ".mcp.json")]).toEqual([true, false]);
});

test("a conflict that comes while the run works is asked about by the next task; merged by hand on the base, it goes on from there", async () => {
  const hand = untracked(tasks("A"), {
    settings: "git: {follow: task}\nlimits: {parallel: 1}\nchecks: [{name: meets, run: 'sh meets.sh'}]\n",
    rules: edits({ A: ["a.txt", "by A\n"], B: ["b.txt", "b"] }),
  });
  commit(
    hand,
    "meets.sh",
    `[ -e a.txt ] || exit 0; cd ${hand.top}; [ -e .git/once ] && exit 0; touch .git/once; echo mine >a.txt; git add a.txt; git -c user.name=t -c user.email=t@t commit --quiet -m mine\n`,
  );
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).code).toBe(3);
  expect(at(await json(hand, "list"), "tasks")).toMatchObject([{ id: "A", state: "DONE" }, { id: "B" }]);
  expect(at(await json(hand, "review"), "questions")).toMatchObject([{ kind: "base", reason: "base_conflict" }]);
  hand.git("merge", "--quiet", "-X", "theirs", "-m", "both", integration);
  await hand.say("task", "B", "--retry");
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${integration}:a.txt`)).toBe("by A\n");
  expect(await dataOf(hand, "question.asked")).toHaveLength(1);
  expect((await hand.say("land")).code).toBe(0);
  expect(tip(hand, "main")).toBe(tip(hand, integration));
});

test("a conflict with the base is one question; mended by hand, a retry goes on from both", async () => {
  const hand = untracked(tasks("A"), {
    rules: edits({ A: ["readme.md", "by A\n"], B: ["b.txt", "b"], C: ["c.txt", "c"] }),
  });
  expect((await hand.say("run")).code).toBe(0);
  commit(hand, "readme.md", "by hand\n");
  hand.write("tasks.yaml", tasks("A", "B", "C"));
  expect((await hand.say("run")).code).toBe(3);
  const questions = at(await json(hand, "review"), "questions");
  expect(questions).toMatchObject([{ kind: "base", reason: "base_conflict", actions: ["retry", "keep", "abort"] }]);
  expect(at(questions, 0, "text")).toEqual(having("changed the same lines (readme.md)"));
  const asker = String(at(questions, 0, "task", "id"));
  const other = asker === "B" ? "C" : "B";
  expect((await hand.say("why", other)).out).toContain(`${asker} asks you first, about the base, which has moved`);
  const worktree = `${hand.home}/merging`;
  hand.git("worktree", "add", "--quiet", worktree, integration);
  hand.git("-C", worktree, "merge", "--quiet", "-X", "ours", "-m", "by hand", "main");
  hand.git("worktree", "remove", worktree);
  await hand.say("task", asker, "--retry");
  // What a person did to the branch is asked about as ever, and then it is gone on from.
  expect((await hand.say("run")).code).toBe(3);
  const moved = at(await json(hand, "review"), "questions");
  expect(moved).toMatchObject([{ reason: "moved_branch" }]);
  await hand.say("task", String(at(moved, 0, "task", "id")), "--approve");
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${integration}:readme.md`)).toBe("by A\n");
  expect((await dataOf(hand, "question.asked")).map((data) => at(data, "question", "kind"))).toEqual(["base", "other"]);
});

test("whoever brings it up to the base by hand, just as it would have been, is asked nothing", async () => {
  const hand = untracked(tasks("A"), { rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"], C: ["c.txt", "c"] }) });
  expect((await hand.say("run")).code).toBe(0);
  commit(hand, "mine.txt", "mine\n");
  const worktree = `${hand.home}/merging`;
  hand.git("worktree", "add", "--quiet", worktree, integration);
  hand.git("-C", worktree, "merge", "--quiet", "-m", "by hand", "main");
  const byHand = tip(hand, integration);
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).code).toBe(0);
  expect((await dataOf(hand, "task.based")).at(-1)).toMatchObject({ base: byHand });
  hand.git("-C", worktree, "merge", "--quiet", "--ff-only", integration);
  commit(hand, "more.txt", "more\n");
  hand.git("-C", worktree, "merge", "--quiet", "-m", "by hand", "main");
  hand.git("worktree", "remove", worktree);
  expect((await hand.say("land")).out).toContain("2 tasks landed on main");
  // With something besides it is somebody else's.
  hand.git("checkout", "--quiet", integration);
  commit(hand, "besides.txt", "besides\n");
  hand.git("checkout", "--quiet", "main");
  expect((await hand.say("land")).code).toBe(2);
  expect(await dataOf(hand, "question.asked")).toEqual([]);
});

test("what brings the base over pays only the checks that it touches", async () => {
  const hand = untracked(tasks("A"), {
    settings: `checks:\n  - {name: left, run: "echo left >>$HOME/ran", when: [left/**]}\n  - {name: right, run: "echo right >>$HOME/ran", when: [right/**]}\nenv: {pass: [HOME]}\n`,
    rules: edits({ A: ["left/a.txt", "a"], B: ["left/b.txt", "b"] }),
  });
  const ran = (): string => {
    const file = `${hand.home}/ran`;
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    rmSync(file, { force: true });
    return [...new Set(text.trim().split("\n"))].toSorted().join(" ");
  };
  expect((await hand.say("run")).code).toBe(0);
  commit(hand, "right/mine.txt", "mine\n");
  ran();
  expect(await hand.say("land")).toMatchObject({
    code: 0,
    out: having("runs left on the result before anything moves"),
  });
  expect(ran()).toBe("left");
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).code).toBe(0);
  commit(hand, "mine.txt", "mine\n");
  ran();
  expect((await hand.say("land")).code).toBe(0);
  expect(ran()).toBe("left");
  expect((await dataOf(hand, "land.done")).at(-1)).toMatchObject({ proof: { proof: "checks", provenBy: ["left"] } });
});

test("kept, it is gone on without that tip and not asked again; the next tip is followed", async () => {
  const hand = untracked(tasks("A"), {
    settings: noBoth,
    rules: edits({ A: ["left.txt", "l"], B: ["b.txt", "b"], C: ["c.txt", "c"], D: ["d.txt", "d"] }),
  });
  expect((await hand.say("run")).code).toBe(0);
  commit(hand, "right.txt", "r\n");
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).code).toBe(3);
  const before = tip(hand, integration);
  expect(at(await json(hand, "review"), "questions")).toMatchObject([{ reason: "base_merge_red", kind: "base" }]);
  await hand.say("task", "B", "--answer", "keep");
  expect((await hand.say("run")).code).toBe(0);
  hand.write("tasks.yaml", tasks("A", "B", "C"));
  expect((await hand.say("run")).code).toBe(0);
  expect(has(hand, integration, "right.txt")).toBe(false);
  expect(hand.git("merge-base", "--is-ancestor", before, integration)).toBe("");
  hand.git("rm", "--quiet", "right.txt");
  hand.git("commit", "--quiet", "-m", "mended");
  hand.write("tasks.yaml", tasks("A", "B", "C", "D"));
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("merge-base", "--is-ancestor", "main", integration)).toBe("");
  expect((await dataOf(hand, "base.followed")).map((data) => at(data, "by"))).toEqual(["kept", "merge"]);
  expect(await dataOf(hand, "question.asked")).toHaveLength(1);
});

test.each(["amended", "taken away"])(
  "a base whose tip was %s is a question, and nothing is brought over",
  async (how) => {
    const hand = untracked(tasks("A"), { rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"], C: ["c.txt", "c"] }) });
    commit(hand, "mine.txt", "mine\n");
    expect((await hand.say("run")).code).toBe(0);
    const before = tip(hand, integration);
    if (how === "amended") hand.git("commit", "--quiet", "--amend", "-m", "otherwise");
    else hand.git("reset", "--quiet", "--hard", "HEAD~1");
    hand.write("tasks.yaml", tasks("A", "B"));
    expect((await hand.say("run")).code).toBe(3);
    const questions = at(await json(hand, "review"), "questions");
    expect(questions).toMatchObject([{ kind: "base", reason: "base_rewritten" }]);
    expect(at(questions, 0, "text")).toEqual(having("main was rewritten"));
    expect(tip(hand, integration)).toBe(before);
    await hand.say("task", "B", "--answer", "keep");
    expect((await hand.say("run")).code).toBe(0);
    hand.write("tasks.yaml", tasks("A", "B", "C"));
    expect((await hand.say("run")).code).toBe(0);
    expect(await dataOf(hand, "question.asked")).toHaveLength(1);
  },
);

test("each base has an integration branch of its own, whatever it is called; the first keeps the plain name", async () => {
  const hand = untracked(tasks("A"), {
    rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"], C: ["c.txt", "c"], D: ["d.txt", "d"] }),
  });
  expect((await hand.say("run")).code).toBe(0);
  const branches: string[] = [];
  for (const [id, base] of [
    ["B", "dev"],
    ["C", "dev-2/x"],
  ] as const) {
    hand.git("checkout", "--quiet", "-b", base, "main");
    hand.write("tasks.yaml", tasks("A", id));
    const run = await hand.say("run");
    expect(run.code).toBe(0);
    const name = String(at((await dataOf(hand, "run.started")).at(-1), "integration"));
    expect(run.out).toContain(`from ${base}, merged into ${name}`);
    branches.push(name);
    // What main has not landed is no part of it.
    expect([has(hand, name, "a.txt"), has(hand, name, `${id.toLowerCase()}.txt`)]).toEqual([false, true]);
    expect((await hand.say("land")).out).toContain(`1 task landed on ${base}`);
  }
  expect(branches[0]).toBe("gandy/onto/dev");
  hand.git("checkout", "--quiet", "main");
  hand.write("tasks.yaml", tasks("A", "D"));
  expect((await hand.say("run")).out).toContain(`from main, merged into ${integration}`);
  expect((await hand.say("land")).out).toContain("2 tasks landed on main");
  expect([has(hand, "main", "b.txt"), has(hand, "main", "c.txt"), has(hand, "main", "d.txt")]).toEqual([
    false,
    false,
    true,
  ]);
});

test("a branch that settings name is that of every base", async () => {
  const hand = untracked(tasks("A"), {
    settings: `git: {merge_into: ${integration}}\n`,
    rules: edits({ A: ["a.txt", "a"], B: ["b.txt", "b"] }),
  });
  expect((await hand.say("run")).code).toBe(0);
  hand.git("checkout", "--quiet", "-b", "dev");
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).out).toContain(`from dev, merged into ${integration}`);
});
