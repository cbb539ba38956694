import type { AdapterName } from "../../domain/settings.ts";

export type AgentCliName = Extract<AdapterName, "claude-code" | "codex" | "gemini" | "opencode">;

/** What is known of an agent's program beside how it is called. */
export interface AgentCli {
  readonly adapter: AgentCliName;
  /** On the PATH. */
  readonly program: string;
  /** Versions its output was read from: this one, and those from `from` up to but without `below`. */
  readonly tested: { readonly version: string; readonly from: string; readonly below: string };
  /** The key it pays with where nobody is logged in; null: it knows more than one. */
  readonly key: string | null;
  /** Each lets somebody else pay than the plan it is logged in to. */
  readonly payers: readonly string[];
  /** Each sends what it says, and its key, to another address. */
  readonly addresses: readonly string[];
  readonly install: string;
  readonly logIn: string;
}

export const agentClis: Readonly<Record<AgentCliName, AgentCli>> = {
  "claude-code": {
    adapter: "claude-code",
    program: "claude",
    tested: { version: "2.1.329", from: "2.1.0", below: "2.2.0" },
    key: "ANTHROPIC_API_KEY",
    payers: [
      "ANTHROPIC_API_KEY",
      "ANTHROPIC_AUTH_TOKEN",
      "CLAUDE_CODE_USE_BEDROCK",
      "CLAUDE_CODE_USE_VERTEX",
      "CLAUDE_CODE_USE_FOUNDRY",
    ],
    addresses: ["ANTHROPIC_BASE_URL"],
    install: "npm install -g @anthropic-ai/claude-code",
    logIn: "claude, then /login",
  },
  codex: {
    adapter: "codex",
    program: "codex",
    tested: { version: "0.169.0", from: "0.160.0", below: "0.170.0" },
    key: "OPENAI_API_KEY",
    payers: ["OPENAI_API_KEY", "CODEX_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORGANIZATION", "OPENAI_PROJECT"],
    addresses: ["OPENAI_BASE_URL"],
    install: "npm install -g @openai/codex",
    logIn: "codex login",
  },
  gemini: {
    adapter: "gemini",
    program: "gemini",
    tested: { version: "0.61.0", from: "0.61.0", below: "0.62.0" },
    key: "GEMINI_API_KEY",
    payers: [
      "GEMINI_API_KEY",
      "GOOGLE_API_KEY",
      "GOOGLE_APPLICATION_CREDENTIALS",
      "GOOGLE_CLOUD_ACCESS_TOKEN",
      "GOOGLE_GENAI_USE_VERTEXAI",
    ],
    addresses: ["GOOGLE_GEMINI_BASE_URL"],
    install: "npm install -g @google/gemini-cli",
    logIn: "gemini",
  },
  opencode: {
    adapter: "opencode",
    program: "opencode",
    tested: { version: "1.18.33", from: "1.18.0", below: "1.19.0" },
    key: null,
    payers: [
      "OPENAI_API_KEY",
      "ANTHROPIC_API_KEY",
      "GEMINI_API_KEY",
      "GOOGLE_GENERATIVE_AI_API_KEY",
      "OPENROUTER_API_KEY",
    ],
    addresses: ["OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"],
    install: "npm install -g opencode-ai",
    logIn: "opencode auth login",
  },
};

/** The program behind an adapter; null: it is no agent of these. */
export const agentCliOf = (adapter: AdapterName): AgentCli | null =>
  Object.values(agentClis).find((cli) => cli.adapter === adapter) ?? null;
