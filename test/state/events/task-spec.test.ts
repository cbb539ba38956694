import { expect, test } from "vitest";

import { spec as schema } from "../../../state/events/value-schemas.ts";
import { spec } from "../../policy/sample.ts";

const whole = spec({
  details: "why",
  area: "auth",
  needs: ["B"],
  context: ["docs/a.md"],
  checks: ["test"],
  models: { implementer: ["one", "two"] },
  budget: { usdMicros: 1_000, tokens: 2_000 },
  timeoutMs: 1_000,
  approve: ["plan", "merge"],
  mayChange: ["test/**"],
});

test("a task is read back as it was written, with what a later program adds to it", () => {
  for (const one of [whole, spec(), { ...whole, later: { added: true } }])
    expect(schema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
});

const fields: readonly string[] = Object.keys(whole);
const nullable: readonly string[] = ["details", "area", "checks", "timeoutMs"];
const wrong: readonly (readonly [string, unknown])[] = [
  ["risk", "none"],
  ["mode", "four-loop"],
  ["approve", ["all"]],
  ["needs", [1]],
  ["checks", "test"],
  ["models", { nobody: ["one"] }],
  ["models", { implementer: "one" }],
  ["models", ["one"]],
  ["budget", { usdMicros: null }],
  ["budget", { usdMicros: "1", tokens: null }],
];

test.each([
  ...fields.flatMap((name): readonly (readonly [string, unknown])[] => [
    ...(name === "mayChange" ? [] : [[name, undefined] as const]),
    ...(nullable.includes(name) ? [] : [[name, null] as const]),
    [name, true],
  ]),
  ...wrong,
])("what is no task is none: %s %j", (name, value) => {
  expect(schema.safeParse(JSON.parse(JSON.stringify({ ...whole, [name]: value }))).success).toBe(false);
});

test.each([null, [], "T1", 1])("%j is no task", (value) => {
  expect(schema.safeParse(value).success).toBe(false);
});
