import * as fc from "fast-check";
import { render } from "ink-testing-library";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";

import { Header } from "../../components/Header.tsx";
import type { Condition } from "../../src/domain/conditions.ts";
import type { Size } from "../../src/view/layout/layout.ts";
import { headerLine } from "../../src/view/screen/run-line.ts";
import type { RunSnapshot } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { lineText } from "../../src/view/text/line.ts";
import { noon, run, runSnapshot, task, taskFacts, tasksSnapshot } from "../view/fixtures.ts";
import { FixedSource, storySource } from "../view/story.ts";
import { linesOf, settled, Terminal, viewProps } from "./terminal.tsx";

const wide = { columns: 140, rows: 10 };

function shown(ui: Partial<UiState> = {}, source = storySource(), size: Size = wide) {
  return render(
    <Terminal size={size}>
      <Header {...viewProps(ui, source, size)} />
    </Terminal>,
  );
}

const firstLine = (more: Partial<RunSnapshot>): string | undefined =>
  linesOf(shown({}, storySource().set("run", "", runSnapshot(more))))[0];

test("the first line tells the repository, how the run is, how far it is and what it cost", () => {
  expect(linesOf(shown())[0]).toMatch(
    /^ acme\/shop {2}run v7f3 {2}● running 12m04s {2}1\/12 done {2}x 1 failed {2}█░{9} 8 % +\? 2 need you {2}\$1\.84 of \$25\.00$/,
  );
});

test("the second one has the views with their keys and counts, and what models may do", () => {
  expect(linesOf(shown())[1]).toMatch(
    /^ {2}\[1\] Tasks 12 {3}\[2\] Models 6 {3}\[3\] Review 2! {3}\[4\] Ask {3}\[5\] Stats {3}\[6\] Log +permissions edits$/,
  );
});

describe("a state of the run is a sign and a word", () => {
  test.each([
    ["· no run yet", { run: null }],
    ["‖ paused", { run: run({ paused: true }) }],
    ["■ stopping", { run: run({ stopping: "after_calls" }) }],
    ["■ stopped", { run: run({ state: "stopped" }) }],
    ["? waits for you", { run: run({ state: "waiting" }) }],
    ["x engine died", { engine: "died" }],
    ["✓ ended", { run: run({ state: "ended", endedAt: noon, exitCode: 0 }) }],
    ["x ended, some failed", { run: run({ state: "ended", endedAt: noon, exitCode: 1 }) }],
    ["■ interrupted", { run: run({ state: "ended", endedAt: noon, exitCode: 130 }) }],
  ] as const)("%s", (state, more) => {
    expect(firstLine(more)).toContain(`  ${state}`);
  });
});

test("scripted models and a cost without a cap are told apart from the rest", () => {
  expect(firstLine({ scripted: true })).toContain("scripted models");
  expect(firstLine({ capMicros: null })).toMatch(/\$1\.84$/);
});

describe("when it will be done stands where there is room", () => {
  const minute = 60_000;
  const doneAt = { from: noon + 42 * minute, to: noon + 121 * minute };
  const at = (columns: number): string | undefined =>
    linesOf(shown({}, storySource().set("run", "", runSnapshot({ doneAt })), { columns, rows: 10 }))[0];

  test("with all its words", () => {
    expect(at(140)).toMatch(/8 % {2}done between 12:40 and 14:00 +\? 2 need you {2}\$1\.84 of \$25\.00$/);
  });
  test("with few", () =>
    expect(at(98)).toMatch(/1\/12 done {2}x 1 failed {2}done 12:40 to 14:00 +\? 2 need you {2}\$1\.84 of \$25\.00$/));
  test("never instead of how it is and what it cost", () => {
    expect(at(72)).toMatch(/● running 12m04s {2}1\/12 done {2}x 1 failed +\? 2 need you {2}\$1\.84 of \$25\.00$/);
  });
  test("no longer than it may be true", () => {
    const late = { from: noon - 9 * minute, to: noon - minute };
    expect(firstLine({ doneAt: late })).not.toContain("done between");
    expect(firstLine({ doneAt: { ...late, to: noon + 9 * minute } })).toContain("done between 12:00 and 12:09");
    expect(firstLine({ doneAt: { ...late, to: noon + 10_000 } })).toContain("done about 12:00");
  });
});

test("time and counts go on by themselves", async () => {
  const source = storySource();
  const screen = shown({}, source);
  await settled();
  source.set("clock", "", { now: noon + 5000, frame: 0 }).set("review", "", { questions: [] });
  await settled();
  expect(linesOf(screen)[0]).toContain("● running 12m09s");
  expect(linesOf(screen)[1]).toMatch(/\[3\] Review {3}/);
});

