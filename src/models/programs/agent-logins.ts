import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { objectIn, textIn, type JsonObject } from "../json-line.ts";
import { agentClis, type AgentCliName } from "./agent-clis.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** As what an agent's program is logged in. Only whether something is there and of which kind is read, never a key. */
export interface Login {
  /** unknown: it cannot be told without a call. */
  readonly kind: "subscription" | "key" | "none" | "unknown";
  /** Where that is seen. */
  readonly how: string;
}

/** What a program would find when it is started now, in the user's own folders; variables that pay are not looked at. */
export function readLogin(cli: AgentCliName, environment: Environment, platform = process.platform): Login {
  const home = environment["HOME"] ?? "";
  return readers[cli]({ environment, home, platform }) ?? none;
}

interface Place {
  readonly environment: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

const none: Login = { kind: "none", how: "nothing is logged in" };
const unreadable = (path: string): Login => ({ kind: "unknown", how: `${path} cannot be read` });

const readers: Readonly<Record<AgentCliName, (place: Place) => Login | null>> = {
  "claude-code": ({ environment, home, platform }) => {
    if (isSet(environment["CLAUDE_CODE_OAUTH_TOKEN"]))
      return { kind: "subscription", how: "a token in CLAUDE_CODE_OAUTH_TOKEN" };
    const path = join(environment["CLAUDE_CONFIG_DIR"] ?? join(home, ".claude"), ".credentials.json");
    const file = read(path);
    if (file === "unreadable") return unreadable(path);
    const plan = objectIn(file?.["claudeAiOauth"]);
    if (plan !== null) return { kind: "subscription", how: `${path}${kindWord(plan["subscriptionType"])}` };
    const account = join(environment["CLAUDE_CONFIG_DIR"] ?? home, ".claude.json");
    const settings = read(account);
    if (settings !== null && settings !== "unreadable" && textIn(settings["primaryApiKey"]) !== null)
      return { kind: "key", how: `a key in ${account}` };
    return platform === "darwin" ? { kind: "unknown", how: "macOS keeps its login in the keychain" } : null;
  },
  codex: ({ environment, home }) => {
    const path = join(environment["CODEX_HOME"] ?? join(home, ".codex"), "auth.json");
    const file = read(path);
    if (file === null) return null;
    if (file === "unreadable") return unreadable(path);
    const mode = textIn(file["auth_mode"])?.toLowerCase();
    const hasTokens = objectIn(file["tokens"]) !== null;
    if (mode === "chatgpt" || (mode === undefined && hasTokens)) return { kind: "subscription", how: path };
    return textIn(file["OPENAI_API_KEY"]) === null ? null : { kind: "key", how: `a key in ${path}` };
  },
  gemini: ({ environment, home }) => {
    const folder = join(environment["GEMINI_CLI_HOME"] ?? home, ".gemini");
    const settings = read(join(folder, "settings.json"));
    if (settings === "unreadable") return unreadable(join(folder, "settings.json"));
    const type = textIn(objectIn(objectIn(settings?.["security"])?.["auth"])?.["selectedType"]);
    if (type === "gemini-api-key" || type === "vertex-ai") return { kind: "key", how: `${folder}${kindWord(type)}` };
    const login = join(folder, "oauth_creds.json");
    return read(login) === null ? null : { kind: "subscription", how: login };
  },
  opencode: ({ environment, home }) => {
    const path = join(environment["XDG_DATA_HOME"] ?? join(home, ".local", "share"), "opencode", "auth.json");
    const file = read(path);
    if (file === null) return null;
    if (file === "unreadable") return unreadable(path);
    const kinds = Object.values(file).map((entry) => textIn(objectIn(entry)?.["type"]));
    if (kinds.includes("oauth")) return { kind: "subscription", how: path };
    return kinds.length === 0 ? null : { kind: "key", how: `a key in ${path}` };
  },
};

const isSet = (value: string | undefined): boolean => value !== undefined && value.trim() !== "";

/** A plain word of a kind of login, such as the name of a plan. */
function kindWord(value: unknown): string {
  const word = textIn(value);
  return word !== null && /^[a-z][a-z_-]{0,23}$/.test(word) ? ` (${word})` : "";
}

const largestBytes = 1024 * 1024;

/** Null: there is no such file. */
function read(path: string): JsonObject | "unreadable" | null {
  try {
    if (statSync(path).size > largestBytes) return "unreadable";
    return objectIn(JSON.parse(readFileSync(path, "utf8"))) ?? "unreadable";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? null : "unreadable";
  }
}

/** Variables that would change who pays for a program or where it sends what it says, as far as they are set. */
export const payersSet = (cli: AgentCliName, environment: Environment): readonly string[] =>
  [...new Set([...agentClis[cli].payers, ...agentClis[cli].addresses])].filter((name) => isSet(environment[name]));
