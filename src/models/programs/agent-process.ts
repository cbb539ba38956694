import { resolve } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { CallSpec, StartedProcess } from "../../engine/ports/adapter.ts";
import type { SignalStep } from "../../processes/group.ts";
import type { CommandPorts } from "../command/command.ts";
import { callEnvironment, markerOf } from "./call-environment.ts";
import { callPaths, writeCallInput, type CallPaths } from "./call-input.ts";
import { enclosing } from "./enclosing.ts";
import type { LineParser, ProtocolClient } from "./line-parser.ts";
import { ProcessCall } from "./process-call.ts";

/** An agent's program: how it is called, and who reads what it prints. */
export interface AgentProgram {
  /** Found on the PATH where the settings name no argv. */
  readonly name: string;
  readonly parser: LineParser | ProtocolClient;
  /** Writes what only this program reads, into the attempt's folder. */
  readonly launch: (paths: CallPaths) => Promise<AgentLaunch> | AgentLaunch;
  /** How it is asked to end, and then made to. */
  readonly signalSteps?: readonly SignalStep[];
}

export interface AgentLaunch {
  /** Behind the program's name; the prompt is its standard input, or for one that is talked to the first thing said. */
  readonly args: readonly string[];
  /** Under what the settings set. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that would change who pays: kept away, whatever the settings pass on or set. */
  readonly withheld?: readonly string[];
}

/** Starts or adopts one attempt of an agent whose output goes to files and whose prompt is its standard input. */
export function startAgent(
  ports: CommandPorts,
  spec: CallSpec,
  onProcess: (record: StartedProcess) => Promise<void>,
  program: AgentProgram,
): ProcessCall {
  const paths = callPaths(spec);
  const { parser } = program;
  const client = "opening" in parser ? { client: parser } : {};
  return new ProcessCall({
    spec,
    clock: ports.clock,
    parser,
    ...client,
    prepare: async () => {
      await writeCallInput(spec, paths);
      const { args, env, withheld = [] } = await program.launch(paths);
      const whole = { ...env, ...callEnvironment(spec, paths, ports.environment) };
      return {
        argv: [...programOf(spec, program.name), ...args],
        env: Object.fromEntries(Object.entries(whole).filter(([name]) => !withheld.includes(name))),
        ...("client" in client ? {} : { input: paths.prompt }),
      };
    },
    onProcess,
    temporary: paths.temporary,
    setting: `models.${spec.model.name}.argv of ${brand.settingsFile}`,
    marker: markerOf(paths),
    ...enclosing(ports, spec, paths),
    ...(ports.output === undefined ? {} : { limits: ports.output }),
    ...(program.signalSteps === undefined ? {} : { signalSteps: program.signalSteps }),
  });
}

function programOf({ model }: CallSpec, name: string): readonly string[] {
  const [first = name, ...rest] = model.argv ?? [];
  return [first.includes("/") ? resolve(model.folder, first) : first, ...rest];
}

/** Those of these variables that this program has itself. */
export function taken(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
}

/** The variable whose key pays: that of the settings, else the usual one where the model is metered and there is one. */
export function keyName(
  { model }: Pick<CallSpec, "model">,
  environment: Readonly<Record<string, string | undefined>>,
  usual: string,
): string | null {
  if (model.keyEnv !== null) return model.keyEnv;
  return model.billing === "metered" && (environment[usual] ?? "") !== "" ? usual : null;
}

/** Of these variables those that would let another pay than the plan that is to. */
export const otherPayers = ({ model }: Pick<CallSpec, "model">, payers: readonly string[]): readonly string[] =>
  model.billing === "subscription" && model.keyEnv === null ? payers : [];
