import { expect, test } from "vitest";

import { parseScreen } from "../../src/backlog/screen-settings.ts";
import { parseSettings } from "../../src/backlog/settings.ts";
import { usualScreen } from "../../src/domain/screen-settings.ts";
import { keyCommands } from "../../src/view/keys/keys.ts";
import { themeNames } from "../../src/view/text/theme-tones.ts";

const parse = (text: string) =>
  parseScreen({ file: "config.yaml", folder: "/home/anna", text }, { commands: keyCommands, themes: themeNames });
const faults = (keys: string): readonly string[] =>
  parse(`screen:\n  keys:\n    ${keys}\n`).problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}; ${hint ?? ""}`,
  );

test("what is said is taken, the rest is as usual", () => {
  expect(parse("notify: {desktop: true}\n").screen).toEqual(usualScreen);
  expect(
    parse(
      "screen: {theme: color-blind, colors: 256, glyphs: ascii, mouse: off, motion: off, ui: plain, keys: {quit: ctrl+q, log.follow: [f, 7], task.abort: none}}",
    ),
  ).toEqual({
    problems: [],
    screen: {
      theme: "color-blind",
      colors: "256",
      glyphs: "ascii",
      mouse: false,
      motion: false,
      ui: "plain",
      keys: { quit: ["ctrl+q"], "log.follow": ["f", "7"], "task.abort": [] },
    },
  });
  expect(parse("screen: {theme: themes/mine.yaml}").screen.theme).toBe("/home/anna/themes/mine.yaml");
});

test("keys that cannot be are named with their place", () => {
  expect(faults("quit: x")).toEqual([
    `3:11 "x" for quit is also the key of decide.reject (Reject or deny, with a reason if you like); choose another, or give decide.reject another key or none`,
  ]);
  expect(faults("log.follow: w")).toEqual([
    expect.stringMatching(/^3:17 "w" for log.follow is also the key of log.warnings/),
  ]);
  expect(faults("{log.follow: ctrl+g, log.warnings: [w, ctrl+g]}")).toEqual([
    expect.stringMatching(/^3:44 "ctrl\+g" for log.warnings is also the key of log.follow/),
  ]);
  expect(faults("quti: x")).toEqual([`3:5 unknown command "quti"; did you mean "quit"?`]);
  expect(faults("interrupt: none")).toEqual([expect.stringContaining("so that there is always a way out")]);
  expect(faults("quit: hyper+x")).toEqual([expect.stringContaining(`"hyper+x" is no key`)]);
  expect(faults("quit: shift+q")).toEqual([expect.stringContaining(`write "Q"`)]);
  expect(faults("{interrupt: none, help: ctrl+c}").join()).toContain(`"ctrl+c" for help is also the key of interrupt`);
  expect(faults("help: ctrl+i")).toEqual([expect.stringContaining(`"ctrl+i" is tab in most terminals`)]);
  expect(faults("choices.down: j")).toEqual([expect.stringContaining(`"j" is typed as text there`)]);
});

test("keys that are free or made free may be taken, and what shares a key as it comes may go on sharing it", () => {
  expect(faults("{quit: x, decide.reject: ctrl+x}")).toEqual([]);
  expect(faults("{quit: x, decide.reject: none}")).toEqual([]);
  expect(faults("{log.follow: n}")).toEqual([]);
  expect(faults("{run.pause: ctrl+g, run.resume: ctrl+g}")).toEqual([]);
});

test("a repository's file may not say how the screen is used", () => {
  const own = { file: "config.yaml", folder: "/", text: "screen: {mouse: off}\n", own: true };
  const input = { env: {}, flags: {}, adapters: [] } as const;
  expect(parseSettings({ ...input, files: [own] }).problems).toEqual([]);
  expect(parseSettings({ ...input, files: [{ ...own, own: false }] }).problems).toEqual([
    expect.objectContaining({ code: "own_settings_only", line: 1, column: 1 }),
  ]);
});
