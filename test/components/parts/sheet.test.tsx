import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { Lines } from "../../../components/parts/Lines.tsx";
import { Sheet } from "../../../components/parts/Sheet.tsx";
import { placed, rect } from "../../../src/view/layout/layout.ts";
import { span, type Line } from "../../../src/view/text/line.ts";
import { linesOf, Terminal } from "../terminal.tsx";

/** A sheet over a view that is full of x. */
const over = (lines: readonly Line[], note?: Line): readonly string[] =>
  linesOf(
    render(
      <Terminal size={{ columns: 20, rows: 5 }}>
        <Lines at={rect(0, 0, 20, 5)} lines={Array.from({ length: 5 }, () => [span("x".repeat(20))])} />
        <Sheet at={placed("box", 2, 0, 16, 4)} title="Quit" lines={lines} {...(note === undefined ? {} : { note })} />
      </Terminal>,
    ),
  );

test("it covers what lies under it, also where it says nothing, and nothing beside it", () => {
  expect(over([[span("Stop now?")]])).toEqual([
    "xx╭─ Quit ───────╮xx",
    "xx│ Stop now?    │xx",
    "xx│              │xx",
    "xx╰──────────────╯xx",
    "xxxxxxxxxxxxxxxxxxxx",
  ]);
});

test("lines that are too many or too long stay inside", () => {
  expect(over([[span("Stop all that works?")], [span("yes")], [span("no")]])).toEqual([
    "xx╭─ Quit ───────╮xx",
    "xx│ Stop all th… │xx",
    "xx│ yes          │xx",
    "xx╰──────────────╯xx",
    "xxxxxxxxxxxxxxxxxxxx",
  ]);
});

test("wide letters under its edges are not drawn in halves", () => {
  const screen = render(
    <Terminal size={{ columns: 20, rows: 3 }}>
      <Lines at={rect(0, 0, 20, 3)} lines={Array.from({ length: 3 }, () => [span("検索フォームを国際化")])} />
      <Sheet at={placed("box", 3, 0, 10, 3)} title="Quit" lines={[[span("now?")]]} />
    </Terminal>,
  );
  expect(linesOf(screen)).toEqual(["検 ╭─ Quit ─╮ 国際化", "検 │ now?   │ 国際化", "検 ╰────────╯ 国際化"]);
});
