import { describe, expect, test } from "vitest";

import type { NewEvent } from "../../../src/domain/events.ts";
import { failure } from "../../../src/domain/failure.ts";
import { blockedBy, derivedOf, taskWorld, type TaskWorld } from "../../../src/view/tasks/derived.ts";
import { instant } from "../../../src/view/text/durations.ts";
import { eventLine } from "../../../src/view/log/event-lines.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { entryOf, currentStyle, type TaskEntry } from "../../../src/view/tasks/task-entry.ts";
import { parseFilter, passes } from "../../../src/view/tasks/task-filter.ts";
import { reasonOf, taskColumns, taskRow } from "../../../src/view/tasks/task-row.ts";
import { sharedWait, waitOf, type TaskWait } from "../../../src/view/tasks/task-wait.ts";
import { displayWidth } from "../../../src/view/text/width.ts";
import { event, hold, noon, question, task, tasksSnapshot } from "../fixtures.ts";

const soon = noon + 42_000;
const route = (waits?: { readonly by: "hold" | "breaker"; readonly untilMs: number | null }): NewEvent => ({
  type: "route.decided",
  data: {
    key: "g1/main/S1/implement/1",
    role: "implementer",
    chosen: waits === undefined ? "opus" : null,
    candidates: [],
    reason: `opus: its breaker rests until ${new Date(soon).toISOString()}`,
    ...(waits === undefined ? {} : { waits }),
  },
});
const refused = (by: "spend" | "reservations"): NewEvent => ({
  type: "budget.refused",
  data: { scope: "run", wantedMicros: 500_000, leftMicros: 100_000, by },
});
const retried: NewEvent = {
  type: "call.retried",
  data: { attempt: 1, model: "opus", failure: failure("rate_limit", "429", { reason: "throttled" }), nextAt: soon },
};
const slept = (key: string, result: number | string): NewEvent => ({
  type: "key.committed",
  data: { key, inputs: "i", result },
});

test.each<readonly [string, NewEvent, Partial<TaskWait> | null]>([
  ["a breaker", route({ by: "breaker", untilMs: soon }), { kind: "breaker", untilMs: soon }],
  ["a hold without an end", route({ by: "hold", untilMs: null }), { kind: "hold", untilMs: null }],
  ["a chosen model", route(), null],
  ["a budget others have reserved", refused("reservations"), { kind: "budget", untilMs: null }],
  ["a budget that is spent", refused("spend"), null],
  ["a retry", retried, { kind: "retry", untilMs: soon, reason: "too many requests: 429" }],
  [
    "a wait between rounds of tries",
    slept("g1/main/S1/implement/1/wait/until", soon),
    { kind: "retry", untilMs: soon },
  ],
  ["another result", slept("g1/main/S1/implement/1", soon), null],
  ["a wait that cannot be read", slept("g1/plan/1/wait/until", "soon"), null],
  ["a question", { type: "question.asked", data: { question: question("q", "A") } }, null],
])("the last event of a task tells of %s", (_what, said, expected) => {
  const wait = waitOf(event(0, said));
  if (expected === null) expect(wait).toBeNull();
  else expect(wait).toMatchObject(expected);
});

test("no event, no wait", () => expect(waitOf(null)).toBeNull());

test("tasks that an answer about the base keeps from starting say whose it is", () => {
  const checks = [{ name: "test", command: "npm test" }];
  const red = sharedWait({ ...question("q", "A"), reason: "base_red", evidence: { checks } });
  expect(red?.wait).toEqual({
    kind: "question",
    untilMs: null,
    reason: "A asks you first, about the checks on the base",
  });
  const waits = (of: readonly string[] | null): boolean =>
    red?.waits({ ...task("B", "NEW").spec, checks: of }) === true;
  expect([waits(null), waits(["test"]), waits(["lint"]), waits([])]).toEqual([true, true, false, false]);
  const fault = sharedWait({ ...question("q", "A"), reason: "base_fault", evidence: {} });
  expect([fault?.waits({ ...task("B", "NEW").spec, checks: ["lint"] }), sharedWait(question("q", "A"))]).toEqual([
    true,
    null,
  ]);
});

