import { render } from "ink-testing-library";
import { describe, expect, test, vi } from "vitest";

import { LineText } from "../../../components/parts/LineText.tsx";
import { span, boldSpan, type Line } from "../../../src/view/text/line.ts";
import type { ThemeChoice } from "../../../src/view/text/theme.ts";
import { Terminal } from "../terminal.tsx";

vi.hoisted(() => {
  process.env["FORCE_COLOR"] = "3";
});

const size = { columns: 20, rows: 1 };
const shown = (line: Line, theme: Partial<ThemeChoice> = {}) =>
  render(
    <Terminal size={size} theme={theme}>
      <LineText line={line} />
    </Terminal>,
  );

test("a line draws its words, and other words as soon as it has them", () => {
  const { lastFrame, rerender } = shown([span("plan"), span(" ok")]);
  expect(lastFrame()).toBe("plan ok");
  rerender(
    <Terminal size={size}>
      <LineText line={[span("plan"), span(" late")]} />
    </Terminal>,
  );
  expect(lastFrame()).toBe("plan late");
});

test("what is too long ends in an ellipsis, by cells and not by letters", () => {
  expect(shown([span("a line of more than twenty")]).lastFrame()).toBe("a line of more than…");
  expect(shown([span("検索フォームを国際化する")]).lastFrame()).toBe("検索フォームを国際…");
});

test("what a terminal would obey is not drawn", () => {
  const { lastFrame } = shown([span("a\x1b[2J\x1b]0;title\x07b\u202ec\rd\x9b5Ae")]);
  expect(lastFrame()).toBe("abc de");
});

describe("a tone", () => {
  const line = [span("failed", "bad"), span(" "), span("AUTH-1", "selected")];

  test("is a colour where there are colours", () => {
    expect(shown([span("failed", "bad")], { depth: "truecolor" }).lastFrame()).toMatch(/^\x1b\[38;2;.*failed\x1b\[39m/);
    expect(shown([span("failed", "bad")], { depth: "16" }).lastFrame()).toMatch(/^\x1b\[(?:3|9)\dm.*failed/);
  });

  test("is bold, dim or inverse where there are none", () => {
    expect(shown(line).lastFrame()).toContain("\x1b[7mAUTH-1");
    expect(shown(line).lastFrame()).not.toMatch(/\x1b\[(?:3|4|9)\d/);
    expect(shown([boldSpan("AUTH-1")]).lastFrame()).toBe("\x1b[1mAUTH-1\x1b[22m");
  });
});

test("with ASCII glyphs our signs are ASCII in the same cells, and the words of others stay", () => {
  expect(shown([span("✓ done │ … 検索 é")], { glyphs: "ascii" }).lastFrame()).toBe("+ done | ~ 検索 é");
});
