import { existsSync } from "node:fs";
import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { CallSpec, ModelAdapter, StartedProcess, RunningCall } from "../../engine/ports/adapter.ts";
import { gateFiles } from "../../processes/gate.ts";
import { answerRequirements } from "../answer-requirements.ts";
import { capabilitiesOf } from "../capabilities.ts";
import type { CommandPorts } from "../command/command.ts";
import { localMoment } from "../local-moment.ts";
import { withLogin } from "../programs/account-login.ts";
import { agentClis } from "../programs/agent-clis.ts";
import { keyName, otherPayers, startAgent, taken, type AgentLaunch } from "../programs/agent-process.ts";
import type { CallPaths } from "../programs/call-input.ts";
import type { Moment } from "../written-instant.ts";
import { appRights, type AppTurn } from "./codex-app-server.ts";
import { CodexParser } from "./codex-lines.ts";
import { CodexClient } from "./codex-stream.ts";
import { FallBack } from "./fall-back.ts";

type OnProcess = (record: StartedProcess) => Promise<void>;

/**
 * Codex by `codex app-server`. A program that ends at once when it is started as one is run by `codex exec --json` instead
 * (whole messages instead of single words, and nobody is asked anything); so is one whose argv ends with "exec".
 */
export function createCodexAdapter(given: CommandPorts): ModelAdapter {
  const start = (spec: CallSpec, onProcess: OnProcess): RunningCall => {
    const ports = withLogin(given, spec);
    if (isExec(spec)) return startExec(ports, spec, onProcess);
    const parser = new CodexClient(answerRequirements(spec), momentOf(ports), spec.counted, appTurn(ports, spec));
    const call = startAgent(ports, spec, onProcess, {
      name: "codex",
      parser,
      launch: () => launch(ports, spec, (key) => appArguments(spec, key)),
    });
    if (spec.start.kind === "adopt") return call;
    return new FallBack(call, () => (parser.isNoServer ? startExec(ports, spec, onProcess) : null));
  };
  return { name: "codex", capabilities: capabilitiesOf.codex, start };
}

/** Of an adopted process the files say how it was started. */
function isExec({ start, model, folder }: CallSpec): boolean {
  if (start.kind !== "adopt") return endsWithExec(model);
  return ![gateFiles.said, gateFiles.input].some((name) => existsSync(join(folder, name)));
}

const endsWithExec = ({ argv }: CallSpec["model"]): boolean => argv?.at(-1) === "exec";

const momentOf =
  ({ clock }: CommandPorts) =>
  (): Moment =>
    localMoment(clock.now());

const startExec = (ports: CommandPorts, spec: CallSpec, onProcess: OnProcess): RunningCall =>
  startAgent(ports, spec, onProcess, {
    name: "codex",
    parser: new CodexParser(answerRequirements(spec), momentOf(ports), spec.counted),
    launch: (paths) => launch(ports, spec, (key) => codexArguments(spec, paths, key)),
  });

const payingKey = ({ environment }: CommandPorts, spec: CallSpec): string | null =>
  keyName(spec, environment, "OPENAI_API_KEY");

function launch(
  ports: CommandPorts,
  spec: CallSpec,
  argumentsWith: (key: string | null) => readonly string[],
): AgentLaunch {
  const key = payingKey(ports, spec);
  return {
    args: argumentsWith(key),
    env: taken(ports.environment, ["CODEX_HOME", ...(key === null ? [] : [key])]),
    withheld: otherPayers(spec, agentClis.codex.payers),
  };
}

export const appArguments = (spec: CallSpec, key: string | null = null): readonly string[] => [
  "app-server",
  ...providerOf(spec, key),
];

function appTurn(ports: CommandPorts, spec: CallSpec): AppTurn {
  const { prompt, schema, model, start } = spec;
  return {
    prompt,
    schema,
    thread: start.kind === "resume" ? start.session : null,
    model: model.model,
    rights: appRights(spec),
    hasPlan: model.billing === "subscription" && payingKey(ports, spec) === null && model.baseUrl === null,
  };
}

/** Of `codex exec`. A resumed thread would fall back to a read-only sandbox, so that the sandbox is always said as a setting. */
export function codexArguments(
  spec: CallSpec,
  paths: Pick<CallPaths, "schema">,
  key: string | null = null,
): readonly string[] {
  const { start, model } = spec;
  return [
    ...(endsWithExec(model) ? [] : ["exec"]),
    ...(start.kind === "resume" ? ["resume"] : []),
    "--json",
    "--skip-git-repo-check",
    // Nobody can be asked here, so that nothing is changed unasked.
    ...setting("sandbox_mode", appRights(spec).sandbox),
    ...setting("approval_policy", "never"),
    ...providerOf(spec, key),
    ...(model.model === null ? [] : ["--model", model.model]),
    ...(paths.schema === "" ? [] : ["--output-schema", paths.schema]),
    ...(start.kind === "resume" ? ["--", start.session, "-"] : ["-"]),
  ];
}

/** As JSON, which these values share with TOML. */
const setting = (name: string, value: string): readonly string[] => ["-c", `${name}=${JSON.stringify(value)}`];

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
