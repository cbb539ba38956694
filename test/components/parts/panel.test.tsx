import { render } from "ink-testing-library";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";

import { Lines } from "../../../components/parts/Lines.tsx";
import { Panel } from "../../../components/parts/Panel.tsx";
import { inside, placed, type Placed } from "../../../src/view/layout/layout.ts";
import { span, type Line } from "../../../src/view/text/line.ts";
import type { ThemeChoice } from "../../../src/view/text/theme.ts";
import { linesOf, Terminal } from "../terminal.tsx";

interface Shown {
  readonly title?: string;
  readonly note?: string;
  readonly theme?: Partial<ThemeChoice>;
}

function shown(at: Placed, { title = "Tasks", note, theme = {} }: Shown = {}): readonly string[] {
  const noted: Line = note === undefined ? [] : [span(note)];
  const screen = render(
    <Terminal size={{ columns: 40, rows: 6 }} theme={theme}>
      <Panel at={at} title={[span(title)]} note={noted}>
        <Lines at={inside(at)} lines={[[span("content")]]} />
      </Panel>
    </Terminal>,
  );
  return linesOf(screen);
}

const box = (width: number): Placed => placed("box", 0, 0, width, 3);

test("a box has its title, its note and a border around the content", () => {
  expect(shown(box(26), { note: "1-3/9" })).toEqual([
    "╭─ Tasks ──────── 1-3/9 ─╮",
    "│ content                │",
    "╰────────────────────────╯",
  ]);
});

test("a rule has the title's line only, and gives the content the whole width", () => {
  expect(shown(placed("rule", 0, 0, 26, 2), { note: "1-3/9" })).toEqual(["─ Tasks ────────── 1-3/9 ─", "content"]);
});

test("a bare panel is its content", () => {
  expect(shown(placed("bare", 2, 1, 26, 2))).toEqual(["", "  content"]);
});

describe("where it is narrow", () => {
  test("the note goes first, then the title is cut", () => {
    expect(shown(box(20), { note: "1-3/9" })[0]).toBe("╭─ Tasks ── 1-3/9 ─╮");
    expect(shown(box(16), { note: "1-3/9" })[0]).toBe("╭─ Tasks ──────╮");
    expect(shown(box(16), { title: "Move the configuration" })[0]).toBe("╭─ Move the… ──╮");
  });

  test("no cell is left and nothing is drawn", () => {
    expect(shown(placed("box", 0, 0, 0, 3))).toEqual([""]);
  });
});

test("a title of wide letters keeps the border straight", () => {
  const lines = shown(box(26), { title: "検索フォームを国際化する検索フォーム", note: "é 🎌" });
  expect(lines.map((line) => stringWidth(line))).toEqual([26, 26, 26]);
});

test("with ASCII glyphs the border is ASCII", () => {
  expect(shown(box(20), { theme: { glyphs: "ascii" } })).toEqual([
    "+- Tasks ----------+",
    "| content          |",
    "+------------------+",
  ]);
  expect(shown(placed("rule", 0, 0, 20, 2), { theme: { glyphs: "ascii" } })[0]).toBe("- Tasks ------------");
});
