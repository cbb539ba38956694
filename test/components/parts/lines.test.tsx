import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { Lines } from "../../../components/parts/Lines.tsx";
import { rect, type Rect } from "../../../src/view/layout/layout.ts";
import { empty, span, type Line } from "../../../src/view/text/line.ts";
import { linesOf, Terminal } from "../terminal.tsx";

const shown = (at: Rect, lines: readonly Line[]): readonly string[] =>
  linesOf(
    render(
      <Terminal size={{ columns: 20, rows: 5 }}>
        <Lines at={at} lines={lines} />
      </Terminal>,
    ),
  );

test("lines stand where they are placed", () => {
  expect(shown(rect(3, 1, 10, 3), [[span("one")], empty, [span("two")]])).toEqual(["", "   one", "", "   two"]);
});

test("what is below or beside the place is not drawn", () => {
  expect(shown(rect(0, 0, 6, 2), [[span("much longer")], [span("two")], [span("three")]])).toEqual(["much …", "two"]);
});

test("a wide letter is drawn whole or not at all", () => {
  expect(shown(rect(0, 0, 6, 1), [[span("検索フォーム")]])).toEqual(["検索…"]);
  expect(shown(rect(0, 0, 7, 1), [[span("検索フォーム")]])).toEqual(["検索フ…"]);
});

test("a line cut between two pieces keeps the first one", () => {
  expect(shown(rect(0, 0, 9, 1), [[span("AUTH-1 "), span("failed", "bad")]])).toEqual(["AUTH-1 f…"]);
});

test("a place without cells is empty", () => {
  expect(shown(rect(2, 2, 0, 2), [[span("one")]])).toEqual([""]);
  expect(shown(rect(2, 2, 5, 0), [[span("one")]])).toEqual([""]);
});
