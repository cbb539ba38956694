import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { EmptyState } from "../../../components/parts/EmptyState.tsx";
import { rect, type Size } from "../../../src/view/layout/layout.ts";
import type { EmptyKind } from "../../../src/view/screen/empty-states.ts";
import { linesOf, Terminal } from "../terminal.tsx";

const shown = (kind: EmptyKind, size: Size): readonly string[] =>
  linesOf(
    render(
      <Terminal size={size}>
        <EmptyState at={rect(0, 0, size.columns, size.rows)} kind={kind} />
      </Terminal>,
    ),
  );

describe("it says why there is nothing and what to do", () => {
  test.each([
    ["no tasks", "No tasks yet", /write them into tasks\.yaml, or press q and try \w+ demo/],
    ["no match", "No task fits the filter", /press esc to see them all, \/ to change it/],
    ["no models", "No model is set up", /press q, then \w+ init finds the ones on this machine/],
    ["no questions", "✓ Nothing waits for you", /press 1 for the tasks/],
    ["no events", "Nothing has happened yet", /events appear here as the run goes on/],
    ["no line", "No line fits the filter", /press esc to see them all/],
    ["no task", "This task is not known any more", /press esc to go back/],
  ] as const)("%s", (kind, why, todo) => {
    const text = shown(kind, { columns: 80, rows: 9 }).join("\n");
    expect(text).toContain(why);
    expect(text).toMatch(todo);
  });
});

test("it stands in the middle", () => {
  expect(shown("no questions", { columns: 41, rows: 9 })).toEqual([
    "",
    "",
    "         ✓ Nothing waits for you",
    "",
    "          press 1 for the tasks",
  ]);
});

test("where it is narrow or low, the reason comes first", () => {
  expect(shown("no tasks", { columns: 20, rows: 3 })).toEqual(["    No tasks yet", "", "write them into tas…"]);
  expect(shown("no tasks", { columns: 20, rows: 1 })).toEqual(["    No tasks yet"]);
});
