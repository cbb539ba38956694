import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { Palette } from "../../../components/overlays/Palette.tsx";
import type { PaletteItem } from "../../../src/view/keys/palette.ts";
import type { Size } from "../../../src/view/layout/layout.ts";
import { editOf } from "../../../src/view/text/text-edit.ts";
import { linesOf, lineWith, Terminal } from "../terminal.tsx";

const item = (label: string, note = ""): PaletteItem => ({ label, note });
const three = [item("Approve", "a"), item("Reject", "x"), item("Retry", "R")];

interface Shown {
  readonly items?: readonly ReturnType<typeof item>[];
  readonly index?: number;
  readonly text?: string;
  readonly size?: Size;
}

const shown = ({ items = three, index = -1, text = "", size = { columns: 40, rows: 12 } }: Shown = {}) =>
  render(
    <Terminal size={size}>
      <Palette size={size} title="Commands" edit={editOf(text)} items={items} index={index} />
    </Terminal>,
  );

test("every choice has its key at the right, and nothing is chosen at first", () => {
  const screen = shown();
  expect(lineWith(screen, "type to narrow down")).toContain("› ");
  expect(lineWith(screen, "Approve")).toMatch(/│ {3}Approve +a │/);
  expect(screen.lastFrame()).not.toContain(">");
});

test("the chosen one has the marker", () => {
  const screen = shown({ index: 1, text: "re" });
  expect(lineWith(screen, "›")).toContain("› re");
  expect(lineWith(screen, "Reject")).toMatch(/│ > Reject +x │/);
  expect(lineWith(screen, "Retry")).toMatch(/│ {3}Retry +R │/);
});

test("where nothing fits it says so", () => {
  expect(shown({ items: [], text: "qqq" }).lastFrame()).toContain("nothing fits");
});

describe("a long list", () => {
  const items = Array.from({ length: 40 }, (_, index) => item(`Choice ${index}`));

  test("moves so that the chosen one is in sight", () => {
    const screen = shown({ items, index: 20 });
    expect(lineWith(screen, "> Choice 20")).not.toBe("");
    expect(screen.lastFrame()).not.toContain("Choice 21");
    expect(screen.lastFrame()).not.toContain("Choice 0 ");
  });

  test("ends with its last choice", () => {
    const lines = linesOf(shown({ items, index: 39 }));
    expect(lines.at(-2)).toContain("> Choice 39");
  });
});

test("a label that is too long pushes its note out, and is cut by cells", () => {
  const screen = shown({ items: [item("検索フォームを国際化する検索フォーム", "note")] });
  expect(lineWith(screen, "検索")).toMatch(/│ {3}検索フォームを国際化する検索フ… {2}│$/);
});

test("names from a repository are text", () => {
  const screen = shown({ items: [item("snapshot \x1b[31m1\u202e", "\x07now")] });
  expect(lineWith(screen, "snapshot 1")).toMatch(/snapshot 1 +now │/);
});

test("what was picked last has a mark, and letters that were typed have a look of their own", () => {
  const items: readonly PaletteItem[] = [
    { label: "Reject", note: "x", recent: true },
    { label: "Approve", note: "a", hits: [0, 1] },
  ];
  const screen = shown({ items });
  expect(lineWith(screen, "Reject")).toMatch(/│ • Reject +x │/);
  expect(lineWith(screen, "pprove")).toMatch(/│ {3}Approve +a │/);
});
