import { expect, test } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import { atHand } from "../cli/at-hand.ts";
import { at, parsedLines } from "../cli/played.ts";

/** Comes to an end only when as many of its kind work at the same time as there are models. */
const together = `#!/bin/sh
[ "$${envName("ROLE")}" = implementer ] || { echo '{"verdict":"approve","summary":"","findings":[]}'; exit; }
touch "$HOME/here-$${envName("TASK")}"
until [ -e "$HOME/here-A" ] && [ -e "$HOME/here-B" ] && [ -e "$HOME/here-C" ]; do sleep 0.05; done
echo done > "$${envName("TASK")}.txt"
`;

test("tasks whose model has no place free do not stand behind it while others of its kind are idle", async () => {
  const model = "{adapter: command, argv: [./agent.sh]}";
  const hand = atHand({
    "tasks.yaml": "defaults: {risk: low}\ntasks: [{id: A, goal: One}, {id: B, goal: Two}, {id: C, goal: Three}]\n",
    "agent.sh": together,
    [brand.settingsFile]: `models: {one: ${model}, two: ${model}, three: ${model}}
limits: {per_model: {one: {parallel: 1}, two: {parallel: 1}, three: {parallel: 1}}}
`,
  });
  const { code, out } = await hand.say("run", "--json");
  expect(code).toBe(0);
  const chosen = parsedLines(out).filter(
    (event) => at(event, "type") === "route.decided" && at(event, "data", "role") === "implementer",
  );
  expect(new Set(chosen.map((event) => at(event, "data", "chosen")))).toEqual(new Set(["one", "two", "three"]));
  const passedOver = chosen.find((event) => at(event, "data", "chosen") === "three");
  expect(at(passedOver, "data", "reason")).toContain("the place of one, two is taken");
});
