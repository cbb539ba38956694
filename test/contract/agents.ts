import type { Json } from "../../src/domain/json.ts";
import type { AdapterName, ModelSettings } from "../../src/domain/settings.ts";
import type { AgentName } from "./install.ts";
import type { Reply, ToolCall } from "./model-request.ts";

/** How a real program is called, what its provider says in each case, and which of its tools does what. */
export interface Agent {
  readonly name: AgentName;
  /** The adapter over which it asks a person. */
  readonly asking: AdapterName;
  /** Its settings and keys; `asks`: over `asking`. */
  readonly setup: (url: string, program: string, asks: boolean) => Setup;
  /** Its plan instead of a key; absent: it has one way to pay. */
  readonly plan?: (setup: Setup) => Setup;
  readonly writes: (path: string, content: string) => ToolCall;
  /** A command it has to ask for. */
  readonly runs: (command: string) => ToolCall;
  /** The same without a wish to leave a sandbox. */
  readonly plainly: (command: string) => ToolCall;
  /** Starts a helper with this to do, and waits for it; absent: it has none. */
  readonly helps?: (prompt: string) => readonly ToolCall[];
  readonly errors: Errors;
}

type Fails = (nowMs: number) => Reply;
interface Errors {
  readonly auth: Fails;
  readonly throttled: Fails;
  /** Told after a 200, where that is another way. */
  readonly streamed?: Fails;
  readonly limit: Fails;
  readonly overloaded: Fails;
}
export type ErrorCase = keyof Errors;

export interface Setup {
  readonly model: Partial<ModelSettings>;
  /** Of the program that starts it. */
  readonly environment: Readonly<Record<string, string>>;
}

export const retryAfterS = 7;
/** How far away the reset of a plan is. */
export const resetInS = 3_600;

const error = (status: number, body: Json, headers: Readonly<Record<string, string>> = {}): Reply => ({
  kind: "error",
  status,
  headers,
  body,
});

const resetAt = (nowMs: number): number => Math.floor(nowMs / 1_000) + resetInS;

const anthropicError = (type: string, message: string): Json => ({ type: "error", error: { type, message } });

const bash =
  (name: string) =>
  (command: string): ToolCall => ({
    name,
    input: { command, description: "Do what was asked" },
  });

