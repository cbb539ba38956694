import { describe, expect, test } from "vitest";

import { Syntax } from "../../src/screen/syntax.ts";
import { parseDiff } from "../../src/view/review/diff-lines.ts";
import {
  DiffSyntax,
  languageNamed,
  languageOf,
  languagesOf,
  type SyntaxPainter,
} from "../../src/view/review/syntax.ts";

async function painterOf(id: string): Promise<SyntaxPainter> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const syntax = new Syntax(
    () => resolve(),
    () => 0,
  );
  expect(syntax.load(id)).toBeNull();
  await promise;
  const painter = syntax.load(id);
  if (painter === null) throw new Error("not loaded");
  return painter;
}

test.each([
  ["src/a.ts", "typescript"],
  ["Makefile", "makefile"],
  ["x/y.YML", "yaml"],
  ["LICENSE", null],
  ["constructor", null],
  ["a.toString", null],
])("%s is %s", (path, language) => {
  expect(languageOf(path)).toBe(language);
});

test("a fence names a language by name or extension", () => {
  expect(["ts", "python title=x", "golang", "nonsense", "constructor"].map(languageNamed)).toEqual([
    "typescript",
    "python",
    "go",
    null,
    null,
  ]);
});

describe("code in a diff", () => {
  const text =
    "diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1,3 +1,3 @@\n /* one\n-two */ const a = 'x';\n+two */ const b = 1;\n return a;\n";

  test("is coloured by what it is, also across lines, each side by itself", async () => {
    const diff = parseDiff(text);
    const syntax = new DiffSyntax(diff, await painterOf(languagesOf(diff)));
    const of = (line: number): readonly (readonly [string, string])[] =>
      syntax.of(line).map(({ from, to, tone }) => [tone, diff.lines[line]?.text.slice(from, to) ?? ""]);
    expect(of(2)).toEqual([["comment", "/* one"]]);
    expect(of(3)).toEqual([
      ["comment", "two */"],
      ["keyword", "const"],
      ["string", "'x'"],
    ]);
    expect(of(4)).toEqual([
      ["comment", "two */"],
      ["keyword", "const"],
      ["number", "1"],
    ]);
  });

  test("of a language nobody loaded, or that is too slow, has one colour", async () => {
    const painter = await painterOf("typescript");
    expect(painter.paint("ruby", "def x")).toEqual([]);
    let now = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const syntax = new Syntax(
      () => resolve(),
      () => (now += 1_000),
    );
    syntax.load("typescript");
    await promise;
    const slow = syntax.load("typescript");
    expect(slow?.paint("typescript", "const a = 1")).not.toEqual([]);
    expect(slow?.paint("typescript", "const a = 1")).toEqual([]);
  });
});
