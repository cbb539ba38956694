import { describe, expect, test } from "vitest";
import { z } from "zod";

import { isDecision, type ActionSpec } from "../../src/actions/action.ts";
import { innerActions } from "../../src/actions/inner.ts";
import { actionTable } from "../../src/actions/table.ts";
import { fieldsOf } from "../../src/actions/typed-fields.ts";
import { actions as answers } from "../../src/domain/question.ts";
import { commands } from "../../src/view/keys/commands.ts";

const entries: readonly (readonly [string, ActionSpec])[] = Object.entries(actionTable);

/** What an entry lacks that every door counts on. */
function lacksOf(name: string, spec: ActionSpec): readonly string[] {
  const fields = fieldsOf(spec);
  return [
    ...(/^[a-z]+(_[a-z]+)*$/.test(name) ? [] : ["a name of small words"]),
    ...(/^\S.*[^.\s]$/.test(spec.help) ? [] : ["help in one line without a full stop"]),
    ...(/^[A-Z].*[^.\s]$/.test(spec.title) ? [] : ["a title"]),
    ...(spec.input instanceof z.ZodObject ? [] : ["a schema of what it is told"]),
    ...(spec.input.safeParse({ nobodyKnowsThis: 1 }).success ? ["an input that refuses what it does not know"] : []),
    ...(spec.output instanceof z.ZodUnknown ? ["a schema of what it answers"] : []),
    ...(typeof spec.decides === "boolean" || spec.decides.length > 0 ? [] : ["whether it decides"]),
    ...fields.flatMap(({ name: field, help }) => (help === "" ? [`help of ${field}`] : [])),
    ...(typeof spec.decides === "boolean" ? [] : spec.decides).flatMap((field) =>
      fields.some((one) => one.name === field) ? [] : [`the field ${field} that decides`],
    ),
  ];
}

test.each(entries)("%s has all that a door needs of it", (name, spec) => {
  expect(lacksOf(name, spec)).toEqual([]);
});

test.each<[string, Partial<ActionSpec>]>([
  ["help in one line without a full stop", { help: "" }],
  ["help in one line without a full stop", { help: "does it." }],
  ["a title", { title: "" }],
  ["a schema of what it answers", { output: z.unknown() }],
  ["an input that refuses what it does not know", { input: z.object({}) }],
  ["whether it decides", { decides: [] }],
  ["help of word", { input: z.strictObject({ word: z.string() }) }],
  ["the field gone that decides", { decides: ["gone"] }],
])("an entry without %s is found", (lack, fault) => {
  expect(lacksOf("list", { ...actionTable.list, output: z.string(), ...fault })).toContain(lack);
});

test.each(entries)("what %s is told and answers can be written as JSON Schema", (_name, { input, output }) => {
  expect(z.toJSONSchema(input, { io: "input" })).toMatchObject({ type: "object", additionalProperties: false });
  expect(Object.keys(z.toJSONSchema(output, { io: "input" })).length).toBeGreaterThan(1);
});

describe("a decision", () => {
  test("is what gives a decision's field a value, or the whole action", () => {
    expect(isDecision(actionTable.run, { yesTo: [], again: [] })).toBe(false);
    expect(isDecision(actionTable.run, { yesTo: ["merge"], again: [] })).toBe(true);
    expect(isDecision(actionTable.approve, { task: "A" })).toBe(true);
    expect(isDecision(actionTable.list, {})).toBe(false);
  });

  test("is every answer that a question may allow", () => {
    for (const answer of answers) expect([answer, actionTable[answer].decides]).toEqual([answer, true]);
  });
});

test("each flag that chooses an action chooses one only", () => {
  const chosen = [...entries.map(([, spec]) => spec), ...Object.values(innerActions)].flatMap(({ cli }) =>
    cli === null ? [] : [`${cli.command} ${cli.by ?? ""} ${cli.value ?? ""}`],
  );
  expect(new Set(chosen).size).toBe(chosen.length);
});

test("what no command offers the screen does, in the words of the table", () => {
  const shown = Object.values(commands).flatMap(({ action }) => action ?? []);
  for (const [name, { cli }] of entries) if (cli === null) expect(shown).toContain(name);
  expect(commands["decide.approve"].title).toBe(actionTable.approve.title);
});
