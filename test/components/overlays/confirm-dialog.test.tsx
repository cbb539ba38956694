import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { ConfirmDialog } from "../../../components/overlays/ConfirmDialog.tsx";
import type { Size } from "../../../src/view/layout/layout.ts";
import type { Overlay } from "../../../src/view/screen/ui-state.ts";
import { linesOf, lineWith, Terminal } from "../terminal.tsx";

type Dialog = Extract<Overlay, { readonly kind: "confirm" }>;

const dialog = (more: Partial<Dialog> = {}): Dialog => ({
  kind: "confirm",
  title: "Abort UI-1",
  lines: ["Its branch is kept."],
  buttons: [
    { label: "Keep it", send: [] },
    { label: "Abort", send: [] },
  ],
  index: 0,
  yes: 1,
  ...more,
});

const shown = (more: Partial<Dialog> = {}, size: Size = { columns: 80, rows: 12 }) =>
  render(
    <Terminal size={size}>
      <ConfirmDialog size={size} dialog={dialog(more)} />
    </Terminal>,
  );

test("it asks in the middle of the screen, and the safe button is chosen", () => {
  const screen = shown();
  expect(
    linesOf(screen)
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  ).toEqual([
    `╭─ Abort UI-1 ${"─".repeat(61)}╮`,
    `│ Its branch is kept.${" ".repeat(54)}│`,
    `│${" ".repeat(74)}│`,
    `│ [> Keep it ] [  Abort ]${" ".repeat(50)}│`,
    `╰${"─".repeat(74)}╯`,
  ]);
});

test("the chosen button has the marker, whatever the colours", () => {
  expect(lineWith(shown({ index: 1 }), "Abort ]")).toContain("[  Keep it ] [> Abort ]");
});

describe("where it is narrow", () => {
  const size = { columns: 34, rows: 14 };

  test("the text goes on in the next line, and buttons stand below each other", () => {
    const screen = shown({ lines: ["The engine goes on without this screen."] }, size);
    expect(screen.lastFrame()).toContain("│ The engine goes on without");
    expect(screen.lastFrame()).toContain("│ this screen.");
    const wide = shown(
      {
        buttons: [
          { label: "Leave it running", send: [] },
          { label: "Stop all of it", send: [] },
        ],
      },
      size,
    );
    expect(lineWith(wide, "Leave")).toMatch(/│ \[> Leave it running \] +│/);
    expect(lineWith(wide, "Stop")).toMatch(/│ \[ {2}Stop all of it \] +│/);
  });

  test("wide letters are counted by their cells", () => {
    const screen = shown({ lines: ["検索フォームを国際化する検索フォーム"], title: "国際化" }, size);
    expect(lineWith(screen, "検索フォームを")).toMatch(/│ 検索フォームを国際化する検索 │/);
    expect(lineWith(screen, "フォーム ")).toMatch(/│ フォーム +│/);
  });
});

test("text of a model that means ill stays text", () => {
  const screen = shown({ lines: ["rm -rf \x1b[8mhidden\x1b[0m\u202e\x07"], title: "Run\x1b[2J this?" });
  expect(screen.lastFrame()).toContain("╭─ Run this? ─");
  expect(lineWith(screen, "rm -rf")).toContain("rm -rf hidden ");
});
