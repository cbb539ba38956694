import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import type { NewEvent } from "../../../src/domain/events.ts";
import type { OwnerIdentity } from "../../../src/engine/ports/leases.ts";
import { systemClock } from "../../../src/processes/clock.ts";
import type { OpenLedger } from "../../../state/open-ledger.ts";
import { until } from "../../until.ts";
import type { Hand } from "../at-hand.ts";
import { commit, dataOf, edits, has, inLedger, tip, untracked } from "../daily.ts";
import { having } from "../played.ts";

const integration = brand.integrationBranch;
const green = "checks: [{name: ok, run: 'true'}]\n";

const tasks = (...ids: readonly string[]): string =>
  `tasks:\n${ids.map((id) => `  - {id: ${id}, goal: Do ${id}, risk: low}\n`).join("")}`;

const rules = edits({ A: ["shared.txt", "by A\n"], B: ["shared.txt", "by A\nand B\n"], C: ["c.txt", "c\n"] });

/** These tasks, one after the other. */
async function merged(ids: readonly string[], settings = green): Promise<Hand> {
  const hand = untracked(tasks(...ids), { settings, rules });
  for (const id of ids) expect((await hand.say("run", "--task", id)).code).toBe(0);
  return hand;
}

const inLedgerHere = <T>(hand: Hand, work: (ledger: OpenLedger, repository: string) => Promise<T>): Promise<T> =>
  inLedger(hand, async (ledger) => {
    const [event] = await ledger.log.since(0, { types: ["land.done", "run.started"] });
    return await work(ledger, event?.repository ?? "");
  });

test("somebody lands while an engine works here: the checks have worktrees of their own", async () => {
  const hand = untracked(tasks("A"), {
    settings: `checks: [{name: ok, run: 'pwd >>"$HOME/seen"'}]\nenv: {pass: [HOME]}\n`,
    rules: `  - {on: {task: D, role: implementer}, delay: 2h}\n${rules}`,
  });
  expect((await hand.say("run")).code).toBe(0);
  commit(hand, "mine.txt", "mine\n");
  hand.write("tasks.yaml", tasks("A", "D"));
  const going = hand.begin(["run", "--plain"]);
  await until("work", () => going.out().includes("chosen for coding"));
  commit(hand, "more.txt", "more\n");
  expect(await hand.say("land")).toMatchObject({ code: 0, out: having("1 task landed on main") });
  expect([has(hand, "main", "more.txt"), has(hand, "main", "shared.txt")]).toEqual([true, true]);
  expect(readFileSync(join(hand.home, "seen"), "utf8")).toContain("/.land\n");
  going.signal("SIGINT");
  expect((await going.end).code).toBe(130);
});

test("one landing at a time: the next waits, and goes by what the one before has done", async () => {
  const hand = await merged(["A"]);
  const other: OwnerIdentity = { machine: "another", boot: "b", pidNamespace: "n", pid: 1, startTime: "1" };
  const place = { task: "a landing", owner: other, untilMs: systemClock.now() + 3_600_000, isDead: () => false };
  const fence = await inLedgerHere(hand, (ledger, repository) => ledger.leases.claim({ ...place, repository }));
  const waits = hand.begin(["land"]);
  await until("it waits", () => waits.out().includes("another landing is under way here"));
  hand.git("merge", "--quiet", "--ff-only", integration);
  await inLedgerHere(hand, async (ledger) => {
    if (fence !== null) await ledger.leases.release(fence);
  });
  expect(await waits.end).toMatchObject({ code: 0, out: having("A landed by hand") });
});

test("what a command that was cut off, or a person, has landed is known as landed; where it stood before is not", async () => {
  const hand = await merged(["C", "A", "B"]);
  hand.git("merge", "--quiet", "--ff-only", `${integration}~1`);
  expect(await hand.say("revert", "C")).toMatchObject({ code: 0, out: having("main still has it") });
  expect(await dataOf(hand, "land.done")).toMatchObject([{ into: "main", tasks: ["C", "A"], undone: [] }]);
  expect((await hand.say("undo")).err).toContain("it is not known where main stood before");
  expect((await hand.say("land")).out).toContain("1 task landed and 1 task undone (C) on main");
  expect(await hand.say("undo")).toMatchObject({ code: 0, out: having("C not undone there any more") });
});

