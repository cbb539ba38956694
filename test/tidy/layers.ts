/**
 * The map of the source: which folder may import which. `types` means import type only. A folder always may import
 * itself. What is not in the map may not exist; src/main.ts has its own rule in check.ts.
 */
export interface Layer {
  readonly values: readonly string[];
  readonly types?: readonly string[];
  /** Decides only: no clock, no randomness, of Node's modules the pure ones. */
  readonly pure?: boolean;
}

const domain = "src/domain";
const actions = "src/actions";
const policy = "src/policy";
const engine = "src/engine";

export const layers: Readonly<Record<string, Layer>> = {
  "src/domain": { values: [], pure: true },
  "src/actions": { values: [domain], pure: true },
  "src/backlog": { values: [domain], pure: true },
  "src/policy": { values: [domain], pure: true },
  "src/prompts": { values: [domain] },
  "src/engine": { values: [domain, policy] },
  "src/pipeline": { values: [domain, policy, "src/prompts", engine], pure: true },
  "src/models": { values: [domain, policy, "src/processes"], types: [engine] },
  "src/processes": { values: [domain, policy], types: [engine] },
  "src/workspace": { values: [domain, policy, "src/processes"], types: [engine] },
  state: { values: [domain, policy], types: [engine] },
  "src/view": { values: [domain, actions] },
  components: { values: ["src/view"], types: [domain] },
  "src/screen": { values: ["src/view", "components", domain, actions], types: [engine] },
  "src/notify": { values: [domain, policy, "src/view"], types: [engine, actions] },
  "src/terminal": { values: [] },
  "src/cli": {
    values: [
      "src/domain",
      "src/actions",
      "src/backlog",
      "src/policy",
      "src/prompts",
      "src/engine",
      "src/pipeline",
      "src/models",
      "src/processes",
      "src/workspace",
      "state",
      "src/view",
      "components",
      "src/screen",
      "src/notify",
      "src/terminal",
    ],
  },
};

const screens = ["components", "src/screen"];

/** Where each package may be imported. A package that is not here may be imported nowhere. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  yaml: ["src/backlog"],
  "better-sqlite3": ["state"],
  execa: ["src/processes"],
  zod: ["src/actions", "src/backlog", "src/models", "src/pipeline", "src/workspace", "state"],
  react: screens,
  ink: screens,
  "ink-spinner": screens,
  "string-width": ["src/view", "src/terminal", ...screens],
  marked: ["src/view", "components"],
  ai: ["src/models"],
  "@ai-sdk/anthropic": ["src/models"],
  "@ai-sdk/openai": ["src/models"],
  "@ai-sdk/google": ["src/models"],
  "@ai-sdk/openai-compatible": ["src/models"],
  lowlight: ["src/view", "components"],
};

/** Node's modules a pure layer may use, and where it matters, which of their names. */
export const pureBuiltins: Readonly<Record<string, readonly string[] | "all">> = {
  "node:assert": "all",
  "node:assert/strict": "all",
  "node:path": "all",
  "node:util": "all",
  "node:crypto": ["createHash"],
};

/** Folders that may hold JSX. */
export const jsxLayers: readonly string[] = screens;

/**
 * The rooms inside a layer, lowest first: a room may import the rooms that stand before it in the list. What lies beside the
 * rooms may import all of them and is imported by none.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  "src/engine": ["ports", "waiting", "writing", "watching", "attempt", "call", "ask", "task", "run"],
  state: ["connection", "events", "folds", "log", "live", "reads", "upkeep"],
};
