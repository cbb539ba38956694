import { describe, expect, test } from "vitest";

import type { TaskRow } from "../../../src/domain/rows.ts";
import type { TaskWait } from "../../../src/view/tasks/task-wait.ts";
import { blockedBy, derivedOf, holdOf, taskWorld } from "../../../src/view/tasks/derived.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { entryOf } from "../../../src/view/tasks/task-entry.ts";
import { fuzzyScore, parseFilter } from "../../../src/view/tasks/task-filter.ts";
import { countTasks, taskList, type TaskListChoice } from "../../../src/view/tasks/task-list.ts";
import { taskColumns, taskHeading, taskRow } from "../../../src/view/tasks/task-row.ts";
import { displayWidth } from "../../../src/view/text/width.ts";
import { hold, minute, noon, run, task, tasksSnapshot, usd } from "../fixtures.ts";
import { storyTasks } from "../story.ts";

const choice: TaskListChoice = { filter: "", sort: "needs", reverse: false };
const facts = {
  holds: [],
  active: new Set<string>(),
  accounts: {},
  waits: new Map<string, TaskWait>(),
  reverted: new Set<string>(),
};

describe("derived states", () => {
  const done = task("A", "a", { state: "DONE" });
  const child = task("B", "b", { spec: { needs: ["A"] } });

  test("blocked: a need is not done", () => {
    const open = task("A", "a", { state: "IMPLEMENTING" });
    expect(derivedOf(child, taskWorld([open, child], null, facts))).toBe("blocked");
    expect(derivedOf(child, taskWorld([done, child], null, facts))).toBeNull();
    expect(blockedBy(child, taskWorld([child], null, facts))).toEqual(["A"]);
    expect(blockedBy({ ...child, state: "FAILED" }, taskWorld([child], null, facts))).toEqual([]);
  });

  test("planning may begin before the needs are met", () => {
    const planning = task("B", "b", { state: "PLANNING", spec: { needs: ["A"] } });
    const world = taskWorld([task("A", "a"), planning], null, facts);
    expect(derivedOf(planning, world)).toBeNull();
    expect(derivedOf({ ...planning, state: "PLAN_APPROVED" }, world)).toBe("blocked");
  });

  const working = task("W", "w", { state: "IMPLEMENTING", model: "opus" });
  test.each([
    ["account", "claude", "held"],
    ["provider", "anthropic", "held"],
    ["model", "opus", "held"],
    ["task", "W", "held"],
    ["model", "gpt", null],
    ["account", "opus", null],
  ] as const)("a hold of %s %s makes it %s", (scope, target, derived) => {
    const accounts = { opus: { account: "claude", provider: "anthropic" } };
    expect(
      derivedOf(working, taskWorld([working], null, { ...facts, accounts, holds: [hold(target, { scope })] })),
    ).toBe(derived);
  });

  test("what runs is not held, and of several holds the last end counts", () => {
    const holds = [
      hold("W", { scope: "task", untilMs: noon + 1 }),
      hold("opus", { id: "last", scope: "model", untilMs: null }),
    ];
    expect(derivedOf(working, taskWorld([working], null, { ...facts, holds, active: new Set(["W"]) }))).toBeNull();
    expect(holdOf(working, taskWorld([working], null, { ...facts, holds }))?.id).toBe("last");
  });

  test("paused and stale", () => {
    expect(derivedOf(working, taskWorld([working], run({ paused: true }), facts))).toBe("paused");
    const world = taskWorld([working, done], run({ paused: true }), facts);
    expect(derivedOf({ ...working, staleDigest: "" }, world)).toBe("stale");
    expect(derivedOf({ ...done, staleDigest: "other" }, world)).toBe("stale");
    expect(derivedOf({ ...done, staleDigest: "" }, world)).toBeNull();
    expect(
      derivedOf({ ...working, state: "AWAITING_HUMAN" }, taskWorld([working], run({ paused: true }), facts)),
    ).toBeNull();
  });
});

