import { describe, expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { SandboxSettings } from "../../src/domain/sandbox.ts";
import type { ModelSettings, Settings } from "../../src/domain/settings.ts";
import { acts, filePart, promptPart, settingsParts, shown, type TrustFacts } from "../../src/policy/trust.ts";

const facts: TrustFacts = {
  placeOf: (path) => (path.startsWith("/top/") ? path.slice(5) : path),
  usualKey: ({ adapter }) => (adapter === "openai" ? "OPENAI_API_KEY" : null),
  isProviderKey: (name) => name === "OPENAI_API_KEY",
  base: "main",
  textOf: (path) => `text of ${path}`,
};

const model = (more: Partial<ModelSettings>): ModelSettings => ({
  name: "m",
  adapter: "command",
  model: null,
  tier: "medium",
  billing: "free",
  account: "m",
  provider: "m",
  argv: null,
  baseUrl: null,
  keyEnv: null,
  scenario: null,
  env: { pass: [], set: {} },
  folder: "/top",
  ...more,
});

const shut: SandboxSettings = { mode: "require", network: "off", write: [], read: [] };

const lines = (settings: Partial<Settings>): readonly string[] =>
  settingsParts({ ...defaultSettings, sandbox: shut, ...settings }, facts).map(
    ({ what, words, caution }) => `${what} ${words}${caution === null ? "" : `!${caution}`}`,
  );

test("the login and the key of an account are named, with what stands out", () => {
  const accounts = {
    work: { home: "/top/login", keyEnv: "OPENAI_API_KEY", keep: 0.3 },
    home: { home: "~/.claude-home", keyEnv: "MY_SECRET" },
    night: { hours: { fromMin: 0, toMin: 60 }, parallel: 2 },
  };
  expect(lines({ accounts })).toEqual([
    "accounts.work.home lets models of work use the login and the settings in login!that is inside of your checkout: hooks and servers its settings name start programs",
    "accounts.work.key_env hands your $OPENAI_API_KEY to models of work, which pay with it",
    "accounts.home.home lets models of home use the login and the settings in ~/.claude-home",
    "accounts.home.key_env hands your $MY_SECRET to models of home, which pay with it!$MY_SECRET is no key of a provider that is known",
  ]);
});

describe("what settings start and send", () => {
  test("is nothing where all is shut, and for a model that is named alone", () => {
    expect(lines({})).toEqual([]);
    expect(lines({ models: [model({ adapter: "claude-code" })] })).toEqual([]);
  });

  test.for<[Partial<ModelSettings>, string]>([
    [{ argv: ["/top/a.sh", "b c"] }, "models.m.argv runs ./a.sh 'b c'"],
    [{ argv: ["agent"] }, "models.m.argv runs agent"],
    [{ scenario: "/top/play.yaml" }, "models.m.scenario plays play.yaml, which may write any file of a worktree"],
    [
      { adapter: "openai", baseUrl: "https://x" },
      "models.m.base_url sends $OPENAI_API_KEY (where it is set) and what the model is told to https://x",
    ],
    [
      { adapter: "openai", keyEnv: "OPENAI_API_KEY" },
      "models.m.key_env sends $OPENAI_API_KEY and what the model is told to the usual address of openai",
    ],
    [
      { adapter: "openai-compatible", baseUrl: "https://x", keyEnv: "AWS" },
      "models.m.base_url sends $AWS and what the model is told to https://x!$AWS is no key of a provider that is known",
    ],
    [
      { adapter: "openai-compatible", baseUrl: "https://x" },
      "models.m.base_url sends what the model is told to https://x",
    ],
    [{ env: { pass: ["A"], set: {} } }, "models.m.env.pass hands your $A to m"],
    [{ env: { pass: [], set: { A: "b" } } }, "models.m.env.set.A sets A=b for m"],
  ])("of a model with %j", ([more, line]) => {
    expect(lines({ models: [model(more)] })).toEqual([line]);
  });

  test("of tasks", () => {
    const { git } = defaultSettings;
    expect(
      lines({
        setup: "npm ci",
        teardown: "rm x",
        permissions: "full",
        git: { ...git, worktrees: "/top/w", mergeInto: "main" },
      }),
    ).toEqual([
      "setup runs npm ci",
      "teardown runs rm x",
      "permissions lets models run any command without asking",
      "git.worktrees makes worktrees in w!that is inside of your checkout",
      "git.merge_into merges finished work into main!that is the base itself, where nobody lands it",
    ]);
    expect(lines({ git: { ...git, worktrees: "/else" } })).toEqual(["git.worktrees makes worktrees in /else"]);
  });

  test("through the wall", () => {
    expect(lines({ sandbox: { mode: "off", network: "on", write: ["~/.gradle"], read: ["/top/x"] } })).toEqual([
      "sandbox lets models and checks run without a wall around them",
      "network lets models and checks reach the network",
      "sandbox_write lets models and checks write ~/.gradle",
      "sandbox_read lets models and checks read x",
    ]);
    expect(lines({ sandbox: { ...shut, mode: "auto" } })).toEqual([
      "sandbox lets models and checks run without a wall where the system has none",
    ]);
  });

  test("changes with what a scenario holds, and with where a key goes", () => {
    const value = (settings: Partial<ModelSettings>, more: Partial<TrustFacts> = {}): string | undefined =>
      settingsParts({ ...defaultSettings, sandbox: shut, models: [model(settings)] }, { ...facts, ...more })[0]?.value;
    expect(value({ scenario: "/top/p" })).not.toBe(value({ scenario: "/top/p" }, { textOf: () => "other" }));
    const sent = { adapter: "openai", baseUrl: "https://x", keyEnv: "A" } as const;
    expect(value(sent)).not.toBe(value({ ...sent, keyEnv: "B" }));
    expect(value(sent)).not.toBe(value({ ...sent, baseUrl: "https://y" }));
  });
});

test.for([
  [".claude/settings.json", true],
  ["a/b/.claude/hooks/x.sh", true],
  [".Claude/settings.json", true],
  [".claude", true],
  [".codex/config.toml", true],
  [".gemini/settings.json", true],
  [".opencode/plugin/x.ts", true],
  ["opencode.json", true],
  ["a/opencode.jsonc", true],
  [".mcp.json", true],
  [".env", true],
  [".worktreeinclude", true],
  ["a/.env", false],
  ["AGENTS.md", false],
  ["CLAUDE.md", false],
  ["claude/settings.json", false],
  ["mcp.json", false],
] as const)("a tracked %s acts by itself: %s", ([path, expected]) => {
  expect(acts(path)).toBe(expected);
});

test("files say what they do, and the synthesizer's words are of calls", () => {
  const file = { content: "1", outside: null };
  expect(filePart({ path: "x.sh", ...file }, new Set(["x.sh"]))).toMatchObject({ scope: "calls", caution: null });
  expect(filePart({ path: "x.sh", ...file }, new Set())).toMatchObject({ words: "is what a link of these leads to" });
  expect(filePart({ path: ".codex", content: "1", outside: "/etc" }, new Set()).caution).toContain("/etc");
  expect(promptPart("p", "synthesizer", "t").scope).toBe("calls");
  expect(promptPart("p", "code_reviewer", "t").words).toContain("the code reviewer");
});

test("room and length hide nothing that is shown", () => {
  expect(shown(`true${" ".repeat(99)}; evil`)).toBe("true (99 blanks) ; evil");
  expect(shown("a\n\n  b\n")).toBe("a \\n b");
  const long = shown(`${"x".repeat(50_000)} evil`);
  expect(long).toMatch(/ … \d+ letters are not shown … x+ evil$/);
  expect(long.length).toBeLessThan(2_000);
});
