import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { Help } from "../../../components/overlays/Help.tsx";
import type { Size } from "../../../src/view/layout/layout.ts";
import { keyContext, viewPlace } from "../../../src/view/screen/screen-model.ts";
import type { ViewName } from "../../../src/view/screen/ui-state.ts";
import { editOf } from "../../../src/view/text/text-edit.ts";
import type { ThemeChoice } from "../../../src/view/text/theme.ts";
import { linesOf, lineWith, Terminal, viewProps } from "../terminal.tsx";

interface Shown {
  readonly view?: ViewName;
  readonly top?: number;
  readonly find?: string;
  readonly size?: Size;
  readonly theme?: Partial<ThemeChoice>;
}

function shown({ view = "tasks", top = 0, find = "", size = { columns: 80, rows: 24 }, theme = {} }: Shown = {}) {
  const { ui, world } = viewProps({ view });
  return render(
    <Terminal size={size} theme={theme}>
      <Help
        size={size}
        context={keyContext(ui, world, viewPlace(ui))}
        overlay={{ kind: "help", top, edit: editOf(find), typing: false }}
      />
    </Terminal>,
  );
}

test("the keys that are valid here come first, with what they do and how dangerous that is", () => {
  const screen = shown();
  expect(linesOf(screen)[2]).toContain("Here: Tasks");
  expect(lineWith(screen, "Approve")).toMatch(/│ +a +Approve +undo: 5 s/);
  expect(lineWith(screen, "Abort the task")).toMatch(/X +Abort the task, its branch is kept +asks first/);
});

test("another view has other keys", () => {
  expect(linesOf(shown({ view: "models" }))[2]).toContain("Here: Models");
  expect(linesOf(shown({ view: "log" }))[2]).toContain("Here: Log");
});

test("what does not fit is scrolled to, down to the last key and no further", () => {
  const note = /(\d+)\/(\d+) ─╮/;
  const [, first, all] = note.exec(lineWith(shown(), "Help")) ?? [];
  expect(Number(first)).toBe(20);
  expect(linesOf(shown({ top: 2 }))[2]).toBe(linesOf(shown())[4]);
  const end = linesOf(shown({ top: 1000 }));
  expect(end[1]).toContain(`${all}/${all}`);
  expect(end.at(-2)).toMatch(/│ +\S/);
});

test("a wide screen has both columns side by side, and a narrow one cuts its lines", () => {
  const wide = shown({ size: { columns: 140, rows: 24 } });
  expect(linesOf(wide)[2]).toMatch(/^ {2}│ Here: Tasks +│ Elsewhere +│$/);
  expect(linesOf(shown({ size: { columns: 100, rows: 24 } }))[1]).toMatch(/^ {10}╭─ Help ─.*╮$/);
  const narrow = shown({ size: { columns: 60, rows: 24 } });
  expect(lineWith(narrow, "Reject or deny")).toMatch(/^│ .{56} │$/);
});

test("a search leaves what has all its words, by title, id or key", () => {
  const found = shown({ find: "request changes" });
  expect(linesOf(found)[2]).toContain("/ request changes");
  expect(lineWith(found, "Request changes")).not.toBe("");
  expect(found.lastFrame()).not.toContain("Abort");
  expect(lineWith(shown({ find: "task.abort" }), "Abort the task")).not.toBe("");
  expect(lineWith(shown({ find: "X" }), "Abort the task")).not.toBe("");
  expect(shown({ find: "zebra" }).lastFrame()).toContain("no key and no command has these words");
});

test("with ASCII glyphs every key has a name that can be typed", () => {
  for (const top of [0, 20, 40, 60, 80, 100])
    expect(shown({ top, theme: { glyphs: "ascii" } }).lastFrame()).toMatch(/^[\x20-\x7e\n]+$/);
});
