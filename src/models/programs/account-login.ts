import { join } from "node:path";

import type { AdapterName, ModelSettings } from "../../domain/settings.ts";
import { agentCliOf, agentClis, type AgentCliName } from "./agent-clis.ts";
import type { Environment } from "./agent-places.ts";

/** The variable that names the folder in which an agent's program keeps its login. */
const homes: Readonly<Record<AgentCliName, string>> = {
  "claude-code": "CLAUDE_CONFIG_DIR",
  codex: "CODEX_HOME",
  gemini: "GEMINI_CLI_HOME",
  opencode: "XDG_DATA_HOME",
};

/** A login that stands in the environment. */
const tokens = ["CLAUDE_CODE_OAUTH_TOKEN"];

/** Adapters that hand the key a model names to their program under its usual name. */
const renaming: readonly AdapterName[] = ["claude-code", "gemini"];

/**
 * Of what settings pass on or set for all what is not for a model: what would log in or pay in place of its account, or of the
 * key it names. What the model itself passes on or sets is its own.
 */
export function othersLogins({
  adapter,
  login,
  keyEnv,
}: Pick<ModelSettings, "adapter" | "login" | "keyEnv">): ReadonlySet<string> {
  const cli = agentCliOf(adapter);
  const clis = cli === null ? Object.values(agentClis) : [cli];
  const payers = login === undefined ? [] : [...clis.flatMap((one) => one.payers), ...tokens];
  const home = cli === null || (login?.home ?? null) === null ? [] : [homes[cli.adapter]];
  const key = keyEnv === null || !renaming.includes(adapter) ? [] : [cli?.key ?? keyEnv];
  return new Set([...payers, ...home, ...key].filter((name) => name !== keyEnv));
}

/**
 * The environment as it is for a model whose account has a login of its own: that account's folder, and of what would let
 * another pay only what the model itself names.
 */
export function loginEnvironment(
  { adapter, login, keyEnv, env }: Pick<ModelSettings, "adapter" | "login" | "keyEnv" | "env">,
  environment: Environment,
): Environment {
  const cli = agentCliOf(adapter);
  if (login === undefined) return environment;
  const named = new Set([...env.pass, keyEnv]);
  const others = [...(cli?.payers ?? []), ...tokens].filter((name) => !named.has(name));
  const own = Object.entries(environment).filter(([name]) => !others.includes(name));
  const { home } = login;
  if (home === null || cli === null) return Object.fromEntries(own);
  return { ...Object.fromEntries(own), [homes[cli.adapter]]: loginFolder(home, environment) };
}

/** The folder that settings name, also from the user's home. */
export const loginFolder = (home: string, environment: Environment): string =>
  home.startsWith("~/") ? join(environment["HOME"] ?? "", home.slice(2)) : home;

/** The same for all that an adapter works with. */
export const withLogin = <Ports extends { readonly environment: Environment }>(
  ports: Ports,
  { model }: { readonly model: ModelSettings },
): Ports => (model.login === undefined ? ports : { ...ports, environment: loginEnvironment(model, ports.environment) });