test("without anything it counts nothing", () => {
  expect(linesOf(shown({}, new FixedSource()))).toEqual([
    " acme/shop  · no run yet",
    "  [1] Tasks 0   [2] Models 0   [3] Review   [4] Ask   [5] Stats   [6] Log",
  ]);
});

test("a narrow screen keeps state and cost", () => {
  expect(linesOf(shown({}, storySource(), { columns: 60, rows: 10 }))).toEqual([
    " ● running 12m04s  1/12 done  ? 2 need you  $1.84 of $25.00",
    " 1 Tasks 12  2 Models 6  3 Review 2!  4 Ask  5 Stats  6 Log",
  ]);
});

test("at any width stand how it is, how far it is and what it costs; name, run and badge give way first", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 200 }),
      fc.record({ total: fc.integer({ min: 1, max: 9999 }), unproven: fc.nat(40), asking: fc.nat(120) }),
      fc.constantFrom(null, 25_000_000, 1_250_000_000),
      fc.boolean(),
      (columns, { total, unproven, asking }, capMicros, working) => {
        const counts = { total, done: total, failed: 0, waiting: 0, running: 0, queued: 0, blocked: 0, unproven };
        const facts = {
          run: runSnapshot({ capMicros, scripted: true, repository: "a-repository-with-a-long-name" }),
          counts,
          asking,
          conditions: { working, conditions: () => [{ kind: "asked", tasks: 3 } as const], obstacle: () => null },
          now: noon,
        };
        const line = lineText(headerLine(facts, columns));
        expect(stringWidth(line)).toBe(columns);
        expect(line).toContain(working ? "● running" : "? waits for you");
        expect(line).toContain(`${total}/${total}`);
        expect(line).toMatch(capMicros === null ? /\$1\.84 $/ : /\$1\.84( of |\/)\$[\d.k]+ $/);
        if (asking > 0) expect(line).toContain(`? ${asking}`);
        if (columns >= 100 && unproven > 0) expect(line).toContain(`${unproven} unproven`);
      },
    ),
  );
});

test("running is said only where something runs", () => {
  const waits = storySource().set(
    "tasks",
    "",
    tasksSnapshot([task("A-1", "Wait", { state: "AWAITING_HUMAN" }), task("A-2", "Come", { generation: 0 })], {
      limits: { schedule: "ready", perArea: null, awaitingHuman: 1 },
    }),
  );
  expect(linesOf(shown({}, waits))[0]).toContain("? waits for you");
  expect(linesOf(shown({}, waits))[0]).not.toContain("running");
});

test("where a person decides when it goes on, no time of the end is told", () => {
  const doneAt = { from: noon + 42 * 60_000, to: noon + 121 * 60_000 };
  const line = (...conditions: readonly Condition[]): string =>
    lineText(
      headerLine(
        {
          run: runSnapshot({ doneAt }),
          counts: { total: 4, done: 1, failed: 0, waiting: 1, running: 0, queued: 2, blocked: 0 },
          asking: 1,
          conditions: { working: false, conditions: () => conditions, obstacle: () => null },
          now: noon,
        },
        200,
      ),
    );
  const held = (untilMs: number | null) => ({ kind: "held", all: true, tasks: 2, untilMs, reason: "limit" }) as const;
  expect(line(held(noon + 60_000))).toContain("done between 12:40 and 14:00");
  expect(line(held(noon + 60_000), { kind: "asked", tasks: 1 })).not.toContain("done between");
  expect(line(held(null))).not.toContain("done between");
  for (const kind of ["paused", "asked"] as const) expect(line({ kind, tasks: 2 })).not.toContain("done between");
});

describe("above an opened task", () => {
  const detail = (id: string) => ({ detail: { task: id, tab: null, top: 0, anchor: null } });

  test("stand the way back, its state and cost, and its tabs", () => {
    const lines = linesOf(shown(detail("AUTH-1")));
    expect(lines[0]).toMatch(/^ Tasks > AUTH-1 {2}Reject expired tok\S* +\? needs you {2}gpt\/opus {2}9m {2}\$0\.11$/);
    expect(lines[1]).toBe("  Overview   Log   Output   Plan   Diff   Findings   Checks   Calls");
  });

  test("stands at least its name, where it is not known", () => {
    expect(linesOf(shown(detail("GONE-1")))[0]).toBe(" Tasks > GONE-1");
  });

  test("stands a title of others as text", () => {
    const row = task("T-1", "Wipe\x1b[2J the\u202e 検索");
    const source = new FixedSource().set("tasks", "", tasksSnapshot([row])).set("task", "T-1", taskFacts(row));
    expect(linesOf(shown(detail("T-1"), source))[0]).toMatch(/^ Tasks > T-1 {2}Wipe the 検索 +· queued/);
  });
});
