import { expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import type { Hand } from "../at-hand.ts";
import { having } from "../played.ts";
import { commit, dataOf, edits, has, tip, untracked } from "../daily.ts";

const integration = brand.integrationBranch;

const three = `tasks:
  - {id: A, goal: Do A, risk: low}
  - {id: B, goal: Do B, risk: low, needs: [A]}
  - {id: C, goal: Do C, risk: low}
`;

/** C first, then A, then B, which writes on the lines of A. */
async function merged(settings = "checks: [{name: ok, run: 'true'}]\n"): Promise<Hand> {
  const hand = untracked(three, {
    settings,
    rules: edits({ A: ["shared.txt", "by A\n"], B: ["shared.txt", "by A\nand B\n"], C: ["c.txt", "c\n"] }),
  });
  for (const id of ["C", "A", "B"]) expect((await hand.say("run", "--task", id)).code).toBe(0);
  return hand;
}

test("what is no fast-forward is checked on both together; red moves nothing and says what to do", async () => {
  const hand = await merged(
    `checks: [{name: alone, run: "! { [ -e c.txt ] && [ -e mine.txt ]; } || { echo both are here; exit 1; }"}]\n`,
  );
  commit(hand, "mine.txt", "mine\n");
  const before = tip(hand, "main");
  const red = await hand.say("land");
  expect(red).toMatchObject({
    code: 3,
    err: having("main was not moved: alone is red on main together with what would land"),
  });
  expect(red.err).toContain("  both are here");
  expect(red.err).toContain(`${brand.bin} run brings main into ${integration}`);
  expect(tip(hand, "main")).toBe(before);
  expect(await dataOf(hand, "land.done")).toEqual([]);
  hand.git("rm", "--quiet", "mine.txt");
  commit(hand, "other.txt", "other\n");
  const from = tip(hand, "main");
  expect(await hand.say("land")).toMatchObject({ code: 0, out: having("3 tasks landed on main") });
  expect(hand.git("log", "-1", "--format=%B", "main")).toContain(`${brand.name}-Proof: checks: alone`);
  expect(await dataOf(hand, "land.done")).toMatchObject([
    { into: "main", from, proof: { proof: "checks", provenBy: ["alone"] }, tasks: ["C", "A", "B"] },
  ]);
});

test("a conflict moves nothing and ends with 3", async () => {
  const hand = await merged();
  commit(hand, "shared.txt", "by hand\n");
  const before = tip(hand, "main");
  expect(await hand.say("land")).toMatchObject({ code: 3, err: having("changed the same lines (shared.txt)") });
  expect(tip(hand, "main")).toBe(before);
});

test("where another branch is worked on than the run's, it asks, and without a terminal --into must name it", async () => {
  const hand = await merged();
  hand.git("checkout", "--quiet", "-b", "dev");
  const before = tip(hand, "main");
  const refused = await hand.say("land");
  expect(refused).toMatchObject({ code: 2, err: having("what was merged is from main, and you work on dev") });
  expect(refused.err).toContain("--into main lands it there");
  expect((await hand.begin(["land"], { terminal: true, typed: ["n"] }).end).code).toBe(1);
  expect([tip(hand, "main"), tip(hand, "dev")]).toEqual([before, before]);
  expect((await hand.begin(["land"], { terminal: true, typed: ["y"] }).end).out).toContain("3 tasks landed on main");
  expect((await hand.say("land", "--into", "dev")).out).toContain("3 tasks landed on dev");
});

test("some tasks land with what they need, and later the rest, and nothing twice", async () => {
  const hand = await merged();
  const some = await hand.say("land", "--task", "b");
  expect(some).toMatchObject({ code: 0, out: having("2 tasks landed on main") });
  expect(some.out).toContain("A, B; A came along, for it is needed");
  expect([has(hand, "main", "c.txt"), hand.git("show", "main:shared.txt")]).toEqual([false, "by A\nand B\n"]);
  expect(hand.git("log", "--format=%s", "-2", "main")).toBe("B: Do B\nA: Do A\n");
  expect((await hand.say("land", "--task", "A,B")).out).toContain("main has A, B already");
  // The integration branch goes by it, and the rest lands as a fast-forward.
  commit(hand, "mine.txt", "mine\n");
  hand.write("tasks.yaml", `${three}  - {id: D, goal: Do D, risk: low}\n`);
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${integration}:shared.txt`)).toBe("by A\nand B\n");
  expect(await hand.say("land")).toMatchObject({ code: 0, out: having("2 tasks landed on main") });
  expect(tip(hand, "main")).toBe(tip(hand, integration));
  expect(await dataOf(hand, "question.asked")).toEqual([]);
  expect(JSON.stringify(await dataOf(hand, "watch.seen"))).not.toContain(integration);
});

test("a task that is built on lines of one that stays behind does not land alone", async () => {
  const hand = untracked("tasks: [{id: A, goal: Do A, risk: low}, {id: B, goal: Do B, risk: low}]\n", {
    rules: edits({ A: ["shared.txt", "by A\n"], B: ["shared.txt", "by A\nand B\n"] }),
  });
  for (const id of ["A", "B"]) expect((await hand.say("run", "--task", id)).code).toBe(0);
  const before = [tip(hand, "main"), tip(hand, integration)];
  expect(await hand.say("land", "--task", "B")).toMatchObject({ code: 3, err: having("(shared.txt)") });
  expect([tip(hand, "main"), tip(hand, integration)]).toEqual(before);
});

test("undo takes the last landing back, which can land again", async () => {
  const hand = await merged();
  const before = tip(hand, "main");
  expect((await hand.say("undo")).code).toBe(1);
  expect((await hand.say("land", "--task", "A")).code).toBe(0);
  const between = tip(hand, "main");
  expect((await hand.say("land")).code).toBe(0);
  expect(await hand.say("undo")).toMatchObject({
    code: 0,
    out: having(`main stands at ${between.slice(0, 12)} again: 2 tasks`),
  });
  expect([tip(hand, "main"), hand.git("status", "--porcelain", "-uno")]).toEqual([between, ""]);
  expect((await hand.say("undo")).code).toBe(0);
  expect([tip(hand, "main"), has(hand, "main", "c.txt")]).toEqual([before, false]);
  expect(await dataOf(hand, "land.undone")).toMatchObject([{ tasks: ["C", "B"] }, { tasks: ["A"] }]);
  expect((await hand.say("land")).out).toContain("3 tasks landed on main");
});

test("undo refuses where the branch went on, its checkout is not clean, or a remote has it", async () => {
  const hand = await merged();
  expect((await hand.say("land")).code).toBe(0);
  const landed = tip(hand, "main");
  const refused = async (why: string): Promise<void> => {
    const { code, err } = await hand.say("undo");
    expect({ code, err }).toEqual({ code: 1, err: having(why) });
    expect(err).toContain(`${brand.bin} revert ID`);
  };
  hand.write("shared.txt", "half done\n");
  await refused("uncommitted changes");
  hand.git("checkout", "--quiet", "shared.txt");
  hand.git("update-ref", "refs/remotes/origin/main", landed);
  await refused("origin/main has it already");
  hand.git("update-ref", "-d", "refs/remotes/origin/main");
  commit(hand, "mine.txt", "mine\n");
  await refused("main has moved on since");
});

test("a revert of what has landed says so, and undoes it there too where that is asked for", async () => {
  const hand = await merged();
  expect((await hand.say("land")).code).toBe(0);
  commit(hand, "mine.txt", "mine\n");
  const told = await hand.say("revert", "C");
  expect(told).toMatchObject({ code: 0, out: having("main still has it") });
  expect(told.out).toContain(`${brand.bin} revert C --into main`);
  expect(has(hand, "main", "c.txt")).toBe(true);
  expect(await hand.say("revert", "C", "--into", "main")).toMatchObject({ code: 0, out: having("and on main by") });
  expect([has(hand, "main", "c.txt"), has(hand, integration, "c.txt"), has(hand, "main", "mine.txt")]).toEqual([
    false,
    false,
    true,
  ]);
  expect((await hand.say("revert", "C")).err).toContain("C is not merged");
  const asked = await hand.begin(["revert", "B"], { terminal: true, typed: ["y"] }).end;
  expect(asked).toMatchObject({ code: 0, out: having("and on main by") });
  expect(hand.git("show", "main:shared.txt")).toBe("by A\n");
  expect((await hand.say("land")).out).not.toContain("undone");
  expect(tip(hand, "main")).toBe(tip(hand, integration));
});
