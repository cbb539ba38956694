import { describe, expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { atHand } from "../at-hand.ts";
import { at, oneTask, parsed } from "../played.ts";

describe("with USE_MOCK_MODELS and no settings", () => {
  const typed = ["ask", "--prompt", "2+2?", "--models", "claude,gpt4,gemini", "--timeout", "5000"] as const;

  test.each([
    ["in a folder", null],
    ["in a repository", { "tasks.yaml": oneTask }],
  ])("scripted models of any names answer, %s, and are called scripted", async (_, files) => {
    const hand = atHand(files);
    hand.env["USE_MOCK_MODELS"] = "true";
    const { code, out, err } = await hand.begin(typed, { trusted: false }).end;
    expect(code).toBe(0);
    for (const model of ["claude", "gpt4", "gemini"]) {
      expect(out).toMatch(new RegExp(`── ${model} \\(scripted, .*\\nThis is what ${model} says`));
      expect(err).toMatch(new RegExp(`^\\d{4}-\\S+Z \\[INFO\\] \\[${model}\\] finished in `, "m"));
    }
    expect(out).toContain("3 of 3 answered in ");
    const json = parsed((await hand.say(...typed, "--json")).out);
    expect(at(json, "results", 1)).toMatchObject({ model: "gpt4", scripted: true });
  });

  test("a name that no model can have is refused, and without names there are some", async () => {
    const hand = atHand();
    hand.env["USE_MOCK_MODELS"] = "1";
    expect((await hand.say("ask", "x", "--models", "a: {}")).code).toBe(2);
    expect((await hand.say("ask", "x")).out).toContain("2 of 2 answered");
  });
});

test("what its models do is told on standard error, at the level that is asked for, and never beside JSON", async () => {
  const hand = atHand();
  hand.write("play.yaml", "version: 1\nrules:\n  - {on: {model: b}, n: 1, error: {type: overloaded, message: busy}}\n");
  hand.write(
    brand.settingsFile,
    "models:\n  a: {adapter: scripted, scenario: play.yaml}\n  b: {adapter: scripted, scenario: play.yaml}\nretry: {call: {strategy: fixed, attempts: 2, base: 1ms}}\n",
  );
  const { err } = await hand.say("ask", "hi");
  expect(err).toMatch(/ \[INFO\] \[a\] finished in /);
  expect(err).toMatch(/ \[WARN\] \[b\] try 2 in .* overloaded: busy/);
  hand.env["LOG_LEVEL"] = "warn";
  expect((await hand.say("ask", "hi")).err).not.toContain("finished in");
  hand.env["LOG_LEVEL"] = "info";
  expect((await hand.say("ask", "hi", "--json")).err).toBe("");
});
