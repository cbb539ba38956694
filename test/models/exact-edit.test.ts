import * as fc from "fast-check";
import { expect, test } from "vitest";

import { exactEdit } from "../../src/models/tools/exact-edit.ts";
import { nearPaths } from "../../src/models/tools/near-paths.ts";

const edit = (text: string, old: string, to: string, all = false): ReturnType<typeof exactEdit> =>
  exactEdit(text, { old, new: to, all });

const faultOf = (edited: ReturnType<typeof exactEdit>): string => ("fault" in edited ? edited.fault : "");

test("one place, or all of them, exactly", () => {
  expect(edit("a b c", "b", "$&")).toEqual({ text: "a $& c", count: 1 });
  expect(edit("a\nb\na\n", "a", "x", true)).toEqual({ text: "x\nb\nx\n", count: 2 });
  expect(edit("a\nb\na\n", "a", "x")).toEqual({
    fault:
      "the old text stands there 2 times, at lines 1, 3; give more of the lines around the one that is meant, or all: true",
  });
});

test("ends of lines stay what they are", () => {
  expect(edit("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz")).toEqual({ text: "x\r\ny\r\nz\r\nc\r\n", count: 1 });
  expect(edit("a\r\nb\r\n", "b", "x\ny")).toEqual({ text: "a\r\nx\r\ny\r\n", count: 1 });
  expect(edit("a\nb\r\nc\r\n", "b\nc", "x\ny")).toEqual({ text: "a\nx\r\ny\r\n", count: 1 });
});

test.each([
  ["", "x", /^the old text is empty/],
  ["one", "one", /nothing would change/],
  ["  one\n  two", "x", /only with other white space, at line 1;/],
  ["one\nthree", "x", /its first line stands at line 1, what follows there differs/],
  ["nowhere", "x", /^the old text does not stand there; read the file again/],
])("%j to %j cannot be", (old, to, why) => {
  expect(faultOf(edit("one\ntwo\n", old, to))).toMatch(why);
});

test("whatever stands somewhere once can be replaced, and replaced back", () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (before, old, after) => {
      const marked = `<${old}>`;
      fc.pre(!before.includes("<") && !after.includes("<") && !old.includes("<"));
      const there = edit(before + marked + after, marked, "<new>");
      if ("fault" in there) {
        expect(marked).toBe("<new>");
        return;
      }
      expect(there).toEqual({ text: `${before}<new>${after}`, count: 1 });
      expect(edit(there.text, "<new>", marked)).toEqual({ text: before + marked + after, count: 1 });
    }),
  );
});

test("much text that nearly fits costs no time", () => {
  const text = "}\n".repeat(300_000);
  expect(edit(text, `}\n`.repeat(2_000) + "x", "y")).toHaveProperty("fault");
  expect(faultOf(edit(text, "}", "y"))).toMatch(/300000 times, at lines 1, 2, .*, 10, …;/);
});

test("a text put in so many places that no file could hold it is refused", () => {
  expect(faultOf(edit("a".repeat(1_000_000), "a", "b".repeat(1_000), true))).toMatch(
    /would have 1000000000 characters/,
  );
});

test.each([
  ["src/a.js", ["src/a.ts"]],
  ["SRC/A.TS", ["src/a.ts"]],
  ["button.tsx", ["src/ui/button.tsx"]],
  ["src/ui/buton.tsx", ["src/ui/button.tsx"]],
  ["scr/ui/button.tsx", ["src/ui/button.tsx"]],
  ["zzz", []],
])("%s was meant to be %j", (path, near) => {
  expect(nearPaths(path, ["README.md", "src/a.ts", "src/ui/button.tsx"])).toEqual(near);
});
