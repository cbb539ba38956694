import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { discoverLocalModels, discoverModels } from "../../../src/cli/inputs/discover-models.ts";
import { readInstant } from "../../../src/cli/commands/hold.ts";
import { projectFacts } from "../../../src/cli/inputs/project-facts.ts";
import { quantile } from "../../../src/domain/quantile.ts";
import { brand } from "../../../src/domain/brand.ts";
import { localServers, type LocalServer } from "../../../src/models/local-servers.ts";
import { atHand } from "../at-hand.ts";
import { oneTask, played } from "../played.ts";

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

  test("promises to ask only where somebody can: models that cannot are named before anything starts", async () => {
    const hand = atHand({ "readme.md": "hello\n", "tasks.yaml": oneTask, "agent.sh": "#!/bin/sh\n" });
    const models =
      "models:\n  opus: {adapter: claude-code}\n  free: {adapter: opencode}\n  mine: {adapter: command, argv: [./agent.sh]}\n";
    hand.write(brand.settingsFile, `${models}permissions: ask\n`);
    const { code, err } = await hand.say("plan");
    expect(code).toBe(2);
    expect(err.trim().split("\n")).toEqual([
      `${brand.settingsFile}:5:1: error: permissions: ask needs an agent that can ask a person; free (opencode) can not; name only those that can as roles.implementer: [opus], or permissions: edits`,
      `${brand.settingsFile}:5:1: error: permissions: ask needs an agent that can ask a person; mine (command) can not; name only those that can as roles.implementer: [opus], or permissions: edits`,
    ]);
    hand.write(brand.settingsFile, `${models}permissions: ask\nroles: {implementer: opus}\n`);
    expect((await hand.say("plan")).code).toBe(0);
  });
});

describe("models that nobody configured", () => {
  const adapters = ["claude-code", "codex", "anthropic", "openai", "openai-compatible"] as const;

  test("are looked for on PATH, then by keys, as far as their adapters work", () => {
    const hand = atHand();
    for (const name of ["claude", "codex"]) {
      writeFileSync(join(hand.home, name), "");
      chmodSync(join(hand.home, name), name === "claude" ? 0o755 : 0o644);
    }
    const env = { PATH: `/nowhere:${hand.home}`, HOME: hand.home };
    const claude = { name: "claude", yaml: "{adapter: claude-code, tier: large}", how: "claude on PATH" };
    expect(discoverModels(env, adapters)).toEqual([claude]);
    expect(discoverModels(env, ["command"])).toEqual([]);
    const keyed = { ...env, OPENAI_API_KEY: "sk-secret", ANTHROPIC_API_KEY: " " };
    expect(discoverModels(keyed, adapters)).toEqual([
      claude,
      {
        name: "terra",
        yaml: "{adapter: openai, model: gpt-6.1-terra, tier: medium, billing: metered, key_env: OPENAI_API_KEY}",
        how: "OPENAI_API_KEY",
      },
    ]);
    expect(discoverModels({ ...keyed, USE_MOCK_MODELS: "TRUE" }, adapters).map(({ name }) => name)).toEqual([
      "mock-a",
      "mock-b",
    ]);
    const byKey = "{adapter: claude-code, tier: large, billing: metered}";
    expect(discoverModels({ ...env, ANTHROPIC_API_KEY: "sk-secret" }, adapters)[0]?.yaml).toBe(byKey);
    writeFileSync(join(hand.home, ".claude.json"), '{"primaryApiKey":"sk-secret"}');
    expect(discoverModels(env, adapters)[0]?.yaml).toBe(byKey);
  });

  test("are asked of servers on this machine, which have to answer soon and name models that chat", async () => {
    const answers: Readonly<Record<string, string>> = {
      "/api/tags":
        '{"models":[{"name":"Qwen/Qwen3-Coder:30b","model":"Qwen/Qwen3-Coder:30b"},{"name":"nomic-embed-text"}]}',
      "/v1/models": '{"object":"list","data":[{"id":"a b"},{"id":"$(rm)"},{"id":"phi-5"}]}',
    };
    // Patience ends with the one that says nothing, not with time, of which a busy machine has little.
    const patience: AbortController[] = [];
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
      patience.push(new AbortController());
      return patience.at(-1)?.signal ?? AbortSignal.abort();
    });
    onTestFinished(() => timeout.mockRestore());
    const server = createServer((request, response) => {
      const answer = answers[request.url ?? ""];
      if (answer === undefined) patience[2]?.abort();
      else response.end(answer);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const of = (name: string, list: LocalServer["list"], at = origin): LocalServer => ({ name, origin: at, list });
    const servers = [
      of("Ollama", "/api/tags"),
      of("LM Studio", "/v1/models"),
      of("silent", "/v1/models", `${origin}/nothing`),
      of("nobody", "/v1/models", "http://127.0.0.1:1"),
      of("far", "/v1/models", "http://192.0.2.1"),
    ];
    expect(await discoverLocalModels({}, adapters, servers)).toEqual([
      {
        name: "qwen3-coder-30b",
        yaml: `{adapter: openai-compatible, base_url: "${origin}/v1", model: "Qwen/Qwen3-Coder:30b", tier: small, billing: free}`,
        how: `Ollama at ${origin}`,
      },
      {
        name: "phi-5",
        yaml: `{adapter: openai-compatible, base_url: "${origin}/v1", model: "phi-5", tier: small, billing: free}`,
        how: `LM Studio at ${origin}`,
      },
    ]);
    expect(await discoverLocalModels({}, ["command"], servers)).toEqual([]);
    expect(localServers({ OLLAMA_HOST: "localhost:5" })[0]?.origin).toBe("http://localhost:5");
    expect(localServers({ OLLAMA_HOST: "example.com:5" })[0]?.origin).toBe("http://127.0.0.1:11434");
  });
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

test.each([
  ["America/New_York", "2027-03-14T04:59:00Z", "20:00", "2027-03-15T00:00:00Z"],
  ["America/New_York", "2027-03-14T04:59:00Z", "2:30", "2027-03-14T07:30:00Z"],
  ["America/New_York", "2027-11-07T03:59:00Z", "20:00", "2027-11-08T01:00:00Z"],
  ["Asia/Kolkata", "2026-12-31T18:29:00Z", "0:10", "2026-12-31T18:40:00Z"],
  ["UTC", "2028-02-28T23:59:00Z", "23:00", "2028-02-29T23:00:00Z"],
])("in %s at %s, %s is %s", (zone, now, text, expected) => {
  vi.stubEnv("TZ", zone);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(new Date(readInstant(text, Date.parse(now)))).toEqual(new Date(expected));
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
