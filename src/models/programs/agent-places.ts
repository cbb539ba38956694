import { join } from "node:path";

import type { AdapterName } from "../../domain/settings.ts";
import { type AgentPlaces, noPlaces } from "../../processes/sandbox-rules.ts";
import type { AgentCliName } from "./agent-clis.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const below = (folder: string, names: readonly string[]): readonly string[] => names.map((name) => join(folder, name));

/** Where an agent's program keeps its login and its sessions, and what in there starts programs the next time it runs. */
const places: Readonly<Record<AgentCliName, (home: string, env: Environment) => AgentPlaces>> = {
  "claude-code": (home, env) => {
    const own = set(env["CLAUDE_CONFIG_DIR"]);
    const folder = own ?? join(home, ".claude");
    const starting = ["settings.json", "settings.local.json", "CLAUDE.md", "hooks", "agents", "commands", "skills"];
    return {
      // In a folder of its own it has that file there, and the one at home is another account's.
      write: [
        folder,
        ...below(home, own === null ? [".claude.json"] : []),
        ...below(home, [".local/share/claude", ".local/state/claude"]),
      ],
      settings: below(folder, [...starting, "plugins", "output-styles", "statusline.sh", "keybindings.json"]),
    };
  },
  codex: (home, env) => {
    const folder = set(env["CODEX_HOME"]) ?? join(home, ".codex");
    return {
      write: [folder],
      settings: below(folder, [
        "config.toml",
        "AGENTS.md",
        "prompts",
        "rules",
        "skills",
        "hooks.json",
        "managed_config.toml",
      ]),
    };
  },
  gemini: (home, env) => {
    const folder = join(set(env["GEMINI_CLI_HOME"]) ?? home, ".gemini");
    const starting = ["settings.json", "GEMINI.md", "commands", "extensions", "policies", "hooks", "skills", ".env"];
    return { write: [folder], settings: below(folder, [...starting, "trustedFolders.json"]) };
  },
  opencode: (home, env) => {
    const config = join(set(env["XDG_CONFIG_HOME"]) ?? join(home, ".config"), "opencode");
    const kept = [
      join(set(env["XDG_DATA_HOME"]) ?? join(home, ".local/share"), "opencode"),
      join(set(env["XDG_STATE_HOME"]) ?? join(home, ".local/state"), "opencode"),
      join(set(env["XDG_CACHE_HOME"]) ?? join(home, ".cache"), "opencode"),
    ];
    // It keeps what it loads beside its settings.
    const files = ["opencode.json", "opencode.jsonc", "config.json", "AGENTS.md", "tui.json"];
    const folders = ["agent", "command", "mode", "plugin", "skill", "theme", "tool"].flatMap((name) => [
      name,
      `${name}s`,
    ]);
    return { write: [...kept, config], settings: [...below(config, [...files, ...folders]), join(home, ".opencode")] };
  },
};

const set = (value: string | undefined): string | null => (value === undefined || value === "" ? null : value);

/** All agents' places, for what may be any of them. */
function allPlaces(home: string, env: Environment): AgentPlaces {
  const all = Object.values(places).map((placesOf) => placesOf(home, env));
  return { write: all.flatMap(({ write }) => write), settings: all.flatMap(({ settings }) => settings) };
}

/** Folders that no program but the agent itself has a right to. */
export const loginPlaces = (home: string, env: Environment): readonly string[] => [
  ...new Set([...allPlaces(home, env).write, ...allPlaces(home, {}).write]),
];

/** What a program of that adapter may touch; one that may start any agent may touch what belongs to any. */
export function agentPlaces(adapter: AdapterName, env: Environment): AgentPlaces {
  const home = env["HOME"];
  if (home === undefined || home === "") return noPlaces;
  switch (adapter) {
    case "claude-code":
    case "codex":
    case "gemini":
    case "opencode":
      return places[adapter](home, env);
    case "command":
    case "acp":
      return allPlaces(home, env);
    default:
      return noPlaces;
  }
}
