import { expect, test } from "vitest";

import { isPermitted, unfitToAsk, whatIsAsked } from "../../src/policy/permission.ts";

const run = (command: string | null, tool = "Bash") => ({ tool, command });

test("a question is one line, in which those of the command are seen", () => {
  expect(whatIsAsked("opus", run(" make  all "))).toBe("opus asks to run: make all");
  expect(whatIsAsked("opus", run("echo a # b\n\trm -rf c\r\nls"))).toBe("opus asks to run: echo a # b ⏎ rm -rf c ⏎ ls");
  expect(whatIsAsked("opus", run("x".repeat(400)))).toBe(`opus asks to run: ${"x".repeat(300)}…`);
  expect(whatIsAsked("opus", run(`${"x".repeat(299)}😀`))).toBe(`opus asks to run: ${"x".repeat(299)}\ufffd…`);
  expect(whatIsAsked("opus", run(null, `a\n${"b".repeat(1_000)}`))).toBe(`opus asks to use a ⏎ ${"b".repeat(96)}…`);
});

test("what is too long to be read is not asked for", () => {
  expect(unfitToAsk(run(null))).toBeNull();
  expect(unfitToAsk(run("x".repeat(16_000)))).toBeNull();
  expect(unfitToAsk(run("x".repeat(16_001)))).toContain("16001 characters");
});

test("only a check, or what was always allowed letter by letter, needs nobody", () => {
  const checks = [{ run: "npm test " }];
  const always = [JSON.stringify(run("make")), JSON.stringify(run(null, "Edit"))];
  const permitted = (command: string | null, tool = "Bash"): boolean => isPermitted(run(command, tool), checks, always);
  expect([permitted("npm test"), permitted("make"), permitted(null, "Edit")]).toEqual([true, true, true]);
  expect([permitted("npm test; ls"), permitted("make all"), permitted("make", "Other"), permitted(null)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