describe("the order", () => {
  const snapshot = tasksSnapshot(storyTasks);
  const ids = (more: Partial<TaskListChoice>): string =>
    taskList(snapshot, run(), { ...choice, ...more })
      .entries.map(({ row }) => row.id)
      .join(" ");

  test.each<[Partial<TaskListChoice>, string]>([
    [{}, "AUTH-1 AUTH-2 AUTH-3 UI-1 UI-2 WIN-1 COST-1 DOC-1 EVT-1 STAT-1 PUB-1 AUTH-0"],
    [{ sort: "id" }, "AUTH-0 AUTH-1 AUTH-2 AUTH-3 COST-1 DOC-1 EVT-1 PUB-1 STAT-1 UI-1 UI-2 WIN-1"],
    [{ sort: "cost", filter: "ui" }, "UI-1 UI-2"],
    [{ sort: "model", filter: "auth status:needs" }, "AUTH-1 AUTH-2"],
    [{ filter: "status:needs", reverse: true }, "AUTH-2 AUTH-1"],
    [{ filter: "model:opus !status:done" }, "AUTH-1 AUTH-2 AUTH-3 UI-1"],
    [{ filter: "area:auth" }, "AUTH-1"],
    [{ filter: "risk:high" }, "AUTH-1"],
    [{ filter: "~flktst" }, "UI-1"],
    [{ filter: "status:blocked" }, "PUB-1"],
    [{ filter: "FAILED" }, "WIN-1"],
    [{ filter: "http:x" }, ""],
  ])("%j", (more, order) => {
    expect(ids(more)).toBe(order);
  });

  test("the same question gives the same object", () => {
    const list = taskList(snapshot, null, choice);
    expect(taskList(snapshot, null, choice)).toBe(list);
    expect(taskList({ ...snapshot }, null, choice)).not.toBe(list);
  });

  test("every task counts once", () => {
    expect(countTasks(taskList(snapshot, run(), choice).entries)).toEqual({
      total: 12,
      done: 1,
      failed: 1,
      waiting: 2,
      running: 3,
      queued: 4,
      blocked: 1,
    });
  });

  test("what has not begun stands by its priority, what has begun where it was", () => {
    const rows = [
      task("A", "A", { state: "IMPLEMENTING" }),
      task("B", "B", { state: "IMPLEMENTING", spec: { priority: 9 } }),
      task("C", "C", { state: "NEW" }),
      task("D", "D", { state: "NEW", spec: { priority: 1 } }),
      task("E", "E", { state: "NEW", spec: { priority: -1 } }),
    ];
    const ids = taskList(tasksSnapshot(rows), run(), choice).entries.map(({ row }) => row.id);
    expect(ids).toEqual(["A", "B", "D", "C", "E"]);
  });

  test("ten times as many tasks are not looked at much more often each", () => {
    const looksAt = (size: number): number => {
      let looks = 0;
      const rows = Array.from({ length: size }, (_, index) =>
        task(`T-${index}`, `Task ${index % 97}`, {
          state: index % 3 === 0 ? "DONE" : "NEW",
          spec: { needs: [`T-${index - 1}`] },
        }),
      );
      const get = (row: TaskRow, name: string | symbol): unknown => {
        looks += 1;
        const value: unknown = Reflect.get(row, name);
        return value;
      };
      const counted = tasksSnapshot(rows).rows.map((row) => new Proxy(row, { get }));
      expect(taskList({ ...tasksSnapshot([]), rows: counted }, run(), choice).entries).toHaveLength(size);
      return looks / size;
    };
    // What is put in order grows by a logarithm.
    expect(looksAt(10_000)).toBeLessThan(2 * looksAt(1_000));
  });
});

describe("the filter", () => {
  test("is words with fields, negation and fuzz", () => {
    expect(parseFilter(" Status:NEEDS !model:op ~ab x:y ! ")).toEqual([
      { field: "status", text: "needs", not: false, fuzzy: false },
      { field: "model", text: "op", not: true, fuzzy: false },
      { field: "any", text: "ab", not: false, fuzzy: true },
      { field: "any", text: "x:y", not: false, fuzzy: false },
    ]);
  });

  test("fuzz likes beginnings and neighbours", () => {
    const score = (word: string): number => fuzzyScore(word, "rc") ?? Number.POSITIVE_INFINITY;
    expect(score("request changes")).toBeLessThan(score("direct attack"));
    expect(score("rx")).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a row", () => {
  const moment = { now: noon, frame: 1, motion: true };
  const held = task("H-1", "Wait for the limit", {
    state: "IMPLEMENTING",
    model: "opus",
    movedAt: noon - minute,
    cost: usd(0.5),
  });
  const world = taskWorld([held], null, { ...facts, holds: [hold("H-1", { scope: "task" })] });

  test("drops age, cost and model where there is no room, never the title", () => {
    const shown = (width: number) => {
      const { model, cost, age, title } = taskColumns(width, { idColumns: 6 });
      return { model: model > 0, cost: cost > 0, age: age > 0, wide: title >= 26 };
    };
    expect(shown(140)).toEqual({ model: true, cost: true, age: true, wide: true });
    expect(shown(70)).toEqual({ model: true, cost: true, age: false, wide: true });
    expect(shown(60)).toEqual({ model: true, cost: false, age: false, wide: true });
    expect(shown(50)).toEqual({ model: false, cost: false, age: false, wide: true });
  });

  test("is as wide as asked for, selected or not", () => {
    for (const width of [40, 60, 80, 138]) {
      const columns = taskColumns(width, { idColumns: 6 });
      for (const selected of [false, true])
        expect(displayWidth(lineText(taskRow(entryOf(held, world), columns, width, moment, selected)))).toBe(width);
      expect(displayWidth(lineText(taskHeading(columns, width)))).toBe(width);
    }
  });

  test.each([
    [80, "opus/gpt", "MODEL/REVIEWER"],
    [60, "opus/gpt", "MODEL/REV"],
    [200, "opus           gpt", "MODEL          REVIEWED BY"],
  ])("names who works and who reviewed at %i columns", (width, names, head) => {
    const columns = taskColumns(width, { idColumns: 6 });
    const entry = entryOf({ ...held, author: "opus", model: "gpt", reviewer: "gpt" }, world);
    expect(lineText(taskRow(entry, columns, width, moment, false))).toContain(names);
    expect(lineText(taskHeading(columns, width))).toContain(head);
    const long = entryOf({ ...held, author: "claude-sonnet-5", reviewer: "gemini-flash-3" }, world);
    expect(lineText(taskRow(long, columns, width, moment, false))).toMatch(/cla\S* *\/?gem/);
  });

  test("says why it waits and for how long", () => {
    const line = lineText(taskRow(entryOf(held, world), taskColumns(120, { idColumns: 6 }), 120, moment, true));
    expect(line).toContain("‖ held 42:00");
    expect(line).toContain("Wait for the limit  plan limit until 12:42");
    expect(line.startsWith("> H-1")).toBe(true);
  });

  test("turns its sign only while something works on it", () => {
    const sign = (active: boolean): string => {
      const entry = entryOf(held, taskWorld([held], null, { ...facts, active: new Set(active ? ["H-1"] : []) }));
      return lineText(taskRow(entry, taskColumns(120, { idColumns: 6 }), 120, moment, false)).slice(9, 10);
    };
    expect([sign(true), sign(false)]).toEqual(["◓", "◐"]);
  });
});
