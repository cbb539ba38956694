import { accessSync, constants } from "node:fs";
import { join } from "node:path";

import type { AdapterName } from "../../domain/settings.ts";
import { defaultModels } from "../../models/default-models.ts";
import { askLocalServers, localServers, type LocalServer } from "../../models/local-servers.ts";
import { agentClis, type AgentCli, type AgentCliName } from "../../models/programs/agent-clis.ts";
import { readLogin } from "../../models/programs/agent-logins.ts";
import type { Environment } from "../program/program.ts";

/** A model nobody configured. `yaml` is its entry as `init` would write it. */
export interface FoundModel {
  readonly name: string;
  readonly yaml: string;
  /** Where it was found. */
  readonly how: string;
}

/** What an agent is called in the settings. */
const names: Readonly<Record<AgentCliName, string>> = {
  "claude-code": "claude",
  codex: "codex",
  gemini: "gemini",
  opencode: "opencode",
};

/** What this machine offers through the adapters that work: agent CLIs on PATH, then keys in the environment. */
export function discoverModels(
  env: Environment,
  adapters: readonly AdapterName[],
  /** What scripted models are called where every model is one. */
  mocks: readonly string[] = [],
): readonly FoundModel[] {
  // Played from the built-in script; the program is never started.
  if (isTrue(env["USE_MOCK_MODELS"]))
    return (mocks.length === 0 ? ["mock-a", "mock-b"] : mocks).map((name) => ({
      name,
      yaml: `{adapter: command, argv: ["true"], model: ${JSON.stringify(name)}}`,
      how: "USE_MOCK_MODELS",
    }));
  const agents = Object.values(agentClis)
    .filter(({ adapter, program }) => adapters.includes(adapter) && isOnPath(env, program))
    .map((cli) => {
      const { adapter, program } = cli;
      const billing = paysByKey(cli, env) ? ", billing: metered" : "";
      return {
        name: names[adapter],
        yaml: `{adapter: ${adapter}, tier: large${billing}}`,
        how: `${program} on PATH`,
      };
    });
  const keys = defaultModels
    .filter(({ adapter, keyEnv }) => adapters.includes(adapter) && (env[keyEnv] ?? "").trim() !== "")
    .map(({ adapter, keyEnv, name, model, tier }) => ({
      name,
      yaml: `{adapter: ${adapter}, model: ${model}, tier: ${tier}, billing: metered, key_env: ${keyEnv}}`,
      how: keyEnv,
    }));
  return [...agents, ...keys];
}

/** Logged in with a key, or not at all beside one that is set: each call costs money. */
function paysByKey({ adapter, key }: AgentCli, env: Environment): boolean {
  const { kind } = readLogin(adapter, env);
  return kind === "key" || (kind === "none" && key !== null && (env[key] ?? "").trim() !== "");
}

/** More are rarely loaded at once, and each would be asked in turn. */
const mostOfServer = 3;

/** Models of servers on this machine, asked for 300 ms. */
export async function discoverLocalModels(
  env: Environment,
  adapters: readonly AdapterName[],
  servers: readonly LocalServer[] = localServers(env),
): Promise<readonly FoundModel[]> {
  if (!adapters.includes("openai-compatible") || isTrue(env["USE_MOCK_MODELS"])) return [];
  const found = new Map<string, FoundModel>();
  for (const { server, baseUrl, models } of await askLocalServers(servers)) {
    for (const model of models.slice(0, mostOfServer)) {
      const name = nameOf(model);
      if (found.has(name)) continue;
      const yaml = `{adapter: openai-compatible, base_url: ${JSON.stringify(baseUrl)}, model: ${JSON.stringify(model)}, tier: small, billing: free}`;
      found.set(name, { name, yaml, how: `${server.name} at ${server.origin}` });
    }
  }
  return [...found.values()];
}

/** qwen/Qwen3-Coder:30b becomes qwen3-coder-30b. */
const nameOf = (model: string): string =>
  model
    .replace(/^.*\//, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replaceAll(/^[._-]+|[._-]+$/g, "") || "local";

const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === "true" || text?.trim() === "1";

/** Whether a shell would find a program. */
function isOnPath(env: Environment, program: string): boolean {
  return (env["PATH"] ?? "").split(":").some((folder) => {
    if (folder === "") return false;
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
