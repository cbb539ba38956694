import { brand } from "../domain/brand.ts";
import type { CallSpec, Capabilities, ModelAdapter } from "../engine/adapter.ts";
import { agentClis } from "./agent-clis.ts";
import { keyName, otherPayers, startAgent, taken, type AgentLaunch } from "./agent-process.ts";
import { askedFor } from "./asked-for.ts";
import type { CallPaths } from "./call-input.ts";
import { CodexParser } from "./codex-lines.ts";
import type { CommandPorts } from "./command.ts";
import { localMoment } from "./local-moment.ts";

const capabilities: Capabilities = {
  streaming: true,
  session: "early",
  resume: true,
  schema: true,
  approvals: false,
  readOnly: true,
  durableOutput: true,
  costControl: "none",
  implements: true,
};

/** Codex by `codex exec --json`: whole messages instead of single words, and nobody is asked anything. */
export const createCodexAdapter = (ports: CommandPorts): ModelAdapter => ({
  name: "codex",
  capabilities,
  start: (spec, onProcess) =>
    startAgent(ports, spec, onProcess, {
      name: "codex",
      parser: new CodexParser(askedFor(spec), () => localMoment(ports.clock.now()), spec.counted),
      launch: (paths) => launch(ports, spec, paths),
    }),
});

function launch({ environment }: CommandPorts, spec: CallSpec, paths: CallPaths): AgentLaunch {
  const key = keyName(spec, environment, "OPENAI_API_KEY");
  return {
    args: codexArguments(spec, paths, key),
    env: taken(environment, ["CODEX_HOME", ...(key === null ? [] : [key])]),
    withheld: otherPayers(spec, agentClis.codex.payers),
  };
}

/** A resumed thread would fall back to a read-only sandbox, so that the sandbox is always said as a setting. */
export function codexArguments(
  spec: CallSpec,
  paths: Pick<CallPaths, "schema">,
  key: string | null = null,
): readonly string[] {
  const { start, model } = spec;
  return [
    "exec",
    ...(start.kind === "resume" ? ["resume"] : []),
    "--json",
    "--skip-git-repo-check",
    ...setting("sandbox_mode", sandboxOf(spec)),
    ...setting("approval_policy", "never"),
    ...providerOf(spec, key),
    ...(model.model === null ? [] : ["--model", model.model]),
    ...(paths.schema === "" ? [] : ["--output-schema", paths.schema]),
    ...(start.kind === "resume" ? ["--", start.session, "-"] : ["-"]),
  ];
}

/** As JSON, which these values share with TOML. */
const setting = (name: string, value: string): readonly string[] => ["-c", `${name}=${JSON.stringify(value)}`];

/** ask: nobody can be asked here, so that nothing is changed unasked. */
function sandboxOf({ access, permissions }: CallSpec): string {
  if (access === "read" || permissions === "ask") return "read-only";
  return permissions === "edits" ? "workspace-write" : "danger-full-access";
}

/**
 * A key or an address of the settings needs a provider of its own, which is also the only place where its retries can be
 * switched off: the built-in one cannot be changed, tries again a few times, and says so.
 */
function providerOf({ model }: CallSpec, key: string | null): readonly string[] {
  if (key === null && model.baseUrl === null) return [];
  const fields = [
    `name=${JSON.stringify(brand.name)}`,
    `base_url=${JSON.stringify(model.baseUrl ?? "https://api.openai.com/v1")}`,
    ...(key === null ? [] : [`env_key=${JSON.stringify(key)}`]),
    'wire_api="responses"',
    "request_max_retries=0",
    "stream_max_retries=0",
  ];
  return [...setting("model_provider", brand.bin), "-c", `model_providers.${brand.bin}={${fields.join(",")}}`];
}
