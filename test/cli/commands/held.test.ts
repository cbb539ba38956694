import { expect, test } from "vitest";

import { at, oneTask, parsed, parsedLines, played } from "../played.ts";

test.each([
  "{type: overloaded, message: busy, retry_after: 2m}",
  "{type: rate_limit, reason: plan_limit, message: used up}",
  "{type: rate_limit, reason: quota_exhausted, message: spent}",
])("what holds an account tells its model's breaker nothing, and is no try: %s", async (error) => {
  const hand = played(oneTask, {
    settings: "roles: {implementer: [ann]}\nbreaker: {failures: 1}\n",
    rules: `  - {on: {role: implementer}, error: ${error}}\n`,
  });
  expect((await hand.say("run", "--no-wait")).code).toBe(4);
  const model = at(parsed((await hand.say("models", "--json")).out), "models", 0);
  expect(model).toMatchObject({ name: "ann", state: "held", breaker: { state: "closed", failures: 0 } });
  expect((await hand.say("log", "--json")).out).not.toContain("call.retried");
});

test("a run with --no-wait does not wait for a breaker that stays open for long, and neither does the next one", async () => {
  const hand = played(oneTask, {
    settings: "roles: {implementer: [ann]}\nbreaker: {failures: 1, open_for: 10m}\n",
    rules: "  - {on: {role: implementer}, error: {type: overloaded, message: busy}}\n",
  });
  for (let n = 0; n < 2; n += 1) expect((await hand.say("run", "--no-wait")).code).toBe(4);
  const calls = parsedLines((await hand.say("log", "--json")).out).filter(
    (line) => at(line, "type") === "call.started",
  );
  expect(calls).toHaveLength(1);
  expect(at(parsed((await hand.say("models", "--json")).out), "models", 0)).toMatchObject({
    name: "ann",
    breaker: { state: "open" },
  });
});