test("some tasks whose landing was cut off are not landed twice; nor is an undoing that was cut off lost", async () => {
  const hand = await merged(["C", "A"]);
  expect((await hand.say("land", "--task", "A")).code).toBe(0);
  const landed = tip(hand, "main");
  // As if nothing of it had been written down.
  const before = tip(hand, `${landed}~1`);
  await inLedgerHere(hand, async (ledger, repository) => {
    const undone: NewEvent = { type: "land.undone", data: { into: "main", from: landed, to: before, tasks: ["A"] } };
    await ledger.log.append({ repository, run: null, events: [undone] });
  });
  expect(await hand.say("land", "--task", "A")).toMatchObject({ code: 0, out: having("1 task landed on main") });
  expect(tip(hand, "main")).toBe(landed);
  expect((await hand.say("land")).code).toBe(0);
  hand.git("reset", "--quiet", "--hard", landed);
  expect(await hand.say("undo")).toMatchObject({ code: 0, out: having(`main stands at ${landed.slice(0, 12)} again`) });
  expect((await hand.say("land")).out).toContain("1 task landed on main");
});

test("what landed on another branch by itself comes there once: later work on the same lines is no conflict, and redone work is not lost", async () => {
  const hand = await merged(["A", "B", "C"]);
  hand.git("branch", "release");
  expect((await hand.say("land", "--into", "release", "--task", "A")).code).toBe(0);
  expect(await hand.say("land", "--into", "release")).toMatchObject({
    code: 0,
    out: having("2 tasks landed on release"),
  });
  expect([hand.git("show", "release:shared.txt"), has(hand, "release", "c.txt")]).toEqual(["by A\nand B\n", true]);
  expect((await hand.say("land", "--into", "release")).out).toContain("release has all of");
  expect((await hand.say("revert", "C", "--into", "release")).code).toBe(0);
  expect(has(hand, "release", "c.txt")).toBe(false);
  expect((await hand.say("run", "--again", "C")).code).toBe(0);
  expect((await hand.say("land", "--into", "release")).out).toContain("1 task landed on release");
  expect(has(hand, "release", "c.txt")).toBe(true);
});

test("a revert that main refuses says that the integration branch has it undone, and how to try again", async () => {
  const hand = await merged(["C", "A"], `checks: [{name: needsC, run: "[ -e c.txt ] || [ ! -e mine.txt ]"}]\n`);
  expect((await hand.say("land")).code).toBe(0);
  commit(hand, "mine.txt", "mine\n");
  const before = tip(hand, "main");
  const refused = await hand.say("revert", "C", "--into", "main");
  expect(refused).toMatchObject({ code: 3, err: having(`C is undone on ${integration} by`) });
  expect(refused.err).toContain("and stays on main: ");
  expect(refused.err).toContain(`${brand.bin} revert C --into main tries it there again`);
  expect(tip(hand, "main")).toBe(before);
});

test("what is put on the integration branch while the checks of a landing run does not land and is not built on", async () => {
  const hand = untracked(tasks("A", "C"), {
    settings: "checks: [{name: meets, run: 'sh meets.sh'}]\n",
    files: { "meets.sh": "true\n" },
    rules,
  });
  for (const id of ["A", "C"]) expect((await hand.say("run", "--task", id)).code).toBe(0);
  const script = `cd ${hand.top}; tree=$(git rev-parse '${integration}^{tree}'); git update-ref refs/heads/${integration} $(git -c user.name=x -c user.email=x@x commit-tree -m planted -p ${integration} $tree)\n`;
  commit(hand, "meets.sh", script);
  const [before, known] = [tip(hand, "main"), tip(hand, integration)];
  for (const argv of [["land"], ["land", "--task", "A"]]) {
    hand.git("update-ref", `refs/heads/${integration}`, known);
    const { code, err } = await hand.say(...argv);
    expect({ argv, code, err }).toEqual({ argv, code: 2, err: having("was moved by somebody else") });
    expect(hand.git("log", "-1", "--format=%s", integration)).toBe("planted\n");
  }
  expect(tip(hand, "main")).toBe(before);
});
