import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { Waiting } from "../../../components/parts/Waiting.tsx";
import { rect } from "../../../src/view/layout/layout.ts";
import type { ThemeChoice } from "../../../src/view/text/theme.ts";
import { linesOf, Terminal } from "../terminal.tsx";

const shown = (theme: Partial<ThemeChoice>, width = 30): readonly string[] =>
  linesOf(
    render(
      <Terminal size={{ columns: 30, rows: 2 }} theme={theme}>
        <Waiting at={rect(1, 1, width, 1)} text="reading the diff" />
      </Terminal>,
    ),
  );

test("a wait is told in words, where it is", () => {
  expect(shown({})).toEqual(["", " … reading the diff"]);
  expect(shown({ glyphs: "ascii" })).toEqual(["", " ~ reading the diff"]);
});

test("a sign turns beside the words only where things may move", () => {
  expect(shown({ motion: true })[1]).toMatch(/^ [⠀-⣿] reading the diff$/);
  expect(shown({ motion: true, glyphs: "ascii" })[1]).toMatch(/^ [-\\|/] reading the diff$/);
});

test("it keeps to its width", () => {
  expect(shown({}, 10)).toEqual(["", " … reading…"]);
});
