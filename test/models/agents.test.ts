import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

import type { AdapterName } from "../../src/domain/settings.ts";
import type { CallSpec, ModelAdapter } from "../../src/engine/ports/adapter.ts";
import { loginEnvironment } from "../../src/models/programs/account-login.ts";
import { codexArguments, createCodexAdapter } from "../../src/models/codex/codex.ts";
import type { CommandPorts } from "../../src/models/command/command.ts";
import { createGeminiAdapter, geminiArguments } from "../../src/models/gemini/gemini.ts";
import { prepareGeminiHome } from "../../src/models/gemini/gemini-home.ts";
import { createOpencodeAdapter, opencodeArguments, opencodePermission } from "../../src/models/opencode/opencode.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { scratchFolder } from "../processes/scratch.ts";
import { asAgent } from "./agent-subjects.ts";
import { callSpec, committed, modelSettings, schema, seen } from "./call-spec.ts";

const report = z.object({
  argv: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  input: z.string(),
});

/** What the program of an adapter was started with. */
async function startedWith(
  name: AdapterName,
  create: (ports: CommandPorts) => ModelAdapter,
  more: Partial<CallSpec>,
  environment: Readonly<Record<string, string>>,
): Promise<z.infer<typeof report> & { readonly spec: CallSpec }> {
  const file = join(scratchFolder(), "report.json");
  const spec = asAgent(name, [{ act: "report", file }], callSpec(more));
  const parent = { ...process.env, HOME: scratchFolder(), ...environment };
  const { outcome } = await seen(create({ clock: systemClock, environment: parent }).start(spec, committed));
  expect(outcome.kind).toBe("success");
  return { ...report.parse(JSON.parse(readFileSync(file, "utf8"))), spec };
}

const secrets = {
  OPENAI_API_KEY: "a",
  CODEX_API_KEY: "b",
  GEMINI_API_KEY: "c",
  GOOGLE_API_KEY: "d",
  ANTHROPIC_API_KEY: "e",
  MY_KEY: "mine",
};
const withKey = { model: modelSettings({ keyEnv: "MY_KEY", baseUrl: "http://127.0.0.1:9/v1", model: "p/m-1" }) };
const adapters = [
  ["codex", createCodexAdapter],
  ["gemini", createGeminiAdapter],
  ["opencode", createOpencodeAdapter],
] as const;

test.each(adapters)("%s reads its prompt from its input and is given nobody else's key", async (name, create) => {
  const prompt = `-- "Do it", \`now\`\n${"x".repeat(300_000)}`;
  const { input, env, cwd, spec } = await startedWith(name, create, { prompt }, secrets);
  expect(input).toBe(prompt);
  expect(cwd).toBe(spec.workdir);
  expect(Object.keys(env).filter((key) => key in secrets)).toEqual([]);
  expect(env).toMatchObject({ TERM: "dumb", NO_COLOR: "1", CI: "1", TMPDIR: join(spec.folder, "tmp") });
});

test.each(adapters)(
  "%s on a plan is kept from keys that would pay instead, also those that checks need",
  async (name, create) => {
    const env = { pass: ["OPENAI_API_KEY", "GEMINI_API_KEY", "MY_KEY"], set: {} };
    const plan = { env, model: modelSettings({ billing: "subscription" }) };
    const given = (await startedWith(name, create, plan, secrets)).env;
    const left = { codex: ["GEMINI_API_KEY", "MY_KEY"], gemini: ["OPENAI_API_KEY", "MY_KEY"], opencode: ["MY_KEY"] }[
      name
    ];
    expect(
      Object.keys(given)
        .filter((key) => key in secrets)
        .toSorted(),
    ).toEqual(left.toSorted());
  },
);

