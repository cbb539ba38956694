import { expect, test } from "vitest";

import { changed, mutantOf, planted, type Change } from "./mutant.ts";

const text = "if (a) {\n  b();\n}\nif (c) {\n  b();\n}\n";
const at = text.lastIndexOf("b();");
const change: Change = { kind: "removed statement", start: at, end: at + "b();".length, by: "" };

test("a fault is kept as whole lines, and planted where they stand nearest to where they were", () => {
  const mutant = mutantOf("x.ts", text, change);
  expect(mutant).toEqual({ file: "x.ts", line: 5, kind: "removed statement", before: "  b();", after: "  " });
  expect(planted(text, mutant)).toBe(changed(text, change));
  expect(planted(`// more\n${text}`, mutant)).toBe(`// more\n${changed(text, change)}`);
  expect(planted(text.replaceAll("b()", "d()"), mutant)).toBeNull();
});

test("a fault at either end of a file is planted too", () => {
  for (const short of ["a;", "a;\n", "\na;"]) {
    const start = short.indexOf("a");
    const end: Change = { kind: "removed statement", start, end: start + 2, by: "" };
    expect(planted(short, mutantOf("x.ts", short, end))).toBe(changed(short, end));
  }
});
