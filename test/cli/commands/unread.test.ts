import { expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { played } from "../played.ts";

const agent = `#!/bin/sh
echo '{"type":"cost","usd":0.07}'
echo '{"type":"usage","input":3,"output":2,"prompt_tokens":3}'
echo '{"type":"verdict","cost":1}'
if grep -q "code reviewer" "$1"; then echo '{"verdict": "approve", "summary": "good", "findings": []}'; else echo "$$" >> made.txt; echo done; fi
`;

test("a line of a program that only looks like one for us is named once a run in the log, and by the doctor", async () => {
  const hand = played("tasks: [{id: A, goal: One, risk: low}, {id: B, goal: Two, risk: low}]\n", {
    files: { "agent.sh": agent },
  });
  const entry = '{adapter: command, argv: ["./agent.sh", "{prompt_file}"], billing: metered}';
  hand.write(
    brand.settingsFile,
    `models:\n  ann: ${entry}\n  bob: ${entry}\npermissions: full\nlimits: {parallel: 1}\n`,
  );
  const { out } = await hand.say("run", "--plain");
  expect(out.match(/\[WARN\] \[ann\] .*"cost" says "usd", which is not read; its fields are "costUsd"/g)).toHaveLength(
    1,
  );
  expect(out.match(/\[WARN\] \[ann\] .*"usage" says "prompt_tokens"/g)).toHaveLength(1);
  // Of a type that is not ours nothing is said: it is part of the answer.
  expect(out).not.toContain('"verdict" says');
  const doctor = (await hand.say("doctor")).out;
  expect(doctor).toMatch(/model ann .*"cost" says "usd"/);
});
