import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { clean } from "../../src/view/text/clean.ts";
import { displayWidth } from "../../src/view/text/width.ts";
import { hostileText } from "../view/hostile.ts";

type Measure = (text: string) => unknown;
const isMeasure = (value: unknown): value is Measure => typeof value === "function";

/** Ink brings its own version of string-width: what we lay out and what it draws must be as wide. */
async function inkWidth(): Promise<Measure> {
  const fromInk = createRequire(import.meta.resolve("ink"));
  const loaded: unknown = await import(pathToFileURL(fromInk.resolve("string-width")).href);
  if (typeof loaded === "object" && loaded !== null && "default" in loaded && isMeasure(loaded.default))
    return loaded.default;
  throw new TypeError("no string-width");
}

test("every mark is as wide to Ink as to us, behind letters of all kinds", async () => {
  const width = await inkWidth();
  const apart: string[] = [];
  for (let code = 0x20; code < 0x20000; code += 1) {
    const letter = String.fromCodePoint(code);
    if (!/[\p{M}\p{Emoji}\p{Lm}\u0e33\u0eb3\u1100-\u11ff]/u.test(letter)) continue;
    for (const base of ["", "a", "ก", "क", "क्", "漢", "😀", "ᄀ"]) {
      const text = clean(base + letter);
      if (width(text) !== displayWidth(text)) apart.push(`${code.toString(16)} behind ${base}`);
    }
  }
  expect(apart).toEqual([]);
});

test("so is any hostile text", async () => {
  const width = await inkWidth();
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(width(clean(text))).toBe(displayWidth(clean(text)));
    }),
    { numRuns: 1000 },
  );
});
