import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { discoverModels } from "../../src/cli/discover-models.ts";
import { readInstant } from "../../src/cli/hold.ts";
import { projectFacts } from "../../src/cli/project-facts.ts";
import { quantile } from "../../src/cli/stats-figures.ts";
import { brand } from "../../src/domain/brand.ts";
import { atHand } from "./at-hand.ts";
import { oneTask, played } from "./played.ts";

describe("what a run is made from", () => {
  test("is read in layers: the user's own settings, the project's, the environment, flags", async () => {
    const hand = played(oneTask, { settings: "limits: {parallel: 3}\n" });
    mkdirSync(join(hand.home, ".config", brand.folder), { recursive: true });
    writeFileSync(
      join(hand.home, ".config", brand.folder, "config.yaml"),
      "permissions: full\nlimits: {parallel: 9}\n",
    );
    expect((await hand.say("doctor")).out).toContain("permissions full, 0 checks, at most 3 tasks at once");
    hand.env["CIRCUIT_BREAKER_FAILURE_THRESHOLD"] = "many";
    expect((await hand.say("plan")).err).toContain(
      'environment:1:1: error: bad value "many" of CIRCUIT_BREAKER_FAILURE_THRESHOLD',
    );
  });

  test("has no broken scenario and no broken prompt: they are told before anything starts", async () => {
    const hand = played(oneTask);
    hand.write("play.yaml", "version: 1\nrules: [{on: {roll: planner}}]\n");
    hand.write(`.${brand.folder}/prompts/planner.md`, "Plan well.\n{tsak}\n");
    const { code, err } = await hand.say("run");
    expect(code).toBe(2);
    expect(err).toMatch(/^play.yaml:2:\d+: error: unknown key "roll"/m);
    expect(err).toMatch(new RegExp(`^.${brand.folder}/prompts/planner.md:2:1: error: unknown placeholder {tsak}`, "m"));
    hand.write(brand.settingsFile, "models: {ann: {adapter: scripted, scenario: gone.yaml}}\n");
    expect((await hand.say("run")).err).toContain("gone.yaml:1:1: error: there is no such scenario");
  });

  test("has a project's own words for a role", async () => {
    const hand = atHand({ "readme.md": "hello\n", "tasks.yaml": oneTask });
    hand.write(`.${brand.folder}/prompts/implementer.md`, "Work like a watchmaker.\n\n{task}\n");
    hand.write(
      "agent.sh",
      `#!/bin/sh\nif [ "$1" = implementer ]; then cp "$2" prompt.txt; else echo '{"verdict":"approve","summary":"ok","findings":[]}'; fi\n`,
    );
    hand.write(
      brand.settingsFile,
      `models:\n  ann: {adapter: command, argv: [sh, -c, './agent.sh "$${brand.env}_ROLE" "$0"', "{prompt_file}"]}\n`,
    );
    hand.git("add", "agent.sh");
    hand.git("commit", "--quiet", "-m", "agent");
    expect((await hand.say("run")).code).toBe(0);
    expect(hand.git("show", `${brand.integrationBranch}:prompt.txt`)).toMatch(
      /^Work like a watchmaker.\n\n[^]*Say hello/,
    );
  });
});

test("models that nobody configured are looked for on PATH, as far as their adapters work", () => {
  const hand = atHand();
  for (const name of ["claude", "codex"]) {
    writeFileSync(join(hand.home, name), "");
    chmodSync(join(hand.home, name), name === "claude" ? 0o755 : 0o644);
  }
  const env = { PATH: `/nowhere:${hand.home}` };
  expect(discoverModels(env, ["claude-code", "codex"])).toEqual([
    { name: "claude", yaml: "{adapter: claude-code, tier: large}", how: "claude on PATH" },
  ]);
  expect(discoverModels(env, ["command"])).toEqual([]);
  expect(discoverModels({ ...env, USE_MOCK_MODELS: "TRUE" }, ["command"]).map(({ name }) => name)).toEqual([
    "mock-a",
    "mock-b",
  ]);
});

test("an instant is written as a span, a time of day, or in full", () => {
  const now = new Date(2026, 4, 10, 18, 30).getTime();
  expect(readInstant("2h", now)).toBe(now + 7_200_000);
  expect(readInstant("20:00", now)).toBe(new Date(2026, 4, 10, 20, 0).getTime());
  expect(readInstant("8:15", now)).toBe(new Date(2026, 4, 11, 8, 15).getTime());
  expect(readInstant("2026-06-01T00:00Z", now)).toBe(Date.UTC(2026, 5, 1));
  for (const text of ["25:00", "tomorrow", "", "2026-13-01"])
    expect(() => readInstant(text, now)).toThrow("is no instant");
});

test("checks and setup are found in a project's own files", () => {
  const hand = atHand();
  expect(projectFacts(hand.top)).toEqual({ checks: [], setup: null });
  hand.write("package.json", '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1","lint":"x"}}');
  hand.write("pnpm-lock.yaml", "");
  hand.write("Cargo.toml", "");
  hand.write("Makefile", "test:\n\ttrue\nlint := 3\n");
  expect(projectFacts(hand.top)).toEqual({
    checks: [
      { name: "lint", run: "pnpm run lint" },
      { name: "test", run: "cargo test" },
    ],
    setup: "pnpm install --frozen-lockfile",
  });
  hand.write("package.json", "{");
  expect(projectFacts(hand.top).checks).toEqual([{ name: "test", run: "cargo test" }]);
});

test("quantiles are values that occurred", () => {
  expect([quantile([], 0.5), quantile([7], 0.95), quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3, 4], 0.95)]).toEqual([
    null,
    7,
    2,
    4,
  ]);
});
