import { describe, expect, test } from "vitest";

import { detectCapabilities, type Surroundings } from "../../src/terminal/capabilities.ts";

const around = (env: Readonly<Record<string, string>>, more: Partial<Surroundings> = {}): Surroundings => ({
  env: { TERM: "xterm", LANG: "en_US.UTF-8", ...env },
  stdinIsTerminal: true,
  stdoutIsTerminal: true,
  size: { columns: 80, rows: 24 },
  wanted: "auto",
  ...more,
});

describe("the mode", () => {
  test.each<[string, Surroundings, string, string | null]>([
    ["a terminal", around({}), "screen", null],
    ["a small one", around({}, { size: { columns: 20, rows: 3 } }), "screen", null],
    ["an empty ACCESSIBLE", around({ ACCESSIBLE: "" }), "screen", null],
    ["a refused ACCESSIBLE", around({ ACCESSIBLE: "0" }), "screen", null],
    ["ACCESSIBLE", around({ ACCESSIBLE: "1" }), "linear", "ACCESSIBLE is set"],
    ["a screen reader", around({ INK_SCREEN_READER: "true" }), "linear", "INK_SCREEN_READER is set"],
    [
      "ACCESSIBLE in a pipe",
      around({ ACCESSIBLE: "1" }, { stdoutIsTerminal: false }),
      "plain",
      "standard output is not a terminal",
    ],
    ["a pipe", around({}, { stdoutIsTerminal: false }), "plain", "standard output is not a terminal"],
    ["input from a file", around({}, { stdinIsTerminal: false }), "plain", "standard input is not a terminal"],
    ["a dumb terminal", around({ TERM: "dumb" }), "plain", "TERM is dumb"],
    ["no TERM", around({ TERM: "" }), "plain", "TERM is not set"],
    ["CI", around({ CI: "true" }), "plain", "CI is set"],
    ["not CI", around({ CI: "false" }), "screen", null],
    [
      "a terminal without a size",
      around({}, { size: { columns: 0, rows: 0 } }),
      "plain",
      "the terminal does not tell its size",
    ],
    ["an unknown size", around({}, { size: null }), "plain", "the terminal does not tell its size"],
    ["--plain", around({}, { wanted: "plain" }), "plain", "asked for"],
    ["--accessible in CI", around({ CI: "1" }, { wanted: "linear" }), "linear", "asked for"],
  ])("%s", (_what, given, mode, why) => {
    expect(detectCapabilities(given)).toMatchObject({ mode, why });
  });
});

describe("the depth of colours", () => {
  test.each<[Readonly<Record<string, string>>, string]>([
    [{}, "16"],
    [{ TERM: "xterm-256color" }, "256"],
    [{ TERM: "screen.xterm-256color" }, "256"],
    [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "truecolor"],
    [{ TERM: "xterm-256color", COLORTERM: "24bit" }, "truecolor"],
    [{ TERM: "xterm-kitty" }, "truecolor"],
    [{ TERM: "xterm-direct" }, "truecolor"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, "truecolor"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" }, "256"],
    [{ TERM: "xterm-256color", WT_SESSION: "a" }, "truecolor"],
    [{ TERM: "linux", COLORTERM: "truecolor" }, "16"],
    [{ TERM: "dumb" }, "none"],
    [{ TERM: "dumb", FORCE_COLOR: "1" }, "16"],
    [{ NO_COLOR: "1", COLORTERM: "truecolor" }, "none"],
    [{ NO_COLOR: "" }, "16"],
    [{ NO_COLOR: "1", FORCE_COLOR: "3" }, "truecolor"],
    [{ FORCE_COLOR: "0" }, "none"],
    [{ FORCE_COLOR: "false" }, "none"],
    [{ FORCE_COLOR: "1", COLORTERM: "truecolor" }, "16"],
    [{ FORCE_COLOR: "2" }, "256"],
    [{ FORCE_COLOR: "true", TERM: "xterm-256color" }, "256"],
  ])("%o", (env, depth) => {
    expect(detectCapabilities(around(env)).depth).toBe(depth);
  });

  test("a pipe has none unless it is forced", () => {
    expect(detectCapabilities(around({ COLORTERM: "truecolor" }, { stdoutIsTerminal: false })).depth).toBe("none");
    expect(
      detectCapabilities(around({ COLORTERM: "truecolor", FORCE_COLOR: "" }, { stdoutIsTerminal: false })).depth,
    ).toBe("truecolor");
  });
});

describe("the signs", () => {
  test.each<[Readonly<Record<string, string>>, string]>([
    [{}, "unicode"],
    [{ TERM: "linux" }, "ascii"],
    [{ LANG: "C" }, "ascii"],
    [{ LANG: "POSIX" }, "ascii"],
    [{ LANG: "C.UTF-8" }, "unicode"],
    [{ LANG: "de_DE.utf8" }, "unicode"],
    [{ LANG: "de_DE.ISO-8859-1" }, "ascii"],
    [{ LANG: "" }, "unicode"],
    [{ LANG: "ja_JP.UTF-8" }, "ascii"],
    [{ LANG: "zh_CN.UTF-8" }, "ascii"],
    [{ LANG: "ko" }, "ascii"],
    [{ LANG: "kok_IN.UTF-8" }, "unicode"],
    [{ LC_ALL: "C", LANG: "en_US.UTF-8" }, "ascii"],
    [{ LC_CTYPE: "en_US.UTF-8", LANG: "C" }, "unicode"],
    [{ LC_ALL: "", LC_CTYPE: "C" }, "ascii"],
  ])("%o", (env, glyphs) => {
    expect(detectCapabilities(around(env)).glyphs).toBe(glyphs);
  });
});

test.each([
  ["15;0", "dark"],
  ["0;15", "light"],
  ["0;default;7", "light"],
  ["", "dark"],
  ["odd", "dark"],
])("COLORFGBG=%s is %s", (value, scheme) => {
  expect(detectCapabilities(around({ COLORFGBG: value })).scheme).toBe(scheme);
});
