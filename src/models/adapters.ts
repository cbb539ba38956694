import type { AdapterName } from "../domain/settings.ts";
import type { ModelAdapter } from "../engine/adapter.ts";
import type { Random } from "../engine/ports.ts";
import type { AskedFor } from "./asked-for.ts";
import { createCommandAdapter, type CommandPorts } from "./command.ts";
import { CommandParser } from "./command-lines.ts";
import type { LineParser } from "./line-parser.ts";
import { createScriptedAdapter, type ScriptedPorts } from "./scripted.ts";
import { realFiles } from "./scripted-files.ts";

export interface AdapterPorts extends CommandPorts, Omit<ScriptedPorts, "files"> {
  /** For ids of sessions that are chosen before the start. */
  readonly random: Random;
  /** What scripted models touch; the disk where it is not given. */
  readonly files?: ScriptedPorts["files"];
}

interface Provider {
  readonly name: AdapterName;
  readonly create: (ports: AdapterPorts) => ModelAdapter;
  /** Reads what its program prints; null: it has no program. */
  readonly parser: ((asked: AskedFor) => LineParser) | null;
}

/** Every way to ask a model. One more is a file and a line here. */
const providers: readonly Provider[] = [
  { name: "scripted", create: (ports) => createScriptedAdapter({ files: realFiles, ...ports }), parser: null },
  { name: "command", create: createCommandAdapter, parser: (asked) => new CommandParser(asked) },
];

export const availableAdapters: readonly AdapterName[] = providers.map(({ name }) => name);

export const createAdapters = (ports: AdapterPorts): ReadonlyMap<AdapterName, ModelAdapter> =>
  new Map(providers.map(({ name, create }) => [name, create(ports)]));

/** What reads a recorded output of an adapter's program, as a call would; null: the adapter has none. */
export const parserOf = (name: AdapterName, asked: AskedFor): LineParser | null =>
  providers.find((provider) => provider.name === name)?.parser?.(asked) ?? null;
