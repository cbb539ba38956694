import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { TasksView } from "../../../components/tasks/TasksView.tsx";
import { assert } from "../../../src/domain/assert.ts";
import { tabCounts } from "../../../src/view/screen/header-lines.ts";
import type { Size } from "../../../src/view/layout/layout.ts";
import { Person } from "../../view/person.ts";
import { FixedSource, storySource } from "../../view/story.ts";
import { linesOf, lineWith, settled, Terminal, viewProps } from "../terminal.tsx";

const large = { columns: 140, rows: 45 };

/** The view after a person pressed some keys. */
function shown(keys: readonly string[] = [], size: Size = large, source = storySource()) {
  const { ui } = new Person(source, {}, size).press(...keys);
  return render(
    <Terminal size={size}>
      <TasksView {...viewProps(ui, source, size)} />
    </Terminal>,
  );
}

test("a large screen has models, the list, the selected task beside it, and the last events", () => {
  const screen = shown();
  expect(lineWith(screen, "─ opus ─")).not.toBe("");
  expect(lineWith(screen, "─ Tasks 12")).toMatch(/╭─ Tasks 12 .*╮╭─ AUTH-1 ─.* ⏎ open/);
  expect(lineWith(screen, "─ Events ─")).toContain("6 log");
  expect(lineWith(screen, "c0ffee1")).toContain("AUTH-3");
});

test("a middle one has the preview below the list, a small one only the list and a word on the models", () => {
  const middle = shown([], { columns: 100, rows: 45 });
  expect(lineWith(middle, "─ AUTH-1 ─")).toMatch(/^╭─ AUTH-1/);
  const small = shown([], { columns: 60, rows: 16 });
  expect(small.lastFrame()).not.toMatch(/[╭│]|Events/);
  expect(linesOf(small)[2]).toContain("at work");
  expect(linesOf(small)[3]).toContain("─ Tasks 12");
});

test("the preview is of the task at the marker", () => {
  const screen = shown(["j", "j"]);
  expect(lineWith(screen, "> AUTH-3")).not.toBe("");
  expect(lineWith(screen, "─ Tasks 12")).toContain("─ AUTH-3 ─");
  expect(screen.lastFrame()).toContain("◐ S3 Replace the call sites");
});

test("parts are no tasks of their own where tasks are counted, as in the line above", () => {
  const source = storySource();
  const tasks = source.getSnapshot("tasks", "");
  const [whole] = tasks.rows;
  assert(whole !== undefined, "the story has tasks");
  const part = { ...whole, id: `${whole.id}.1`, spec: { ...whole.spec, parent: whole.id } };
  source.set("tasks", "", { ...tasks, rows: [...tasks.rows, part] });
  expect(lineWith(shown([], large, source), "─ Tasks 12")).toContain("Tasks 12 and 1 part ");
  expect(tabCounts(source).tasks).toBe(12);
});

describe("keys", () => {
  test("scroll in the panel that has them", () => {
    expect(lineWith(shown(), "  ID ")).toMatch(/│ Reject expired tokens +│$/);
    expect(lineWith(shown(["tab", "down"]), "  ID ")).toMatch(/│ \? needs you {2}gpt .*│$/);
    expect(lineWith(shown(["tab", "down"]), "> ")).toContain("> AUTH-1");
    expect(lineWith(shown(["tab", "tab", "up"]), "─ Events ─")).toMatch(/▼ 1 more, G for the end/);
  });

  test("z gives one panel the whole screen, and takes it back", () => {
    const alone = shown(["z"]);
    expect(alone.lastFrame()).not.toMatch(/─ (?:opus|Events|AUTH-1) ─/);
    expect(lineWith(shown(["tab", "z"]), "─ AUTH-1")).toMatch(/^╭─ AUTH-1 .*╮$/);
    expect(linesOf(shown(["z", "z"]))).toEqual(linesOf(shown()));
  });
});

test("a task that moves is drawn anew, and the marker stays with its task", async () => {
  const source = storySource();
  const screen = shown(["j", "j"], large, source);
  await settled();
  const tasks = source.getSnapshot("tasks", "");
  source.set("tasks", "", {
    ...tasks,
    rows: tasks.rows.map((row) => (row.id === "AUTH-3" ? { ...row, state: "FAILED" as const } : row)),
  });
  await settled();
  expect(lineWith(screen, "> AUTH-3")).toContain("x failed");
});

test("with nothing set up the list says what to do, and no model takes room", () => {
  const screen = shown([], large, new FixedSource());
  expect(screen.lastFrame()).toContain("No tasks yet");
  expect(linesOf(screen)[2]).toMatch(/^╭─ Tasks 0/);
  expect(screen.lastFrame()).toContain("Nothing has happened yet");
});
