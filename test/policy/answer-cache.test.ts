import { expect, test } from "vitest";

import { canonicalJson } from "../../src/domain/json.ts";
import { roles } from "../../src/domain/task.ts";
import { answerKey, mayTakeAnswer } from "../../src/policy/answer-cache.ts";
import { model } from "./sample.ts";

test("only what is asked beside all work is answered by what was said before", () => {
  const of = (wanted: boolean): readonly string[] => roles.filter((role) => mayTakeAnswer(role, wanted));
  expect(of(false)).toEqual(["analyst", "synthesizer"]);
  expect(of(true)).toEqual(["analyst", "synthesizer", "ask"]);
});

const asked = {
  model: model("m", { adapter: "command", argv: ["a", "-x"], model: "m1" }),
  access: "read",
  schema: { type: "object" },
  prompt: "the question",
  tree: "t1",
} as const;
const key = (more: Partial<Parameters<typeof answerKey>[0]> = {}): string =>
  canonicalJson(answerKey({ ...asked, ...more }));

test.each<[string, Partial<Parameters<typeof answerKey>[0]>]>([
  ["another adapter", { model: { ...asked.model, adapter: "codex" } }],
  ["another model", { model: { ...asked.model, model: "m2" } }],
  ["another parameter of its program", { model: { ...asked.model, argv: ["a", "-y"] } }],
  ["another server", { model: { ...asked.model, baseUrl: "http://other" } }],
  ["another variable of its own", { model: { ...asked.model, env: { pass: [], set: { EFFORT: "high" } } } }],
  ["a variable more that it is let see", { model: { ...asked.model, env: { pass: ["EFFORT"], set: {} } } }],
  ["another script", { model: { ...asked.model, scenario: "/other.yaml" } }],
  ["another form of answer", { schema: null }],
  ["one letter more", { prompt: "the question?" }],
  ["another tree", { tree: "t2" }],
  ["a tree that may be changed", { access: "write" }],
])("%s is another question", (_what, more) => {
  expect(key(more)).not.toBe(key());
});

test("who is asked is the provider's model, whatever it is called in the settings and whoever pays", () => {
  expect(key({ model: { ...asked.model, name: "other", account: "b", billing: "free", tier: "small" } })).toBe(key());
  const unnamed = { ...asked.model, model: null };
  expect(key({ model: { ...unnamed, name: "other" } })).not.toBe(key({ model: unnamed }));
});

test("a program that is named by a place in the project is another one in another project", () => {
  const inFolder = (program: string, folder: string): string =>
    key({ model: { ...asked.model, argv: [program], folder } });
  expect(inFolder("./tools/ask", "/one")).not.toBe(inFolder("./tools/ask", "/two"));
  expect(inFolder("/bin/ask", "/one")).toBe(inFolder("/bin/ask", "/two"));
  expect(inFolder("ask", "/one")).toBe(inFolder("ask", "/two"));
});
