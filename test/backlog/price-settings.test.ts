import { expect, test } from "vitest";

import { settingsJsonSchema } from "../../src/backlog/json-schemas.ts";
import { parseSettings } from "../../src/backlog/settings.ts";
import { problemLine } from "../../src/domain/problem.ts";

const parse = (...texts: readonly string[]) =>
  parseSettings({
    files: texts.map((text, index) => ({ file: `${index}.yaml`, folder: "/repo", text })),
    env: {},
    flags: {},
    adapters: ["scripted"],
  });
const lines = (text: string): string[] => parse(text).problems.map(problemLine);

test("prices are rows of whole micro-dollars that say where they stand", () => {
  const { settings, problems } = parse(`
prices:
  "qwen3:30b": {input: 0.2, output: 0.8}
  gpt-6.1-sol:
    - {input: 2, output: 10, cache_read: 0.1, cache_write: 2.5, cache_write_1h: 4}
    - {input: 4, output: 15, above: 272000}
    - {input: 1, output: 5, from: 2026-12-01}
`);
  expect(problems.map(problemLine)).toEqual([]);
  const nothing = { cacheRead: null, cacheWrite: null, cacheWriteLong: null };
  const own = { provider: null, aliases: [], source: "0.yaml", checked: null };
  const sol = { ...own, model: "gpt-6.1-sol" };
  expect(settings?.prices).toEqual([
    { ...own, model: "qwen3:30b", from: null, above: 0, microsPerMillion: { ...nothing, input: 200_000, output: 8e5 } },
    {
      ...sol,
      from: null,
      above: 0,
      microsPerMillion: { input: 2e6, output: 1e7, cacheRead: 1e5, cacheWrite: 2.5e6, cacheWriteLong: 4e6 },
    },
    { ...sol, from: null, above: 272_000, microsPerMillion: { ...nothing, input: 4e6, output: 1.5e7 } },
    { ...sol, from: "2026-12-01", above: 0, microsPerMillion: { ...nothing, input: 1e6, output: 5e6 } },
  ]);
});

test("prices of the user and of the project are joined by model", () => {
  const { settings } = parse(
    "prices:\n  a: {input: 1, output: 1}\n  b: {input: 1, output: 1, cache_read: 1}\n",
    "prices:\n  b: {input: 2, output: 2}\n",
  );
  expect(
    settings?.prices.map(({ model, microsPerMillion: { input, cacheRead } }) => [model, input, cacheRead]),
  ).toEqual([
    ["a", 1e6, null],
    ["b", 2e6, 1e6],
  ]);
});

test.each([
  ["prices: {a: {input: 1}}", '0.yaml:1:13: error: missing key "output"; add "output: …"'],
  ["prices: {a: {input: 1, output: -1}}", "0.yaml:1:32: error: output must be at least 0, not -1"],
  ["prices: {a: {input: 1, output: 1, cached: 1}}", '0.yaml:1:35: error: unknown key "cached"; known keys: input, '],
  ["prices: {a: {input: 1, output: 1, from: 2026-02-30}}", '0.yaml:1:41: error: bad day "2026-02-30" for from; as in'],
  ["prices: {a: {input: 1, output: 1, above: -1}}", "0.yaml:1:42: error: above must be at least 0, not -1"],
  ["prices: {a: 3}", "0.yaml:1:13: error: a must be a price or a list of prices, not 3"],
  ["prices: {a: [{input: 1, output: x}]}", '0.yaml:1:33: error: output must be a number, not "x"'],
  [
    "prices: {a: [{input: 1, output: 1}, {input: 2, output: 2}]}",
    '0.yaml:1:37: error: duplicate price of "a"; tell them apart by from or above',
  ],
  [
    "prices: {a: [{input: 1, output: 1}, {input: 2, output: 2, from: 2026-12-01, above: 5}]}",
    '0.yaml:1:10: error: no price of "a" for small requests from 2026-12-01; add a row without above',
  ],
])("%s", (text, problem) => {
  const said = lines(text);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(problem);
});

test("editors know them", () => {
  expect(settingsJsonSchema()).toContain("cache_write_1h");
});
