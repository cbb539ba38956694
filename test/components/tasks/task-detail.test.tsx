import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { TaskDetail } from "../../../components/tasks/TaskDetail.tsx";
import type { Size } from "../../../src/view/layout/layout.ts";
import type { DetailTab } from "../../../src/view/screen/ui-state.ts";
import { finding, plan, step, task, taskFacts, tasksSnapshot } from "../../view/fixtures.ts";
import { FixedSource, storySource } from "../../view/story.ts";
import { linesOf, lineWith, settled, Terminal, viewProps } from "../terminal.tsx";

const large = { columns: 140, rows: 45 };
const small = { columns: 80, rows: 24 };

interface Shown {
  readonly tab?: DetailTab;
  readonly top?: number;
  readonly anchor?: number;
  readonly size?: Size;
  readonly source?: FixedSource;
  readonly id?: string;
}

function shown({ tab, top = 0, anchor, size = small, source = storySource(), id = "AUTH-1" }: Shown = {}) {
  const detail = {
    task: id,
    tab: tab ?? null,
    top,
    anchor: anchor === undefined ? null : { at: anchor, end: Number.MAX_SAFE_INTEGER },
  };
  return render(
    <Terminal size={size}>
      <TaskDetail {...viewProps({ detail }, source, size)} task={id} />
    </Terminal>,
  );
}

test("the overview tells the goal, the state, what it asks for, its steps, findings and checks", () => {
  const screen = shown();
  expect(lineWith(screen, "─ Overview ─")).toMatch(/1-19\/\d+ ─$/);
  expect(lineWith(screen, "▲")).toContain("? needs you  gpt  opus reviewed  ▲ high risk  auth");
  expect(lineWith(screen, "asks for")).toContain("? asks for a yes to its merge");
  expect(lineWith(screen, "S2 ")).toContain("✓ S2 Reject expired tokens");
  expect(lineWith(screen, "F2 ")).toContain("• F2 src/auth/guard.ts:16 Say in the error when it expired.");
  expect(lineWith(screen, "Checks")).toContain("Checks  ✓ lint ✓ types ✓ test");
});

test("a review under way is not said to have been made", () => {
  expect(lineWith(shown({ id: "UI-1" }), "• medium")).toContain("opus  gpt reviews  ");
});

test("no step of a task that failed is said to go on", () => {
  const source = storySource();
  const row = task("GONE", "Be given up", { state: "FAILED" });
  const states = ["IMPLEMENTING", "RETRY_WAIT", "COMPLETED"] as const;
  source.set("tasks", "", tasksSnapshot([row]));
  source.set(
    "task",
    "GONE",
    taskFacts(row, { steps: states.map((state, at) => step("GONE", at + 1, `Part ${at + 1}`, { state })) }),
  );
  const screen = shown({ id: "GONE", source });
  expect(lineWith(screen, "S1 ")).toBe("x S1 Part 1  failed");
  expect(lineWith(screen, "S2 ")).toBe("x S2 Part 2  failed");
  expect(lineWith(screen, "S3 ")).toBe("✓ S3 Part 3");
});

test("it is scrolled, and the note tells what part is seen", () => {
  const screen = shown({ top: 1 });
  expect(lineWith(screen, "─ Overview ─")).toMatch(/2-20\/\d+ ─$/);
  expect(linesOf(screen)[3]).toContain("? needs you");
});

test("a wide screen has the overview beside the tab", () => {
  const screen = shown({ size: large });
  expect(lineWith(screen, "─ AUTH-1 ─")).toMatch(/╭─ AUTH-1 ─+╮╭─ Log ─+ following ─╮/);
  expect(lineWith(screen, "plan of 2 steps")).toContain("opus");
});

