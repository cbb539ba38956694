import { resolve } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { CallSpec, ModelAdapter, StartedProcess } from "../../engine/ports/adapter.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Enclose } from "../../processes/enclose.ts";
import { answerRequirements } from "../answer-requirements.ts";
import { capabilitiesOf } from "../capabilities.ts";
import { enclosing } from "../programs/enclosing.ts";
import { callEnvironment, markerOf } from "../programs/call-environment.ts";
import { callPaths, writeCallInput, type CallPaths } from "../programs/call-input.ts";
import { ProcessCall, type OutputLimits } from "../programs/process-call.ts";
import { CommandParser } from "./command-lines.ts";

export interface CommandPorts {
  readonly clock: Clock;
  /** The environment of this program; only a few names of it reach the command. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output?: OutputLimits;
  /** Puts a wall around each program; absent: nobody does. */
  readonly enclose?: Enclose;
}

/** Any program as a model: it reads a file, prints its answer, and changes the working directory. */
export const createCommandAdapter = (ports: CommandPorts): ModelAdapter => ({
  name: "command",
  capabilities: capabilitiesOf.command,
  start: (spec, onProcess) => startCommand(ports, spec, onProcess),
});

function startCommand(
  ports: CommandPorts,
  spec: CallSpec,
  onProcess: (record: StartedProcess) => Promise<void>,
): ProcessCall {
  const paths = callPaths(spec);
  return new ProcessCall({
    spec,
    clock: ports.clock,
    parser: new CommandParser(answerRequirements(spec)),
    prepare: async () => {
      await writeCallInput(spec, paths);
      const argv = commandArgv(spec, paths);
      return argv === null ? null : { argv, env: callEnvironment(spec, paths, ports.environment) };
    },
    onProcess,
    temporary: paths.temporary,
    setting: `models.${spec.model.name}.argv of ${brand.settingsFile}`,
    marker: markerOf(paths),
    ...enclosing(ports, spec, paths),
    ...(ports.output === undefined ? {} : { limits: ports.output }),
  });
}

/** argv with its placeholders filled in, once: what is filled in is not looked at again. Null: it names no program. */
function commandArgv(spec: CallSpec, paths: CallPaths): readonly string[] | null {
  const { argv, model, name, folder } = spec.model;
  const values: Readonly<Record<string, string>> = {
    prompt_file: paths.prompt,
    schema_file: paths.schema,
    workdir: spec.workdir,
    model: model ?? name,
  };
  const filled = (argv ?? []).map((part) =>
    part.replaceAll(/\{(prompt_file|schema_file|workdir|model)\}/g, (_all, key: string) => values[key] ?? ""),
  );
  const [program, ...rest] = filled;
  if (program === undefined || program === "") return null;
  return [program.includes("/") ? resolve(folder, program) : program, ...rest];
}
