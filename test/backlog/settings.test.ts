import { describe, expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { parseSettings, type SettingsFile, type SettingsInput } from "../../src/backlog/settings.ts";
import { problemLine } from "../../src/domain/problem.ts";
import type { AdapterName, Settings } from "../../src/domain/settings.ts";

const adapters: readonly AdapterName[] = [
  "scripted",
  "command",
  "claude-code",
  "codex",
  "gemini",
  "opencode",
  "acp",
  "anthropic",
  "openai",
  "google",
  "openai-compatible",
];

const file = (text: string, name = "gandy.yaml", folder = "/repo"): SettingsFile => ({ file: name, folder, text });
const parse = (files: readonly SettingsFile[], more: Partial<SettingsInput> = {}) =>
  parseSettings({ files, env: {}, flags: {}, adapters, ...more });

function settingsOf(files: readonly SettingsFile[], more: Partial<SettingsInput> = {}): Settings {
  const { settings, problems } = parse(files, more);
  expect(problems.map(problemLine)).toEqual([]);
  if (settings === null) throw new Error("no settings and no problems");
  return settings;
}

const lines = (text: string, more: Partial<SettingsInput> = {}): string[] =>
  parse([file(text)], more).problems.map(problemLine);

/** The example of the interface, word for word. */
const example = `
    models:
      opus:   {adapter: claude-code, model: claude-opus-5-5, tier: large, billing: subscription, account: claude-max}
      sonnet: {adapter: anthropic, model: claude-sonnet-5-5, tier: medium, billing: metered}
      gpt:    {adapter: codex, tier: large, billing: subscription}
      local:  {adapter: openai-compatible, base_url: "http://127.0.0.1:11434/v1", model: qwen3-coder, tier: small, billing: free}
      mine:   {adapter: command, argv: [./agent.sh, "{prompt_file}"]}
    roles:    {planner: [opus, sonnet], plan_reviewer: gpt, implementer: [opus, gpt], code_reviewer: [gpt, sonnet]}
    routing:  [{when: {risk: low}, use: {implementer: [local, sonnet]}, why: cheap first on low risk}]
    limits:   {parallel: 5, schedule: ready, per_model: {opus: {parallel: 2, rpm: 50, tpm: 400000}}, per_area: 1, awaiting_human: 10}
    timeouts: {http: 5m, review: 10m, implement: 45m, startup: 60s, idle: 5m}
    retry:    {call: {strategy: exponential, attempts: 3, base: 1s, cap: 8s}, step: {strategy: exponential, attempts: 3, base: 10s, cap: 60s}}
    breaker:  {failures: 5, open_for: 60s, successes: 2}
    budget:   {call_usd: 1, task_usd: 5, run_usd: 25, day_usd: 50, on_limit: ask, metered_fallback: false}
    holds:    {auto_resume: true, max_resumes: 5}
    review:   {rounds: 3, per: step, block_on: major, independent: prefer}
    permissions: edits                # ask | edits | full
    checks:   [{name: test, run: npm test, timeout: 10m, exclusive: true, flaky_retries: 1, report: {junit: out.xml}}]
    protected: ["test/**", "package.json", ".github/**"]
    git:      {base: main, merge_into: gandy/integration, merge: squash, branch_prefix: gandy}
    env:      {pass: [DATABASE_URL, NPM_TOKEN], set: {A: b}}       # for models, checks, setup; a model may have its own
    setup: npm ci
    teardown: ""
    retention: {runs: 20, worktrees: 7d}
`;

describe("the example of the interface", () => {
  const settings = settingsOf([file(example)]);

  test("gives the defaults wherever it prints them", () => {
    const { timeouts, retry, breaker, holds, permissions, retention, git, limits, review } = settings;
    const { timeouts: t, retry: r, breaker: b, holds: h, permissions: p, retention: k } = defaultSettings;
    expect({ timeouts, retry, breaker, holds, permissions, retention }).toEqual({
      timeouts: t,
      retry: r,
      breaker: b,
      holds: h,
      permissions: p,
      retention: k,
    });
    // Written, the usual branch is that of every base.
    expect(git).toEqual({ ...defaultSettings.git, base: "main", everyBase: true });
    expect({ ...limits, perModel: {}, perArea: null }).toEqual(defaultSettings.limits);
    expect({ ...review, per: null }).toEqual(defaultSettings.review);
  });

  test("is read whole", () => {
    expect(settings.roles).toEqual({
      planner: ["opus", "sonnet"],
      plan_reviewer: ["gpt"],
      implementer: ["opus", "gpt"],
      code_reviewer: ["gpt", "sonnet"],
    });
    expect(settings.routing).toEqual([
      { when: { risk: ["low"] }, use: { implementer: ["local", "sonnet"] }, why: "cheap first on low risk" },
    ]);
    expect(settings.limits.perModel).toEqual({ opus: { parallel: 2, rpm: 50, tpm: 400_000 } });
    expect(settings.budget).toEqual({
      callMicros: 1_000_000,
      taskMicros: 5_000_000,
      runMicros: 25_000_000,
      dayMicros: 50_000_000,
      onLimit: "ask",
      meteredFallback: false,
    });
    expect(settings.checks).toEqual([
      {
        name: "test",
        run: "npm test",
        timeoutMs: 600_000,
        exclusive: true,
        flakyRetries: 1,
        report: { kind: "junit", path: "out.xml" },
      },
    ]);
    expect(settings.env).toEqual({ pass: ["DATABASE_URL", "NPM_TOKEN"], set: { A: "b" } });
    expect([settings.setup, settings.teardown]).toEqual(["npm ci", null]);
    expect(settings.models.map(({ name, account, provider }) => [name, account, provider])).toEqual([
      ["opus", "claude-max", "anthropic"],
      ["sonnet", "anthropic", "anthropic"],
      ["gpt", "openai-plan", "openai"],
      ["local", "127.0.0.1:11434", "127.0.0.1:11434"],
      ["mine", "mine", "mine"],
    ]);
  });
});

test("the defaults are those the interface prints", () => {
  const settings = settingsOf([]);
  expect(settings).toEqual(defaultSettings);
  expect(settings).toMatchObject({
    models: [],
    limits: { parallel: 5, schedule: "ready", perModel: {}, perArea: null, awaitingHuman: 10 },
    timeouts: {
      httpMs: 300_000,
      reviewMs: 600_000,
      implementMs: 2_700_000,
      startupMs: 60_000,
      idleMs: 300_000,
      approvalMs: 1_800_000,
    },
    retry: {
      call: { strategy: "exponential", attempts: 3, baseMs: 1000, capMs: 8000 },
      step: { strategy: "exponential", attempts: 3, baseMs: 10_000, capMs: 60_000 },
    },
    breaker: { enabled: true, failures: 5, openForMs: 60_000, successes: 2 },
    budget: { callMicros: null, taskMicros: null, runMicros: null, dayMicros: null, onLimit: "ask" },
    holds: { autoResume: true, maxResumes: 5 },
    review: { rounds: 3, per: null, blockOn: "major", independent: "prefer" },
    permissions: "edits",
    checks: [],
    git: { base: null, mergeInto: "gandy/integration", merge: "squash", branchPrefix: "gandy", worktrees: null },
    retention: { runs: 20, worktreesMs: 604_800_000 },
  });
  expect(settingsOf([file("# all is well\n")])).toEqual(defaultSettings);
});

describe("a model", () => {
  const model = (text: string) => settingsOf([file(`models: {m: {${text}}}`)]).models[0];

  test("an agent may be another program, at another address, and paid by a key", () => {
    expect(model("adapter: codex, argv: [codex, exec]")).toMatchObject({
      argv: ["codex", "exec"],
      billing: "subscription",
    });
    expect(model("adapter: claude-code, key_env: WORK")).toMatchObject({ keyEnv: "WORK", billing: "metered" });
    expect(model('adapter: gemini, base_url: "http://127.0.0.1:9"')).toMatchObject({ billing: "free" });
  });

  test.each([
    ["adapter: scripted, scenario: s.yaml", "free", "m", "m"],
    ["adapter: command, argv: [x]", "free", "m", "m"],
    ["adapter: claude-code", "subscription", "anthropic", "anthropic-plan"],
    ["adapter: claude-code, billing: metered", "metered", "anthropic", "anthropic"],
    ["adapter: codex", "subscription", "openai", "openai-plan"],
    ["adapter: gemini", "subscription", "google", "google-plan"],
    ["adapter: opencode", "subscription", "opencode", "opencode-plan"],
    ["adapter: opencode, model: anthropic/claude, account: a", "subscription", "anthropic", "a"],
    ["adapter: acp, argv: [goose, acp]", "subscription", "m", "m-plan"],
    ["adapter: anthropic, model: x", "metered", "anthropic", "anthropic"],
    ["adapter: openai, model: x, provider: p", "metered", "p", "p"],
    ["adapter: google, model: x", "metered", "google", "google"],
    [
      'adapter: openai-compatible, model: x, base_url: "https://api.example.com/v1"',
      "metered",
      "api.example.com",
      "api.example.com",
    ],
    ['adapter: openai-compatible, model: x, base_url: "http://localhost:1/v1"', "free", "localhost:1", "localhost:1"],
    ['adapter: openai-compatible, model: x, base_url: "http://[::1]:1/v1"', "free", "[::1]:1", "[::1]:1"],
    [
      'adapter: openai-compatible, model: x, base_url: "http://127.9.9.9/v1", billing: metered',
      "metered",
      "127.9.9.9",
      "127.9.9.9",
    ],
    [
      'adapter: openai-compatible, model: x, base_url: "http://127.0.0.1.example.com/"',
      "metered",
      "127.0.0.1.example.com",
      "127.0.0.1.example.com",
    ],
  ])("%s: who pays, and to whom", (text, billing, provider, account) => {
    expect(model(text)).toMatchObject({ tier: "medium", billing, provider, account });
  });

  test("has its paths from the folder of its file", () => {
    expect(model("adapter: scripted, scenario: ./plays/one.yaml")?.scenario).toBe("/repo/plays/one.yaml");
    expect(model("adapter: scripted, scenario: /x.yaml")?.scenario).toBe("/x.yaml");
    expect(model("adapter: command, argv: [./agent.sh, ./a]")).toMatchObject({
      argv: ["/repo/agent.sh", "./a"],
      folder: "/repo",
    });
    expect(model("adapter: command, argv: [agent]")?.argv).toEqual(["agent"]);
  });

  test("may have its own environment, key and address", () => {
    expect(
      model(
        'adapter: openai, model: x, key_env: MY_KEY, base_url: "https://proxy/v1", env: {pass: [P, P], set: {Q: r}}',
      ),
    ).toMatchObject({ keyEnv: "MY_KEY", baseUrl: "https://proxy/v1", env: { pass: ["P"], set: { Q: "r" } } });
  });

  test.each([
    ["m: {}", '1:13: error: missing key "adapter"; add "adapter: …"'],
    [
      "m: {adapter: claude}",
      '1:23: error: adapter must be one of scripted, command, acp, claude-code, codex, gemini, opencode, anthropic, openai, google, openai-compatible, not "claude"',
    ],
    [
      "m: {adapter: claude-cod}",
      '1:23: error: adapter must be one of scripted, command, acp, claude-code, codex, gemini, opencode, anthropic, openai, google, openai-compatible, not "claude-cod"; did you mean "claude-code"?',
    ],
    ["m: {adapter: scripted}", '1:13: error: missing key "scenario"; add "scenario: …"'],
    ["m: {adapter: command}", '1:13: error: missing key "argv"; add "argv: …"'],
    ["m: {adapter: command, argv: []}", "1:38: error: argv must not be empty"],
    ["m: {adapter: command, argv: x}", '1:38: error: argv must be a list, not "x"; write [x]'],
    ["m: {adapter: command, argv: ['']}", "1:39: error: the first entry of argv must name a program"],
    ["m: {adapter: command, argv: [x, 1]}", '1:42: error: entry 2 of argv must be text, not 1; put it in quotes: "1"'],
    ["m: {adapter: acp}", '1:13: error: missing key "argv"; add "argv: …"'],
    ["m: {adapter: anthropic}", '1:13: error: missing key "model"; add "model: …"'],
    ["m: {adapter: openai-compatible, model: x}", '1:13: error: missing key "base_url"; add "base_url: …"'],
    [
      "m: {adapter: openai-compatible, model: x, base_url: ftp://x}",
      '1:62: error: bad address "ftp://x" for base_url; as in "http://127.0.0.1:11434/v1"',
    ],
    [
      "m: {adapter: codex, scenario: x}",
      '1:30: error: unknown key "scenario"; known keys: adapter, argv, model, base_url, key_env, tier, billing, account, provider, env',
    ],
    ["m: {adapter: openai, model: x, api_key: sk-1}", '1:41: error: unknown key "api_key"; did you mean "key_env"?'],
    [
      "m: {adapter: openai, model: x, key_env: sk-secret}",
      "1:50: error: bad name of an environment variable for key_env; write the variable's name here, not its value",
    ],
    ["m: {adapter: codex, tier: huge}", '1:36: error: tier must be one of small, medium, large, not "huge"'],
    [
      "'a b': {adapter: codex}",
      '1:10: error: bad name "a b"; letters, digits and "._:@+-", at most 64, a letter or digit first',
    ],
    [
      "m: {adapter: scripted, scenario: ~/x.yaml}",
      '1:43: error: bad path "~/x.yaml" for scenario; absolute, or relative to this file; "~" is not expanded',
    ],
    ["m: {adapter: codex, env: {set: {A: 1}}}", '1:45: error: A must be text, not 1; put it in quotes: "1"'],
    [
      "m: {adapter: codex, env: {set: {A-B: x}}}",
      "1:42: error: bad name of an environment variable; write the variable's name here, not its value",
    ],
    ["m: codex", '1:13: error: m must be a map, not "codex"'],
  ])("%s", (text, problem) => {
    expect(lines(`models: {${text}}`)).toEqual([`gandy.yaml:${problem}`]);
  });

  test("of an adapter that is not there is a problem at the adapter", () => {
    const few = { adapters: ["scripted", "command"] as const };
    expect(lines("models: {m: {adapter: codex}, n: {adapter: command, argv: [x]}}", few)).toEqual([
      'gandy.yaml:1:23: error: the adapter "codex" does not work yet; these work: scripted, command',
    ]);
    expect(parse([file("models: {m: {adapter: codex}}")], few).problems[0]?.code).toBe("unsupported");
    expect(lines("models: {m: {adapter: codex}}", { ...few, env: { USE_MOCK_MODELS: "true" } })).toEqual([]);
  });
});

describe("a mistake", () => {
  const m = "models: {opus: {adapter: codex}}";
  test.each([
    ["modles: {}", '1:1: error: unknown key "modles"; did you mean "models"?'],
    [
      "version: 1",
      '1:1: error: unknown key "version"; known keys: models, roles, routing, accounts, areas, services, notify, screen, limits, timeouts, retry, breaker, budget, prices, holds, review, roadmap, regressions, permissions, checks, protected, git, env, setup, teardown, sandbox, network, sandbox_write, sandbox_read, retention',
    ],
    ["limits: {parallel: 0}", "1:20: error: parallel must be at least 1, not 0"],
    ["timeouts: {idle: 5}", "1:18: error: bad duration 5 for idle; a whole number with ms, s, m, h or d, as in 5m"],
    [
      "retry: {call: {strategy: linear}}",
      '1:26: error: strategy must be one of immediate, exponential, fixed, not "linear"',
    ],
    ["holds: {auto_resume: yes}", '1:22: error: auto_resume must be true or false, not "yes"'],
    ["permissions: all", '1:14: error: permissions must be one of ask, edits, full, not "all"'],
    ["checks: [{name: a}]", '1:10: error: missing key "run"; add "run: …"'],
    ["checks: [{name: a, run: b}, {name: a, run: c}]", '1:36: error: duplicate check "a"; the first is on line 1'],
    ["checks: [{name: a, run: b, report: {}}]", "1:36: error: report must have one of junit and pattern"],
    [
      "checks: [{name: a, run: b, report: {pattern: '('}}]",
      '1:46: error: bad regular expression "(" for pattern; as JavaScript reads it',
    ],
    [
      "checks: [{name: a, run: b, report: {junit: ../x}}]",
      '1:44: error: bad path "../x" for junit; relative to the top of the repository, without ".."',
    ],
    [
      "git: {base: a..b}",
      '1:13: error: bad branch name "a..b" for base; as git allows it: see git help check-ref-format',
    ],
    [
      "git: {branch_prefix: -x}",
      '1:22: error: bad branch name "-x" for branch_prefix; as git allows it: see git help check-ref-format',
    ],
    [`${m}\nroles: {planner: opsu}`, '2:18: error: unknown model "opsu"; did you mean "opus"?'],
    [`${m}\nrouting: [{when: {}, use: {planner: [opus, x]}}]`, '2:44: error: unknown model "x"; known models: opus'],
    [
      `${m}\nrouting: [{when: {risk: [low, big]}, use: {}}]`,
      '2:31: error: entry 2 of risk must be one of low, medium, high, not "big"',
    ],
    [
      `${m}\nrouting: [{when: {role: 3}, use: {}}]`,
      "2:25: error: role must be one of analyst, planner, plan_reviewer, implementer, code_reviewer, synthesizer, supervisor, ask, not 3",
    ],
    [
      `${m}\nrouting: [{when: {role: {a: 1}}, use: {}}]`,
      "2:25: error: role must be a role or a list of them, not a map",
    ],
    [`${m}\nlimits: {per_model: {opu: {rpm: 1}}}`, '2:22: error: unknown model "opu"; did you mean "opus"?'],
    [`${m}\nlimits: {per_model: {opus: {rpm: 1.5}}}`, "2:34: error: rpm must be a whole number, not 1.5"],
    ["[]", "1:1: error: the file must be a map, not a list"],
  ])("%s", (text, problem) => {
    expect(lines(text)).toEqual([`gandy.yaml:${problem}`]);
  });

  test("is told with all others, file after file", () => {
    const { settings, problems, known } = parse([
      file("limits: {paralel: 1}\nroles: {planner: b}", "config.yaml", "/home/.config"),
      file(
        "models: {a: {adapter: codex}}\nchecks: [{name: t, run: x}]\nreview: {rounds: 0}\nroles: {implementer: c}\n",
      ),
    ]);
    expect(settings).toBeNull();
    expect(problems.map(problemLine)).toEqual([
      'config.yaml:1:10: error: unknown key "paralel"; did you mean "parallel"?',
      'config.yaml:2:18: error: unknown model "b"; known models: a',
      "gandy.yaml:3:18: error: rounds must be at least 1, not 0",
      'gandy.yaml:4:22: error: unknown model "c"; known models: a',
    ]);
    expect(known).toEqual({ models: [{ name: "a" }], checks: [{ name: "t" }] });
  });

  test("that makes a file unreadable keeps quiet about names it may hold", () => {
    const { problems, known } = parse([
      file("models: [", "config.yaml"),
      file("roles: {planner: x}\nmodels: {m: {tier: large}}"),
    ]);
    expect(problems.map(({ file: name, code }) => [name, code])).toEqual([["config.yaml", "yaml_syntax"]]);
    expect(known).toBeNull();
  });

  test("that another layer covers is told all the same", () => {
    expect(parse([file("limits: {parallel: x}", "config.yaml"), file("limits: {parallel: 2}")]).problems).toHaveLength(
      1,
    );
  });

  test("of names is not looked for while there are no models", () => {
    expect(settingsOf([file("roles: {planner: claude}")]).roles).toEqual({ planner: ["claude"] });
  });
});

describe("layers", () => {
  const user = file(
    "models: {a: {adapter: command, argv: [./a.sh], tier: large}, b: {adapter: codex}}\nlimits: {parallel: 2, per_area: 1}\nprotected: [x]\n",
    "config.yaml",
    "/home/.config/gandy",
  );

  test("merge their maps, replace their lists and join models by name", () => {
    const settings = settingsOf([
      user,
      file(
        "models: {a: {tier: small}, c: {adapter: gemini}}\nlimits: {parallel: 9}\nprotected: [y, z]\nroles: {planner: [b, a]}",
      ),
    ]);
    expect(settings.limits).toMatchObject({ parallel: 9, perArea: 1 });
    expect(settings.protected).toEqual(["y", "z"]);
    expect(settings.models.map(({ name, tier }) => [name, tier])).toEqual([
      ["a", "small"],
      ["b", "medium"],
      ["c", "medium"],
    ]);
    expect(settings.models[0]).toMatchObject({ argv: ["/home/.config/gandy/a.sh"], folder: "/home/.config/gandy" });
  });

  test("replace a model whole where its adapter changes", () => {
    const settings = settingsOf([user, file("models: {a: {adapter: codex}}")]);
    expect(settings.models[0]).toMatchObject({ name: "a", adapter: "codex", tier: "medium", argv: null });
  });

  test("end with the environment and the flags", () => {
    const env = {
      CIRCUIT_BREAKER_ENABLED: "false",
      CIRCUIT_BREAKER_FAILURE_THRESHOLD: "7",
      CIRCUIT_BREAKER_TIMEOUT_MS: "1234",
    };
    const settings = settingsOf([user, file("breaker: {failures: 3, successes: 4}")], {
      env,
      flags: { parallel: 1, models: ["b"] },
    });
    expect(settings.breaker).toEqual({ enabled: false, failures: 7, openForMs: 1234, successes: 4 });
    expect(settings.limits.parallel).toBe(1);
    expect(new Set(Object.values(settings.roles).flat())).toEqual(new Set(["b"]));
    expect(Object.keys(settings.roles)).toHaveLength(8);
    expect(settingsOf([], { env: { CIRCUIT_BREAKER_ENABLED: "", USE_MOCK_MODELS: undefined } })).toEqual(
      defaultSettings,
    );
  });

  test("may make every model scripted", () => {
    const play = file("models: {s: {adapter: scripted, scenario: s.yaml}}");
    const settings = settingsOf([user, play], { env: { USE_MOCK_MODELS: "true" } });
    expect(
      settings.models.map(({ name, adapter, billing, scenario, argv }) => [name, adapter, billing, scenario, argv]),
    ).toEqual([
      ["a", "scripted", "free", null, null],
      ["b", "scripted", "free", null, null],
      ["s", "scripted", "free", "/repo/s.yaml", null],
    ]);
  });

  test("from outside of files have their problems too", () => {
    const env = { CIRCUIT_BREAKER_ENABLED: "maybe", CIRCUIT_BREAKER_TIMEOUT_MS: "1s", USE_MOCK_MODELS: "2" };
    const { problems } = parse([user], { env, flags: { parallel: 0, models: ["a", "z"] } });
    expect(problems.map(problemLine)).toEqual([
      'environment:1:1: error: bad value "maybe" of CIRCUIT_BREAKER_ENABLED; true or false',
      'environment:1:1: error: bad value "1s" of CIRCUIT_BREAKER_TIMEOUT_MS; a whole number from 1',
      'environment:1:1: error: bad value "2" of USE_MOCK_MODELS; true or false',
      "command line:1:1: error: --parallel must be a whole number from 1, not 0",
      'command line:1:1: error: unknown model "z"; known models: a, b',
    ]);
  });
});

test("routing is a list of rules, or a map of rules and of what becomes of a call whose model is busy", () => {
  const models = "models: {a: {adapter: scripted, scenario: x.yaml}}\n";
  const rule = "{when: {risk: low}, use: {planner: a}}";
  const rules = [{ when: { risk: ["low"] }, use: { planner: ["a"] }, why: null }];
  expect(parse([file(`${models}routing: [${rule}]`)]).settings).toMatchObject({ routing: rules });
  const both = parse([file(`${models}routing: {when_busy: wait, rules: [${rule}]}`)]).settings;
  expect(both).toMatchObject({ routing: rules, whenBusy: "wait" });
  expect(parse([file(`${models}routing: {when_busy: never}`)]).settings).toBeNull();
  expect(parse([file(`${models}routing: {rules: [{when: {}, use: {planner: b}}]}`)]).problems).toMatchObject([
    { code: "unknown_model" },
  ]);
});
