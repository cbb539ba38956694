import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { Preview } from "../../../components/tasks/Preview.tsx";
import { placed } from "../../../src/view/layout/layout.ts";
import { scrollable } from "../../../src/view/layout/scrollable.ts";
import { span } from "../../../src/view/text/line.ts";
import { linesOf, Terminal } from "../terminal.tsx";

const shown = (count: number, top: number, id: string | null = "UI-1"): readonly string[] =>
  linesOf(
    render(
      <Terminal size={{ columns: 40, rows: 5 }}>
        <Preview
          at={placed("box", 0, 0, 40, 5)}
          id={id}
          content={scrollable(Array.from({ length: count }, (_, index) => [span(`line ${index + 1} 国`)]))}
          top={top}
          focused={false}
        />
      </Terminal>,
    ),
  );

test("it has the task's name, its lines, and the key that opens it", () => {
  expect(shown(2, 0)).toEqual([
    "╭─ UI-1 ────────────────────── ⏎ open ─╮",
    "│ line 1 国                            │",
    "│ line 2 国                            │",
    "│                                      │",
    "╰──────────────────────────────────────╯",
  ]);
});

test("what does not fit can be scrolled to, and the note says so", () => {
  expect(shown(9, 0)[0]).toContain("⏎ open, tab scroll");
  expect(shown(9, 4)[1]).toContain("line 5");
});

test("it never scrolls past the end", () => {
  expect(
    shown(9, 100)
      .slice(1, 4)
      .map((line) => line.slice(2, 8)),
  ).toEqual(["line 7", "line 8", "line 9"]);
});

test("without a task there is no name", () => {
  expect(shown(0, 0, null)[0]).toMatch(/^╭─+ ⏎ open ─╮$/);
});
