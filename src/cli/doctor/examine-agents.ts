import type { AgentResult } from "../../actions/results/doctor.ts";
import type { ModelSettings } from "../../domain/settings.ts";
import { availableAdapters } from "../../models/adapters.ts";
import { defaultModels } from "../../models/default-models.ts";
import { loginEnvironment } from "../../models/programs/account-login.ts";
import { agentClis, type AgentCli } from "../../models/programs/agent-clis.ts";
import { readLogin, type Login } from "../../models/programs/agent-logins.ts";
import { agentVersion, type AgentVersion } from "../../models/programs/agent-versions.ts";
import { findProgram } from "../../processes/program.ts";
import { agentScript } from "../inputs/agent-script.ts";
import type { Program } from "../program/program.ts";
import type { Finding } from "./finding.ts";

/** An agent's program as it stands on this machine. */
export interface SeenAgent {
  readonly cli: AgentCli;
  /** Null: it is not on the PATH. */
  readonly path: string | null;
  readonly version: AgentVersion;
  readonly login: Login;
}

const versionPatienceMs = 10_000;

/** Looks at all agents at once; asks no model and reads no key. */
export async function seeAgents({ env, cwd }: Program): Promise<readonly SeenAgent[]> {
  return await Promise.all(
    Object.values(agentClis)
      .filter(({ adapter }) => availableAdapters.includes(adapter))
      .map(async (cli): Promise<SeenAgent> => {
        const login = readLogin(cli.adapter, env);
        const found = await findProgram(cli.program, cwd, env["PATH"]);
        if (!found.ok) return { cli, path: null, version: { kind: "missing" }, login };
        return { cli, path: found.path, version: await agentVersion(cli, env, versionPatienceMs), login };
      }),
  );
}

/** Those that are there. */
export const agentFindings = (agents: readonly SeenAgent[]): readonly Finding[] =>
  agents
    .filter(({ path }) => path !== null)
    .map(({ cli, path, version, login }) => {
      const note = version.kind === "missing" ? null : version.note;
      const number = version.kind === "known" ? ` ${version.version}` : "";
      const isIn = login.kind !== "none";
      const state = `${loginWords[login.kind]}${isIn ? ` (${login.how})` : `; log in: ${cli.logIn}`}`;
      return {
        what: `agent ${cli.program}`,
        state: note === null && isIn ? "ok" : "warn",
        text: `${path ?? ""}${number}, ${state}${note === null ? "" : `; ${note}`}`,
      };
    });

const loginWords: Readonly<Record<Login["kind"], string>> = {
  subscription: "logged in to a plan",
  key: "logged in with a key",
  none: "not logged in",
  unknown: "its login cannot be told without a call",
};

/** What is wrong with an agent that a model of the settings is to use; null: nothing. */
export function agentFault(
  model: ModelSettings,
  agents: readonly SeenAgent[],
  env: Program["env"],
): { readonly state: "warn" | "bad"; readonly text: string } | null {
  const agent = agents.find(({ cli }) => cli.adapter === model.adapter);
  if (agent === undefined) return null;
  const { cli, path } = agent;
  const hasKey = (name: string): boolean => (env[name] ?? "") !== "";
  const login = model.login === undefined ? agent.login : readLogin(cli.adapter, loginEnvironment(model, env));
  if (path === null && model.argv === null)
    return { state: "bad", text: `${cli.program} is not on the PATH; install it: ${cli.install}` };
  if (model.keyEnv !== null)
    return hasKey(model.keyEnv) ? null : { state: "bad", text: `${model.keyEnv} is not set (key_env)` };
  if (login.kind === "unknown") return null;
  if (model.billing === "subscription") {
    if (login.kind === "key")
      return {
        state: "warn",
        text: `its plan is to pay, but ${cli.program} is logged in with a key: each call costs money`,
      };
    return login.kind === "none"
      ? { state: "warn", text: `${cli.program} is not logged in; log in: ${cli.logIn}` }
      : null;
  }
  if (login.kind !== "none" || cli.key === null || hasKey(cli.key)) return null;
  return { state: "warn", text: `${cli.program} is not logged in and ${cli.key} is not set` };
}

/** What to do where no model is found; `script`: there is one that needs but an agent's name. */
export function waysToAModel(script: string | null = null): readonly string[] {
  const agents = Object.values(agentClis).filter(({ adapter }) => availableAdapters.includes(adapter));
  const keys = defaultModels.filter(({ adapter }) => availableAdapters.includes(adapter));
  return [
    ...agents.map(({ install, logIn }) => `install an agent: ${install}, then log in: ${logIn}`),
    ...(keys.length === 0 ? [] : [`or set a key: ${keys.map(({ keyEnv }) => keyEnv).join(", ")}`]),
    ...(availableAdapters.includes("openai-compatible")
      ? ["or start a server of models on this machine: Ollama, LM Studio, llama.cpp"]
      : []),
    script === null
      ? `or name any program as a model: {adapter: command, argv: ${agentScript.argv}}`
      : `or name any program in ${script}: fill in its line AGENT`,
  ];
}

/** For programs. */
export const agentsJson = (agents: readonly SeenAgent[]): readonly AgentResult[] =>
  agents.map(({ cli, path, version, login }) => ({
    program: cli.program,
    adapter: cli.adapter,
    path,
    version: version.kind === "known" ? version.version : null,
    tested: { ...cli.tested },
    note: version.kind === "missing" ? null : version.note,
    login: { kind: login.kind, how: login.how },
  }));
