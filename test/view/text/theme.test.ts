import { describe, expect, test } from "vitest";

import { stepStates, taskStates } from "../../../src/domain/task.ts";
import {
  breakerStyle,
  checkStyle,
  derivedStyle,
  findingStyle,
  runStyle,
  severityStyle,
  stepStyle,
  taskStyle,
  toAscii,
  type StateStyle,
} from "../../../src/view/text/state-styles.ts";
import { chooseTheme, toneData, type ColorDepth } from "../../../src/view/text/theme.ts";
import { displayWidth } from "../../../src/view/text/width.ts";

const tables: Readonly<Record<string, Readonly<Record<string, StateStyle>>>> = {
  taskStyle,
  derivedStyle,
  stepStyle,
  breakerStyle,
  checkStyle,
  severityStyle,
  findingStyle,
  runStyle,
};

describe.each(Object.entries(tables))("%s", (_name, table) => {
  test("says each state by a word of its own, with signs of one column", () => {
    const looks = Object.values(table);
    expect(new Set(looks.map(({ word }) => word)).size).toBe(looks.length);
    for (const { glyph, ascii } of looks)
      expect([displayWidth(glyph), ascii.length, /^[\x21-\x7e]$/.test(ascii)]).toEqual([1, 1, true]);
  });

  test("in ASCII is what it says", () => {
    for (const { glyph, ascii } of Object.values(table)) expect(toAscii(`${glyph} word`)).toBe(`${ascii} word`);
  });
});

test("every state has its look", () => {
  expect(Object.keys(taskStyle)).toEqual(taskStates);
  expect(Object.keys(stepStyle).toSorted()).toEqual(stepStates.toSorted());
});

test("ASCII keeps the columns of ours and the letters of others", () => {
  expect(toAscii("╭─ 漢字 … ─╮")).toBe("+- 漢字 ~ -+");
});

describe("themes", () => {
  const themes = (["dark", "light"] as const).flatMap((scheme) =>
    (["none", "16", "256", "truecolor"] as const satisfies readonly ColorDepth[]).map((depth) =>
      chooseTheme({ scheme, depth, glyphs: "unicode", motion: true }),
    ),
  );

  test("without colour have none, with it one for each tone but the terminal's own", () => {
    for (const { depth, tones } of themes) {
      const colored = Object.entries(tones)
        .filter(([, style]) => style.color !== undefined)
        .map(([tone]) => tone);
      expect(colored).toEqual(
        depth === "none" ? [] : Object.keys(toneData).filter((tone) => !["text", "title", "selected"].includes(tone)),
      );
    }
  });

  test("give colours of their depth", () => {
    const pattern: Record<ColorDepth, RegExp> = {
      none: /^$/,
      16: /^[a-z]+(Bright)?$/,
      256: /^ansi256\(\d{1,3}\)$/,
      truecolor: /^#[0-9a-f]{6}$/,
    };
    const wrong = themes.flatMap(({ depth, tones }) =>
      Object.values(tones).filter(({ color }) => color !== undefined && !pattern[depth].test(color)),
    );
    expect(wrong).toEqual([]);
  });

  test("always show a selection by inverse", () => {
    for (const { tones } of themes) expect(tones.selected.inverse).toBe(true);
  });
});
