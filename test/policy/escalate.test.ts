import { expect, test } from "vitest";

import { escalation } from "../../src/policy/escalate.ts";

test.each([
  [0, 0, null],
  [1, 1, null],
  [2, 0, "turned down 2 times"],
  [0, 2, "the checks failed 2 times"],
  [5, 3, "the checks failed 3 times"],
])("after %i rejections and %i red gates: %s", (rejections, gateFailures, why) => {
  expect(escalation({ rejections, gateFailures })).toBe(why);
});