describe("a task that waits", () => {
  const row = task("A", "a goal", { state: "IMPLEMENTING", model: "opus", step: { id: "S1", index: 1, count: 2 } });
  const entry = (said: NewEvent, more: Partial<TaskWorld> = {}): TaskEntry => {
    const wait = waitOf(event(0, said));
    const facts = { ...tasksSnapshot([row]), waits: new Map(wait === null ? [] : [["A", wait]]), ...more };
    return entryOf(row, taskWorld([row], null, facts));
  };
  const text = (of: TaskEntry, now = noon): string => {
    const line = taskRow(of, taskColumns(120, { idColumns: 4 }), 120, { now, frame: 0, motion: true }, false);
    return lineText(line);
  };

  test("is shown so in its row, with why and until when", () => {
    const at = instant(soon, noon);
    expect(text(entry(route({ by: "breaker", untilMs: soon })))).toContain(
      "‖ rests 0:42  a goal  opus: its breaker rests",
    );
    expect(reasonOf(entry(route({ by: "breaker", untilMs: soon })), noon)).toBe(`opus: its breaker rests until ${at}`);
    expect(text(entry(retried))).toContain("‖ retry 0:42");
    expect(reasonOf(entry(retried), noon)).toBe(`too many requests: 429; next try in 42s, at ${at}`);
    expect(text(entry(refused("reservations")))).toContain("‖ budget");
    expect(text(entry(route({ by: "hold", untilMs: null })))).toContain("‖ held");
    for (const said of [route({ by: "breaker", untilMs: soon }), retried, refused("reservations")])
      expect(displayWidth(text(entry(said)))).toBe(120);
  });

  test("keeps the reason in sight where there is little room, before the end of the goal", () => {
    const goal = "a goal of so many words that nothing beside it finds any room in its row";
    const of = { ...entry(retried), row: { ...row, spec: { ...row.spec, goal } } };
    expect(text(of)).toMatch(/ a goal of so many .*…  too many requests: 429; next try in/);
    expect(displayWidth(text(of))).toBe(120);
    expect(text(of, soon)).toContain("nothing beside it");
  });

  test("works again when its instant has come", () => {
    expect(text(entry(retried), soon)).toContain("coding 1/2");
    expect(reasonOf(entry(retried), soon)).toBeNull();
  });

  test("waits no more while an attempt runs, a person is asked or it is over; a hold or pause of others says more", () => {
    expect(entry(retried, { active: new Set(["A"]) }).wait).toBeNull();
    const facts = {
      ...tasksSnapshot([row]),
      waits: new Map([["A", { kind: "retry", untilMs: soon, reason: "x" } as const]]),
    };
    for (const state of ["AWAITING_HUMAN", "DONE", "FAILED"] as const)
      expect(entryOf({ ...row, state }, taskWorld([row], null, facts)).wait).toBeNull();
    const held = entry(retried, { holds: [hold("opus", { scope: "model", untilMs: soon })] });
    expect([held.wait, held.derived, currentStyle(held, noon).word]).toEqual([null, "held", "held"]);
    expect(derivedOf(row, taskWorld([row], null, facts))).toBeNull();
  });

  test("is found by the word it is shown with", () => {
    expect(passes(entry(retried), parseFilter("status:retry"))).toBe(true);
    expect(passes(entry(route({ by: "breaker", untilMs: soon })), parseFilter("s:rests !s:retry"))).toBe(true);
    expect(passes(entry(refused("spend")), parseFilter("status:budget"))).toBe(false);
  });

  test("is told in plain words when a budget keeps it", () => {
    expect(eventLine(event(0, refused("reservations")))?.text).toMatch(
      /^waits until other calls give back budget of this run/,
    );
    expect(eventLine(event(0, refused("spend")))?.text).toMatch(/^no budget left for this run/);
  });
});

test("a task whose merge was undone is reverted, and who needs it waits", () => {
  const [done, child] = [task("A", "a", { state: "DONE" }), task("B", "b", { spec: { needs: ["A"] } })];
  const world = taskWorld([done, child], null, tasksSnapshot([], { reverted: new Set(["A"]) }));
  const entry = entryOf(done, world);
  expect([currentStyle(entry, noon).word, reasonOf(entry, noon), entry.derived]).toEqual([
    "reverted",
    "its merge was undone",
    null,
  ]);
  expect(passes(entry, parseFilter("status:reverted"))).toBe(true);
  expect([blockedBy(child, world), derivedOf(child, world)]).toEqual([["A"], "blocked"]);
  const again = { ...done, state: "IMPLEMENTING" as const };
  expect(currentStyle(entryOf(again, world), noon).word).toBe("coding");
});

test("a wait for models is over as soon as one of them is neither held nor behind an open breaker", () => {
  const row = task("A", "a", { state: "IMPLEMENTING" });
  const wait: TaskWait = { kind: "hold", untilMs: null, reason: "ann is held", models: ["ann", "bob"] };
  const facts = {
    holds: [hold("ann", { scope: "model" })],
    active: new Set<string>(),
    accounts: {},
    waits: new Map([["A", wait]]),
    reverted: new Set<string>(),
  };
  const entry = (more: object) => entryOf(row, taskWorld([row], null, { ...facts, ...more }));
  expect(entry({ breakers: new Set(["bob"]) })).toMatchObject({ derived: "held", wait });
  expect(entry({})).toMatchObject({ derived: null, wait: null });
  expect(entry({ holds: [], breakers: new Set(["bob"]) })).toMatchObject({ derived: null, wait: null });
  const breaker = new Map([["A", { ...wait, kind: "breaker" as const }]]);
  expect(entry({ waits: breaker, breakers: new Set(["bob"]) })).toMatchObject({
    derived: null,
    wait: { kind: "breaker" },
  });
});
