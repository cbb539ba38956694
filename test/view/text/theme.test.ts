import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { contrast, rgbOf, rgbOfBasic, rgbOfIndexed, type Rgb } from "../../../src/domain/color-depths.ts";
import { colorDepths, tones as toneNames, type ColorDepth, type Scheme } from "../../../src/domain/screen-settings.ts";
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
import { themeNames } from "../../../src/view/text/theme-tones.ts";
import { chooseTheme, themeData, themeName } from "../../../src/view/text/theme.ts";
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

test("every sign in the source of the screen has one in ASCII", () => {
  const sources = ["src/view", "components"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const code = sources.join("\n").replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
  const signs = new Set(code.match(/[^\x00-\x7f]/gu));
  expect(signs.size).toBeGreaterThan(20);
  expect([...signs].filter((sign) => toAscii(sign) === sign)).toEqual([]);
});

test("ASCII keeps the columns of ours and the letters of others", () => {
  expect(toAscii("╭─ 漢字 … ─╮")).toBe("+- 漢字 ~ -+");
});

describe("themes", () => {
  const chosen = themeNames.flatMap((theme) =>
    colorDepths.map((depth) => chooseTheme({ scheme: "dark", depth, glyphs: "unicode", motion: true, theme })),
  );

  test("without colour have none, with it one for each tone but the terminal's own", () => {
    for (const { depth, tones } of chosen) {
      const colored = Object.entries(tones)
        .filter(([tone, style]) => style.color !== undefined && tone !== "text" && tone !== "title")
        .map(([tone]) => tone);
      expect(colored).toEqual(
        depth === "none" ? [] : toneNames.filter((tone) => !["text", "title", "selected"].includes(tone)),
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
    const wrong = chosen.flatMap(({ depth, tones }) =>
      Object.values(tones).filter(({ color }) => color !== undefined && !pattern[depth].test(color)),
    );
    expect(wrong).toEqual([]);
  });

  test("always show a selection by inverse", () => {
    for (const { tones } of chosen) expect(tones.selected.inverse).toBe(true);
  });

  const grounds: Readonly<Record<Scheme, readonly Rgb[]>> = {
    dark: [rgbOf("#000000"), rgbOf("#1e1e1e")],
    light: [rgbOf("#ffffff"), rgbOf("#f5f5f0")],
  };

  test.each(themeNames)("%s can be read on its background at each depth", (name) => {
    const { background, tones } = themeData(name, "dark");
    const faint = Object.entries(tones).flatMap(([tone, { shades }]) => {
      if (shades === null) return [];
      const least = tone === "border" ? 3 : 4.5;
      const on = (color: Rgb): number => Math.min(...grounds[background].map((ground) => contrast(color, ground)));
      // The sixteen are the terminal's own; its gray lies between all of them.
      const basic = contrast(rgbOfBasic(shades[16]), rgbOfBasic(background === "dark" ? "black" : "whiteBright"));
      const enough = [
        on(rgbOf(shades.truecolor)) >= least,
        on(rgbOfIndexed(shades[256])) >= least,
        basic >= (shades[16] === "gray" ? 3 : least),
      ];
      return enough.every(Boolean) ? [] : [[tone, ...enough]];
    });
    expect(faint).toEqual([]);
  });

  test("high contrast is 7 at least", () => {
    for (const name of ["high-contrast", "high-contrast-light"]) {
      const { background, tones } = themeData(name, "dark");
      for (const tone of ["text", "muted", "good", "warn", "bad", "ask", "busy", "border"] as const)
        for (const ground of grounds[background])
          expect(contrast(rgbOf(tones[tone].shades?.truecolor ?? ""), ground)).toBeGreaterThanOrEqual(7);
    }
  });

  /** What is left of a colour for eyes without the receptors for green: blue against yellow, and brightness. */
  const seen = ([red, green, blue]: Rgb): Rgb => [
    0.367 * red + 0.861 * green - 0.228 * blue,
    0.28 * red + 0.673 * green + 0.047 * blue,
    -0.012 * red + 0.043 * green + 0.969 * blue,
  ];
  const apart = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

  test.each(["color-blind", "color-blind-light"])("%s keeps apart what red and green would not", (name) => {
    const { tones } = themeData(name, "dark");
    for (const [one, other] of [
      ["good", "bad"],
      ["added", "removed"],
      ["good", "warn"],
    ] as const) {
      const [a, b] = [tones[one].shades, tones[other].shades];
      if (a === null || b === null) throw new Error("a tone has no colour");
      expect([one, other, apart(seen(rgbOf(a.truecolor)), seen(rgbOf(b.truecolor))) > 90]).toEqual([one, other, true]);
      expect([a[256], a[16]]).not.toEqual([b[256], b[16]]);
    }
  });

  test("of one's own say what they say, and are as usual else", () => {
    const own = { name: "mine", background: "light", tones: { good: { shades: null, bold: true } } } as const;
    const { tones } = chooseTheme({ scheme: "dark", depth: "truecolor", glyphs: "unicode", motion: true, theme: own });
    const { tones: usual } = chooseTheme({ scheme: "light", depth: "truecolor", glyphs: "unicode", motion: true });
    expect(tones.good).toEqual({ ...usual.good, bold: true });
    expect(tones.bad).toEqual(usual.bad);
  });

  test("a plain name takes the one for a light background", () => {
    expect(["dark", "light"].map((scheme) => themeName("color-blind", scheme === "light" ? "light" : "dark"))).toEqual([
      "color-blind",
      "color-blind-light",
    ]);
    expect(themeName("dark", "light")).toBe("dark");
    expect(themeName(null, "light")).toBe("light");
  });
});