const claude: Agent = {
  name: "claude",
  asking: "claude-code",
  setup: (url, program) => ({
    model: {
      adapter: "claude-code",
      provider: "anthropic",
      model: "claude-opus-5-5",
      argv: [program],
      env: { pass: [], set: { ANTHROPIC_BASE_URL: url } },
    },
    environment: { ANTHROPIC_API_KEY: "sk-ant-contract" },
  }),
  plan: ({ model }) => ({
    model: { ...model, billing: "subscription" },
    environment: { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-contract" },
  }),
  writes: (path, content) => ({ name: "Write", input: { file_path: path, content } }),
  runs: bash("Bash"),
  plainly: bash("Bash"),
  helps: (prompt) => [{ name: "Agent", input: { description: "Count", prompt, subagent_type: "general-purpose" } }],
  errors: {
    auth: () => error(401, anthropicError("authentication_error", "invalid x-api-key")),
    throttled: () =>
      error(429, anthropicError("rate_limit_error", "Number of requests has exceeded your rate limit"), {
        "retry-after": `${retryAfterS}`,
      }),
    streamed: () => ({
      kind: "broken",
      event: "error",
      data: anthropicError("rate_limit_error", "Number of requests has exceeded your rate limit"),
    }),
    limit: (nowMs) =>
      error(429, anthropicError("rate_limit_error", "This request would exceed your account's rate limit"), {
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-reset": `${resetAt(nowMs)}`,
        "anthropic-ratelimit-unified-representative-claim": "five_hour",
        "anthropic-ratelimit-unified-5h-status": "rejected",
        "anthropic-ratelimit-unified-5h-reset": `${resetAt(nowMs)}`,
        "anthropic-ratelimit-unified-5h-utilization": "1.0",
        "anthropic-ratelimit-unified-overage-status": "rejected",
      }),
    overloaded: () => error(529, anthropicError("overloaded_error", "Overloaded")),
  },
};

const openaiError = (message: string, type: string, code: string | null): Json => ({ error: { message, type, code } });
const badKey = error(401, openaiError("Incorrect API key provided", "invalid_request_error", "invalid_api_key"));

const codex: Agent = {
  name: "codex",
  asking: "codex",
  setup: (url, program) => ({
    model: {
      adapter: "codex",
      provider: "openai",
      model: "gpt-6.1-sol",
      argv: [program],
      baseUrl: `${url}/v1`,
      keyEnv: "CONTRACT_KEY",
    },
    environment: { CONTRACT_KEY: "contract" },
  }),
  // Its own models write code that calls its tools.
  writes: (path, content) => {
    const lines = content.trimEnd().split("\n");
    const patch = ["*** Begin Patch", `*** Add File: ${path}`, ...lines.map((line) => `+${line}`), "*** End Patch"];
    return { name: "exec", input: `text(await tools.apply_patch(${JSON.stringify(patch.join("\n"))}))` };
  },
  runs: (command) => {
    const wish = { cmd: command, sandbox_permissions: "require_escalated", justification: "May it leave the sandbox?" };
    return { name: "exec", input: `text(await tools.exec_command(${JSON.stringify(wish)}))` };
  },
  plainly: (command) => ({
    name: "exec",
    input: `text(await tools.exec_command(${JSON.stringify({ cmd: command })}))`,
  }),
  helps: (message) => [
    { name: "spawn_agent", namespace: "collaboration", input: { task_name: "count", message, fork_turns: "none" } },
    { name: "wait_agent", namespace: "collaboration", input: { timeout_ms: 10_000 } },
  ],
  errors: {
    auth: () => badKey,
    throttled: () =>
      error(
        429,
        openaiError(`Rate limit reached. Please try again in ${retryAfterS}s.`, "tokens", "rate_limit_exceeded"),
        {
          "retry-after": `${retryAfterS}`,
        },
      ),
    streamed: () => ({
      kind: "broken",
      event: "response.failed",
      data: {
        type: "response.failed",
        response: {
          id: "resp_failed",
          status: "failed",
          error: { code: "rate_limit_exceeded", message: `Rate limit reached. Please try again in ${retryAfterS}s.` },
        },
      },
    }),
    limit: (nowMs) =>
      error(
        429,
        {
          error: {
            type: "usage_limit_reached",
            message: "The usage limit has been reached",
            plan_type: "plus",
            resets_at: resetAt(nowMs),
          },
        },
        {
          "x-codex-primary-used-percent": "100",
          "x-codex-primary-window-minutes": "300",
          "x-codex-primary-reset-at": `${resetAt(nowMs)}`,
        },
      ),
    overloaded: () => error(503, openaiError("The server is overloaded", "server_error", "server_is_overloaded")),
  },
};

const googleError = (code: number, status: string, message: string, details: readonly Json[] = []): Json => ({
  error: { code, status, message, details },
});
const google = "type.googleapis.com/google.rpc";

const gemini: Agent = {
  name: "gemini",
  asking: "acp",
  setup: (url, program, asks) => ({
    model: {
      provider: "google",
      model: "gemini-3.8-flash",
      ...(asks
        ? {
            adapter: "acp" as const,
            argv: [program, "--acp"],
            env: { pass: ["GEMINI_API_KEY"], set: { GOOGLE_GEMINI_BASE_URL: url } },
          }
        : { adapter: "gemini" as const, argv: [program], baseUrl: url }),
    },
    environment: { GEMINI_API_KEY: "contract" },
  }),
  writes: (path, content) => ({ name: "write_file", input: { file_path: path, content } }),
  runs: bash("run_shell_command"),
  plainly: bash("run_shell_command"),
  errors: {
    auth: () =>
      error(
        400,
        googleError(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [
          { "@type": `${google}.ErrorInfo`, reason: "API_KEY_INVALID", domain: "googleapis.com" },
        ]),
      ),
    throttled: () =>
      error(
        429,
        googleError(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", [
          {
            "@type": `${google}.QuotaFailure`,
            violations: [{ quotaId: "GenerateRequestsPerMinutePerProjectPerModel" }],
          },
          { "@type": `${google}.RetryInfo`, retryDelay: `${retryAfterS}s` },
        ]),
      ),
    limit: () =>
      error(
        429,
        googleError(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", [
          {
            "@type": `${google}.QuotaFailure`,
            violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }],
          },
        ]),
      ),
    overloaded: () => error(503, googleError(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")),
  },
};

const opencode: Agent = {
  name: "opencode",
  asking: "acp",
  setup: (url, program, asks) => ({
    model: {
      provider: "local",
      model: "local/m",
      ...(asks
        ? {
            adapter: "acp" as const,
            argv: [program, "acp"],
            env: { pass: [], set: { ...quietOpencode, OPENCODE_CONFIG_CONTENT: JSON.stringify(opencodeConfig(url)) } },
          }
        : {
            adapter: "opencode" as const,
            argv: [program],
            baseUrl: `${url}/v1`,
            keyEnv: "CONTRACT_KEY",
            env: { pass: [], set: quietOpencode },
          }),
    },
    environment: { CONTRACT_KEY: "contract" },
  }),
  writes: (path, content) => ({ name: "write", input: { filePath: path, content } }),
  runs: bash("bash"),
  plainly: bash("bash"),
  helps: (prompt) => [{ name: "task", input: { description: "Count", prompt, subagent_type: "general" } }],
  errors: {
    auth: () => badKey,
    throttled: () =>
      error(429, openaiError("Rate limit reached", "requests", "rate_limit_exceeded"), {
        "retry-after": `${retryAfterS}`,
      }),
    limit: () => error(429, openaiError("You exceeded your current quota", "insufficient_quota", "insufficient_quota")),
    overloaded: () => error(503, openaiError("The server is overloaded", "server_error", "server_is_overloaded")),
  },
};

/** Nothing is to be fetched from elsewhere. */
const quietOpencode = { OPENCODE_DISABLE_MODELS_FETCH: "1" };

const opencodeConfig = (url: string): Json => ({
  model: "local/m",
  small_model: "local/m",
  provider: {
    local: {
      npm: "@ai-sdk/openai-compatible",
      name: "local",
      models: { m: { cost: { input: 1, output: 2 }, limit: { context: 100_000, output: 10_000 } } },
      options: { baseURL: `${url}/v1`, apiKey: "contract" },
    },
  },
});

export const agents: Readonly<Record<AgentName, Agent>> = { claude, codex, gemini, opencode };