describe("a tab shows", () => {
  test("the plan with its steps, files and risks", () => {
    const screen = shown({ tab: "plan" });
    expect(lineWith(screen, "─ Plan ─")).not.toBe("");
    expect(screen.lastFrame()).toContain(plan.steps[1]?.title);
    expect(screen.lastFrame()).toContain("test/guard.test.ts");
    expect(screen.lastFrame()).toContain("clients that cache tokens");
  });

  test("the diff with its line numbers", () => {
    expect(lineWith(shown({ tab: "diff" }), "missing")).toMatch(/14 \+ {5}if \(token === null\)/);
  });

  test("above the diff what was asked for, where it does not stand beside", () => {
    const source = storySource();
    const details = `Tokens past their time are refused. ${"word ".repeat(80)}end.`;
    const entries = source.getSnapshot("tasks", "");
    source.set("tasks", "", {
      ...entries,
      rows: entries.rows.map((row) => (row.id === "AUTH-1" ? { ...row, spec: { ...row.spec, details } } : row)),
    });
    const above = linesOf(shown({ tab: "diff", source })).slice(2, 6);
    expect(above[0]).toContain("Tokens past their time are refused.");
    expect(above[2]).toMatch(/ …$/);
    expect(above[3]).toContain("─ src/auth/guard.ts ─");
    const low = linesOf(shown({ tab: "diff", source, size: { columns: 60, rows: 16 } }));
    expect(low[2]).toMatch(/^Tokens past .* …$/);
    const beside = shown({ tab: "diff", source, size: large });
    expect(linesOf(beside)[2]).toContain("╭─ AUTH-1 ─");
  });

  test("the findings, each with how bad it is and whether it is settled", () => {
    const screen = shown({ tab: "findings" });
    expect(lineWith(screen, "F1")).toMatch(/^▲ F1 major +src\/auth\/guard\.ts:14 +✓ closed/);
    expect(lineWith(screen, "F2")).toMatch(/^• F2 minor .* ○ open/);
  });

  test("the checks with their time", () => {
    expect(
      linesOf(shown({ tab: "checks" }))
        .slice(3)
        .filter((line) => line !== ""),
    ).toEqual(["✓ lint  pass  8s", "✓ types  pass  8s", "✓ test  pass  1m01s"]);
  });

  test("the calls, and every try of each", () => {
    const screen = shown({ tab: "calls" });
    expect(linesOf(screen)[3]).toMatch(/^✓ coding +S1 +gpt +success +1m04s +6\.1k tok +\$0\.11$/);
    expect(lineWith(screen, "try 1")).toContain("gpt  too many requests: 429 Too Many Requests");
    expect(lineWith(screen, "try 2")).toContain("gpt  success");
  });

  test("the log, which is followed until somebody scrolls up", () => {
    expect(lineWith(shown({ tab: "log" }), "─ Log ─")).toContain("following");
    const low = { columns: 80, rows: 10 };
    expect(lineWith(shown({ tab: "log", size: low, anchor: 0 }), "─ Log ─")).toMatch(/▼ \d more, G for the end/);
  });
});

test("news of the task are drawn as they come, with what would hide in them", async () => {
  const source = storySource();
  const screen = shown({ tab: "findings", source });
  await settled();
  const facts = source.getSnapshot("task", "AUTH-1");
  if (facts === null) throw new Error("the story has AUTH-1");
  source.set("task", "AUTH-1", {
    ...facts,
    findings: [finding("F7", "検索\x1b[2J fails\u202e", { severity: "blocker" })],
  });
  await settled();
  expect(lineWith(screen, "F7")).toContain("■ F7 blocker");
  expect(screen.lastFrame()).toContain("検索␛[2J fails<U+202E>");
});

test("a task that has only just been queued says its goal and nothing that is not there", () => {
  const row = task("NEW-1", "Write it");
  const source = new FixedSource().set("tasks", "", tasksSnapshot([row])).set("task", "NEW-1", taskFacts(row));
  const screen = shown({ source, id: "NEW-1" });
  expect(screen.lastFrame()).toContain("Write it");
  expect(screen.lastFrame()).toContain("· queued");
  expect(screen.lastFrame()).not.toMatch(/Steps|Checks|findings/);
});

test("a task that is gone says so, and how to go back", () => {
  const screen = shown({ id: "GONE-1" });
  expect(screen.lastFrame()).toContain("This task is not known any more");
  expect(screen.lastFrame()).toContain("press esc to go back");
});
