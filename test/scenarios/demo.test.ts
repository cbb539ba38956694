import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runCommand } from "../../src/processes/run-command.ts";
import { clockEnv } from "../clock/child-env.ts";
import { bundledMain } from "../bundle.ts";

let folder = "";
let printed = "";
let code: number | null = null;

/** The whole demo once, as somebody without a terminal runs it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
  const done = await runCommand({
    argv: [process.execPath, bundledMain(), "demo", "--fast", "--plain"],
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, TMPDIR: folder, ...clockEnv },
    timeoutMs: 3_600_000,
  });
  printed = done.stdout + done.stderr;
  code = done.code;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the demo", () => {
  test("ends with every task done", () => {
    expect({ code, printed }).toMatchObject({ code: 0 });
    expect(printed).toContain("11 of 11 tasks done");
  });

  test.each([
    ["says that its models are scripted", /model atlas \(scripted\)/],
    ["shows a plan that is rejected", /plan 1 rejected by cedar/],
    ["asks a person about a plan", /COUNT-1: asks for a yes to its plan/],
    ["shows a finding", /COUNT-2: F1 major src\/count\.mjs/],
    ["waits as long as a throttled call was asked to", /FORMAT-1: try 2 in .*too many requests/],
    ["holds an account at its usage limit", /birch-plan.*usage limit of the plan reached/],
    ["opens a breaker", /\[cedar\].*breaker/],
    ["falls back to another model", /chosen for coding: birch: 2nd of routing rule 1/],
    ["meets a conflict", /conflict with .* in src\/cli\.mjs/],
    ["meets a check that was red before", /check lint fails at the base too/],
    ["meets a check that is red on its account", /FILES-1.*test/],
    ["hears a person ask for a change", /RELEASE-1: request changes by the demo's person/],
    ["works by a roadmap", /WORDS-1: roadmap of 3 stages, by atlas/],
    ["shows a finding in a stage", /WORDS-1: F1 major src\/frequency\.mjs/],
    ["blames the stage that turned a check red", /WORDS-1: test is red since ST1 .*found in 7 runs/],
    ["opens that stage again", /WORDS-1: → ST1 is opened again \(opening 2\)/],
    ["skips a stage that another one meets", /WORDS-1: → ST3 is skipped: ST1 meets it/],
    ["asks an analyst", /EXPORT-1: complexity 5 of 5, feature: .*; 4 by rules, 5 by elder/],
    ["splits a large task", /EXPORT-1: split into EXPORT-1\.1, EXPORT-1\.2/],
    ["joins its parts", /\[atlas\] EXPORT-1: The counts can be written as CSV and as JSON\./],
    [
      "shows at its end the parts below their task",
      /EXPORT-1 .* in 2 parts, .*partly proven.*\n {4}✓ EXPORT-1\.1 .*\n {4}✓ EXPORT-1\.2 /,
    ],
    ["says where it all is", /git -C .*tally log/],
  ])("%s", (_, expected) => {
    expect(printed).toMatch(expected);
  });
});
