import { expect, test } from "vitest";

import { outcomeOf } from "../../../src/cli/wiring/command-gate.ts";

test("of what a landing said one line tells the outcome, not what was announced before it", () => {
  expect(outcomeOf("runs ok on the result before anything moves\n3 tasks landed on main as 678219a: A, B, C")).toBe(
    "3 tasks landed on main as 678219a: A, B, C",
  );
  expect(outcomeOf("1 task landed on main as 1: A\n1 task not landed yet: gandy land brings them\n")).toBe(
    "1 task landed on main as 1: A; 1 task not landed yet: gandy land brings them",
  );
});
