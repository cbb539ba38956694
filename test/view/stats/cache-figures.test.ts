import { expect, test } from "vitest";

import { cacheFigures, cachesByRole, cacheText, type CacheUse } from "../../../src/view/stats/cache-figures.ts";
import { activityOf, activityLines } from "../../../src/view/models/model-activity.ts";
import { model } from "../fixtures.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { did } from "./did.ts";

const used = (more: Partial<CacheUse> = {}): CacheUse => ({
  model: "ann",
  role: "implementer",
  input: 1_000,
  cacheRead: 0,
  cacheWrite: 0,
  savedMicros: null,
  isKept: false,
  ...more,
});
const read = used({ cacheRead: 800, savedMicros: 30_000 });
const written = used({ role: "code_reviewer", cacheWrite: 500, savedMicros: -40_000 });

test("says first what was saved, then from what; where more was written than read, what that cost", () => {
  expect(cacheFigures([used()])).toBeNull();
  const text = (...uses: readonly CacheUse[]): string => {
    const figures = cacheFigures(uses);
    return figures === null ? "" : cacheText(figures);
  };
  expect(text(read, used())).toBe("saved $0.03; 40 % of 2.0k input tokens read from providers' caches");
  expect(text(read, written)).toMatch(/^cost \$0\.01 more than was saved; /);
  expect(text(used({ cacheRead: 1 }))).toMatch(/^nobody knows what was saved; /);
  expect(text(read, used({ cacheRead: 1 }))).toMatch(/^saved \$0\.03 \(of 1 call nobody knows\); /);
  expect(text(used({ input: 0, isKept: true }))).toBe("1 answer taken from earlier calls");
});

test("each role of a model by itself, the one that saved most first; who used no cache is left out", () => {
  const all = cachesByRole([written, used({ model: "bob" }), read, read]);
  expect(all.map(({ model: name, role, savedMicros }) => [name, role, savedMicros])).toEqual([
    ["ann", "implementer", 60_000],
    ["ann", "code_reviewer", -40_000],
  ]);
});

test("the view of a model says it, and in which of its roles", () => {
  const of = (cache: CacheUse) => did(0, { model: "ann", role: cache.role, cache });
  const activity = { at: 1_000, attempts: [of(read), of(read), of(written)], cut: false, questions: [], windows: [] };
  const lines = activityLines(activityOf(activity, model("ann")), 1_000, 100).map(lineText);
  expect(lines.filter((line) => /cache|coding/.test(line))).toEqual([
    "cache       saved $0.02; 53 % of 3.0k input tokens read from providers' caches",
    "            coding $0.06, review -$0.04",
  ]);
});
