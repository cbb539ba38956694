import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import type { AgentCliName } from "../../../src/models/programs/agent-clis.ts";
import { agentClis } from "../../../src/models/programs/agent-clis.ts";
import { readLogin } from "../../../src/models/programs/agent-logins.ts";
import { agentVersion, versionNote } from "../../../src/models/programs/agent-versions.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { among, at, having, oneTask, parsed } from "../played.ts";

const secret = "sk-ant-this-must-never-be-seen-0123456789";

/** Programs of these names that print what is said, before everything else on the PATH. */
function programs(hand: Hand, printed: Readonly<Record<string, string>>): void {
  const bin = join(hand.home, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(printed))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  hand.env["PATH"] = `${bin}:/usr/bin:/bin:${dirname(process.execPath)}`;
}

function file(hand: Hand, path: string, value: unknown): void {
  mkdirSync(dirname(join(hand.home, path)), { recursive: true });
  writeFileSync(join(hand.home, path), typeof value === "string" ? value : JSON.stringify(value));
}

describe("the doctor on agents", () => {
  const tried = { claude: "echo '2.1.400 (Claude Code)'", codex: "echo 'codex-cli 0.200.1'" };

  test("finds them with version and login, and says who pays and what is kept away from them", async () => {
    const hand = atHand({ "readme.md": "x", "tasks.yaml": oneTask });
    programs(hand, tried);
    file(hand, ".claude/.credentials.json", { claudeAiOauth: { accessToken: secret, subscriptionType: "max" } });
    file(hand, ".codex/auth.json", { auth_mode: "apikey", OPENAI_API_KEY: secret });
    hand.write(
      brand.settingsFile,
      "models:\n  opus: {adapter: claude-code, account: claude-max}\n  gpt: {adapter: codex}\n  gem: {adapter: gemini}\n",
    );
    Object.assign(hand.env, { ANTHROPIC_API_KEY: secret, ANTHROPIC_BASE_URL: "https://example.com" });
    const { code, out } = await hand.say("doctor");
    expect(code).toBe(1);
    expect(out).toMatch(
      /agent claude +ok .*bin\/claude 2\.1\.400, logged in to a plan \(.*\.credentials\.json \(max\)\)/,
    );
    expect(out).toMatch(
      /agent codex +warning .*0\.200\.1, logged in with a key.*; codex 0\.200\.1 is newer than what was tested/,
    );
    expect(out).toMatch(/model opus +ok .*paid by the subscription claude-max/);
    expect(out).toMatch(/model gpt +warning .*its plan is to pay, but codex is logged in with a key/);
    expect(out).toMatch(/model gem +does not work +gemini is not on the PATH; install it: npm install/);
    expect(out).toMatch(
      /payer +warning +ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL are set here and kept away from claude: claude-max pays/,
    );
    const json = await hand.say("doctor", "--json");
    expect(at(parsed(json.out), "agents")).toEqual(
      among(
        expect.objectContaining({
          program: "codex",
          version: "0.200.1",
          note: having("is newer than what was tested (0.169.0)"),
          login: { kind: "key", how: having("auth.json") },
        }),
      ),
    );
    expect(out + json.out + json.err).not.toContain("never-be-seen");
  });

  test("says the same once when a run starts", async () => {
    const hand = atHand({ "readme.md": "x", "tasks.yaml": "tasks: []\n" });
    programs(hand, tried);
    hand.env["OPENAI_API_KEY"] = secret;
    hand.write(brand.settingsFile, "models: {gpt: {adapter: codex}}\nenv: {pass: [OPENAI_API_KEY]}\n");
    const { out } = await hand.say("run");
    expect(out.match(/^note: .*$/gm)).toEqual([
      "note: OPENAI_API_KEY is set here and kept away from codex: openai-plan pays",
      having("note: codex 0.200.1 is newer than what was tested"),
    ]);
    expect(out).not.toContain("never-be-seen");
  });

  test("says of an address whether it reaches an agent", async () => {
    const hand = atHand({ "readme.md": "x", "tasks.yaml": "tasks: []\n" });
    programs(hand, tried);
    Object.assign(hand.env, { ANTHROPIC_API_KEY: secret, ANTHROPIC_BASE_URL: "https://example.com" });
    const notes = async (settings: string): Promise<readonly string[]> => {
      hand.write(brand.settingsFile, settings);
      return (await hand.say("run")).out.match(/^note: .*$/gm) ?? [];
    };
    expect(await notes("models: {opus: {adapter: claude-code, billing: metered}}\n")).toEqual([
      "note: ANTHROPIC_BASE_URL is set here and not passed on to claude; env.pass passes more",
    ]);
    expect(
      await notes("models: {opus: {adapter: claude-code, account: max}}\nenv: {pass: [ANTHROPIC_BASE_URL]}\n"),
    ).toEqual([
      "note: ANTHROPIC_API_KEY is set here and kept away from claude: max pays",
      "note: ANTHROPIC_BASE_URL is set here and passed on to claude (env.pass): what it says goes there",
    ]);
  });

  test("says when nothing listens where a model of this machine is to be asked", async () => {
    const hand = atHand({ "readme.md": "x" });
    programs(hand, {});
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
    hand.write(
      brand.settingsFile,
      `models: {local: {adapter: openai-compatible, model: m, base_url: "${url}", billing: free}}\n`,
    );
    expect((await hand.say("doctor")).out).toMatch(/model local +ok +openai-compatible m/);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    expect((await hand.say("doctor")).out).toMatch(
      /model local +warning +.*; nothing listens at .*\/v1 now: is the server/,
    );
  });

  test("takes a key that the settings set for one that is there", async () => {
    const hand = atHand({ "readme.md": "x" });
    programs(hand, {});
    hand.write(
      brand.settingsFile,
      `models: {far: {adapter: openai, model: m, key_env: FAR_KEY}}\nenv: {set: {FAR_KEY: ${secret}}}\n`,
    );
    const { out } = await hand.say("doctor");
    expect(out).toMatch(/model far +ok +openai m/);
    expect(out).not.toContain("never-be-seen");
  });

  test("says how to get a model where there is none", async () => {
    const hand = atHand({ "readme.md": "x" });
    programs(hand, {});
    for (const word of ["doctor", "init"]) {
      const { out } = await hand.say(word);
      expect(out).toContain(
        "install an agent: npm install -g @anthropic-ai/claude-code, then log in: claude, then /login",
      );
      expect(out).toContain("or name any program");
    }
  });
});