test.each([
  ["codex", createCodexAdapter, "CODEX_HOME"],
  ["opencode", createOpencodeAdapter, "XDG_DATA_HOME"],
] as const)(
  "%s is logged in as its account, and nothing of another account reaches it",
  async (name, create, variable) => {
    const folder = scratchFolder();
    const login = { home: "~/work" };
    const others = { ...secrets, [variable]: "/private", CLAUDE_CODE_OAUTH_TOKEN: "t", HOME: folder };
    const env = { pass: ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"], set: {} };
    const plan = { env, model: modelSettings({ billing: "subscription", login }) };
    const given = (await startedWith(name, create, plan, others)).env;
    expect(given[variable]).toBe(join(folder, "work"));
    expect(Object.keys(given).filter((key) => /OPENAI|CLAUDE_CODE_OAUTH|CODEX_API/.test(key))).toEqual([]);
    const paid = { env, model: modelSettings({ billing: "metered", keyEnv: "MY_KEY", login: { home: null } }) };
    const own = (await startedWith(name, create, paid, others)).env;
    expect(own[variable]).toBe("/private");
    expect(Object.entries(own).filter(([, value]) => value === "a" || value === "t")).toEqual([]);
    expect(Object.values(own)).toContain("mine");
  },
);

test("claude is logged in as its account, with what its own model names and no token of another", () => {
  const parent = {
    HOME: "/h",
    CLAUDE_CONFIG_DIR: "/private",
    CLAUDE_CODE_OAUTH_TOKEN: "t",
    ANTHROPIC_API_KEY: "e",
    X: "x",
  };
  const model = modelSettings({ adapter: "claude-code", login: { home: "/work" } });
  expect(loginEnvironment(model, parent)).toEqual({ HOME: "/h", CLAUDE_CONFIG_DIR: "/work", X: "x" });
  const keyed = { ...model, keyEnv: "ANTHROPIC_API_KEY", login: { home: null } };
  expect(loginEnvironment(keyed, parent)).toEqual({
    HOME: "/h",
    CLAUDE_CONFIG_DIR: "/private",
    ANTHROPIC_API_KEY: "e",
    X: "x",
  });
  expect(loginEnvironment(modelSettings({ adapter: "claude-code" }), parent)).toBe(parent);
});

test("a metered model pays by the usual key where the settings name none", async () => {
  const metered = { model: modelSettings({ billing: "metered" }) };
  const codex = await startedWith("codex", createCodexAdapter, metered, secrets);
  expect(codex.env).toMatchObject({ OPENAI_API_KEY: "a" });
  expect(codex.argv.join(" ")).toContain('base_url="https://api.openai.com/v1",env_key="OPENAI_API_KEY"');
  expect((await startedWith("gemini", createGeminiAdapter, metered, secrets)).env).toMatchObject({
    GEMINI_API_KEY: "c",
  });
});

test("codex has a key of the settings in a provider of its own, which does not try again", async () => {
  const { argv, env } = await startedWith("codex", createCodexAdapter, withKey, { ...secrets, CODEX_HOME: "/c" });
  expect(env).toMatchObject({ MY_KEY: "mine", CODEX_HOME: "/c" });
  const provider = argv.find((part) => part.startsWith("model_providers."));
  expect(provider).toContain('base_url="http://127.0.0.1:9/v1",env_key="MY_KEY"');
  expect(provider).toContain("request_max_retries=0,stream_max_retries=0");
});

test("gemini has a key of the settings under the name it knows", async () => {
  const { env, spec } = await startedWith("gemini", createGeminiAdapter, withKey, secrets);
  expect(env).toMatchObject({
    GEMINI_API_KEY: "mine",
    GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:9/v1",
    GEMINI_CLI_TRUST_WORKSPACE: "true",
  });
  expect(env["GEMINI_CLI_HOME"]).toBe(join(spec.folder, "gemini-home"));
  const settings: unknown = JSON.parse(readFileSync(join(spec.folder, "gemini-home/.gemini/settings.json"), "utf8"));
  expect(settings).toEqual({ general: { maxAttempts: 1 }, security: { auth: { selectedType: "gemini-api-key" } } });
});

test("opencode has a key of the settings with the provider of its model", async () => {
  const { env } = await startedWith("opencode", createOpencodeAdapter, withKey, { ...secrets, XDG_DATA_HOME: "/d" });
  expect(env).toMatchObject({ MY_KEY: "mine", XDG_DATA_HOME: "/d" });
  expect(JSON.parse(env["OPENCODE_CONFIG_CONTENT"] ?? "")).toEqual({
    provider: {
      p: {
        npm: "@ai-sdk/openai-compatible",
        name: "p",
        models: { "m-1": {} },
        options: { baseURL: "http://127.0.0.1:9/v1", apiKey: "{env:MY_KEY}" },
      },
    },
  });
  expect(JSON.parse(env["OPENCODE_PERMISSION"] ?? "")).toMatchObject({ edit: "allow", bash: "deny" });
});

test("what an agent may do", () => {
  const rights = (["ask", "edits", "full"] as const).flatMap((permissions) => [
    callSpec({ permissions, access: "write" }),
    callSpec({ permissions, access: "read" }),
  ]);
  const valueAfter = (args: readonly string[], flag: string): string | undefined => args[args.indexOf(flag) + 1];
  const sandboxes = rights.map((spec) =>
    codexArguments(spec, { schema: "" }).find((part) => part.startsWith("sandbox_mode=")),
  );
  expect(sandboxes.map((part) => part?.slice("sandbox_mode=".length))).toEqual([
    '"read-only"',
    '"read-only"',
    '"workspace-write"',
    '"read-only"',
    '"danger-full-access"',
    '"read-only"',
  ]);
  expect(rights.map((spec) => valueAfter(geminiArguments(spec), "--approval-mode"))).toEqual([
    "default",
    "plan",
    "auto_edit",
    "plan",
    "yolo",
    "plan",
  ]);
  expect(rights.map((spec) => opencodePermission(spec)["edit"] ?? opencodePermission(spec)["*"])).toEqual([
    "deny",
    "deny",
    "allow",
    "deny",
    "allow",
    "deny",
  ]);
});

test("a session is gone on with, in the sandbox it had", () => {
  const spec = callSpec({ start: { kind: "resume", session: "s-1" }, model: modelSettings({ model: "m" }) });
  const codex = codexArguments(spec, { schema: "/x/schema.json" });
  expect(codex.slice(0, 2)).toEqual(["exec", "resume"]);
  expect(codex.slice(-3)).toEqual(["--", "s-1", "-"]);
  expect(codex).toContain('sandbox_mode="workspace-write"');
  expect(codex.join(" ")).toContain("--output-schema /x/schema.json");
  expect(geminiArguments(spec)).toContain("--resume=s-1");
  expect(opencodeArguments(spec)).toContain("--session=s-1");
  expect(opencodeArguments(spec).join(" ")).not.toContain("--title");
  expect(opencodeArguments(callSpec())).toContain(`--title=${spec.key}`);
});

test("a resumed thread of codex is booked with what it has grown by", async () => {
  const counted = { input: 100, output: 20, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
  const given = callSpec({ start: { kind: "resume", session: "s-1" }, counted });
  const spec = asAgent("codex", [{ act: "usage", input: 160, output: 50 }], given);
  const adapter = createCodexAdapter({ clock: systemClock, environment: { ...process.env, HOME: scratchFolder() } });
  const { events } = await seen(adapter.start(spec, committed));
  expect(events.flatMap((event) => (event.type === "usage" ? [event.usage] : []))).toMatchObject([
    { input: 60, output: 30 },
  ]);
});

test("codex is given the schema of the answer", async () => {
  const { argv, spec } = await startedWith("codex", createCodexAdapter, { schema: null }, {});
  expect(argv).not.toContain("--output-schema");
  const asked = codexArguments({ ...spec, schema }, { schema: "/x" });
  expect(asked[asked.indexOf("--output-schema") + 1]).toBe("/x");
});

test("a home of gemini shares all but the settings", async () => {
  const [user, home] = [scratchFolder(), join(scratchFolder(), "home")];
  mkdirSync(join(user, ".gemini"));
  writeFileSync(join(user, ".gemini/settings.json"), '{"general":{"vimMode":true,"maxAttempts":9},"ui":{"theme":"x"}}');
  writeFileSync(join(user, ".gemini/oauth_creds.json"), "login");
  for (const _time of [1, 2]) expect(await prepareGeminiHome(user, home, { auth: null })).toBe(true);
  const settings: unknown = JSON.parse(readFileSync(join(home, ".gemini/settings.json"), "utf8"));
  expect(settings).toEqual({ general: { vimMode: true, maxAttempts: 1 }, ui: { theme: "x" } });
  expect(readFileSync(join(home, ".gemini/oauth_creds.json"), "utf8")).toBe("login");
  writeFileSync(join(home, ".gemini/tmp/chat"), "said");
  writeFileSync(join(home, ".gemini/projects.json"), "{}");
  expect(readFileSync(join(user, ".gemini/tmp/chat"), "utf8")).toBe("said");
  expect(existsSync(join(user, ".gemini/projects.json"))).toBe(true);
  expect(lstatSync(join(user, ".gemini/settings.json")).isFile()).toBe(true);
  writeFileSync(join(user, ".gemini/settings.json"), "// a comment\n{}");
  expect(await prepareGeminiHome(user, join(home, "other"), { auth: null })).toBe(false);
});
