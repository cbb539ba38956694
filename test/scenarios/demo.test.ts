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
    expect(printed).toContain("9 of 9 tasks done");
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
    ["says where it all is", /git -C .*tally log/],
  ])("%s", (_, expected) => {
    expect(printed).toMatch(expected);
  });
});