test("a program that hangs, fails or says nothing is not waited for", async () => {
  const hand = atHand();
  programs(hand, { claude: "cat; sleep 60", codex: "echo no; exit 3", gemini: "yes 1.2" });
  const ask = (name: AgentCliName, ms = 500) => agentVersion(agentClis[name], hand.env, ms);
  expect(await ask("claude-code")).toEqual({
    kind: "silent",
    note: "claude --version did not answer within 0.5 s",
  });
  expect(await ask("codex", 3_600_000)).toEqual({
    kind: "silent",
    note: "codex --version gave no version (exit code 3)",
  });
  expect(await ask("gemini")).toEqual({ kind: "silent", note: having("gemini --version") });
  expect(await ask("opencode", 3_600_000)).toEqual({ kind: "missing" });
});

test("a version outside of what was tested is said to be so", () => {
  const notes = ["2.0.999", "2.1.0", "2.1.99999", "2.2.0", "10.0.0"].map((version) =>
    versionNote(agentClis["claude-code"], version),
  );
  expect(notes.map((note) => /older|newer/.exec(note ?? "")?.[0])).toEqual([
    "older",
    undefined,
    undefined,
    "newer",
    "newer",
  ]);
});

describe("a login is told by its kind alone", () => {
  const kinds: readonly (readonly [AgentCliName, string, string, unknown])[] = [
    ["claude-code", "subscription", ".claude/.credentials.json", { claudeAiOauth: { accessToken: secret } }],
    ["claude-code", "key", ".claude.json", { primaryApiKey: secret }],
    ["claude-code", "unknown", ".claude/.credentials.json", "no json"],
    ["codex", "subscription", ".codex/auth.json", { auth_mode: "chatgpt", tokens: { access_token: secret } }],
    ["codex", "subscription", ".codex/auth.json", { OPENAI_API_KEY: null, tokens: { access_token: secret } }],
    ["codex", "key", ".codex/auth.json", { OPENAI_API_KEY: secret }],
    ["codex", "none", ".codex/auth.json", {}],
    ["gemini", "key", ".gemini/settings.json", { security: { auth: { selectedType: "gemini-api-key" } } }],
    ["gemini", "subscription", ".gemini/oauth_creds.json", { access_token: secret }],
    ["opencode", "subscription", ".local/share/opencode/auth.json", { anthropic: { type: "oauth", access: secret } }],
    ["opencode", "key", ".local/share/opencode/auth.json", { openai: { type: "api", key: secret } }],
  ];
  test.each(kinds)("%s: %s in %s", (name, kind, path, value) => {
    const hand = atHand();
    expect(readLogin(name, hand.env, "linux").kind).toBe("none");
    file(hand, path, value);
    const login = readLogin(name, hand.env, "linux");
    expect(login.kind).toBe(kind);
    expect(login.how).not.toContain("never-be-seen");
  });

  test("folders that are moved are looked at there; macOS keeps some in its keychain", () => {
    const hand = atHand();
    file(hand, "elsewhere/auth.json", { OPENAI_API_KEY: secret });
    expect(readLogin("codex", { ...hand.env, CODEX_HOME: join(hand.home, "elsewhere") }, "linux").kind).toBe("key");
    expect(readLogin("claude-code", hand.env, "darwin").kind).toBe("unknown");
    expect(readLogin("claude-code", { ...hand.env, CLAUDE_CODE_OAUTH_TOKEN: secret }, "darwin")).toEqual({
      kind: "subscription",
      how: "a token in CLAUDE_CODE_OAUTH_TOKEN",
    });
  });
});

test("in a terminal nothing it says is broken inside a word, and help is not either", async () => {
  const hand = atHand({ "readme.md": "x", "tasks.yaml": "tasks: []\n" });
  programs(hand, { codex: "echo 'codex-cli 0.200.1'" });
  hand.write(brand.settingsFile, "models:\n  gpt: {adapter: codex}\n");
  const { out } = await hand.begin(["doctor"], { terminal: true }).end;
  expect(out).toMatch(/^backlog +warning +0 tasks in /m);
  expect(out).toContain(`ready: ${brand.bin} run takes up the backlog, ${brand.bin} do`);
  const help = (await hand.begin(["do", "--help"], { terminal: true }).end).out;
  expect(help).toContain("One task without a file.");
  for (const line of [...out.split("\n"), ...help.split("\n")]) expect(line.length).toBeLessThanOrEqual(120);
  expect(out.replaceAll(/\n +/g, " ")).toContain("what it says may be read wrongly");
});
