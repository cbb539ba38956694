import type { InputOf } from "../../actions/table.ts";
import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { brand } from "../../domain/brand.ts";
import { parseDurationMs } from "../../domain/duration.ts";
import type { ModelName, RepositoryId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { repositoryHere } from "../wiring/command-context.ts";
import { readPrompts } from "./prompt-overrides.ts";
import { noModel, readSettings } from "./read-settings.ts";
import { requireTrust, type Trusted } from "./trust.ts";

/** What is asked, of whom, and how; read and without fault. */
export interface AskInputs {
  readonly text: string;
  /** Where it is asked; null: in no repository. */
  readonly repository: RepositoryId | null;
  readonly models: readonly ModelName[];
  readonly timeoutMs: number | null;
  readonly synthesize: boolean;
  readonly cached: boolean;
  readonly settings: Settings;
  readonly template: string | null;
  readonly trusted: Trusted;
}

/** Settings of the folder or repository around, the user's, and what is found on this machine. BadFiles, CommandError; NotTrusted. */
export async function readAskInputs(program: Program, input: InputOf<"ask">, mayAsk: boolean): Promise<AskInputs> {
  const text = questionOf(input);
  const timeoutMs = timeoutOf(input.timeout);
  const repository = await repositoryHere(program);
  const top = repository?.top ?? program.cwd;
  const read = readSettings(program, { tasksFile: null, repositoryTop: top, flags: {}, mocks: input.models });
  const prompts = readPrompts(program, top);
  const problems = [...read.problems, ...prompts.problems];
  if (problems.length > 0 || read.settings === null) throw new BadFiles(problems);
  const { settings } = read;
  if (settings.models.length === 0) throw noModel();
  const models = modelsOf(input.models, settings);
  const subject = { repository, settings, found: read.found, prompts: prompts.texts };
  return {
    text,
    repository: repository?.id ?? null,
    models,
    trusted: await requireTrust(program, subject, { scope: "calls", given: input.trust, mayAsk }),
    timeoutMs,
    synthesize: input.synthesize,
    cached: input.cached,
    settings: timeoutMs === null ? settings : withTimeout(settings, timeoutMs),
    template: prompts.texts.get("synthesizer") ?? null,
  };
}

function questionOf({ text: typed, prompt: given }: InputOf<"ask">): string {
  if (typed !== undefined && given !== undefined)
    throw misused("ask takes its text as an argument or as --prompt, not both");
  const text = (typed ?? given ?? "").trim();
  if (text === "") throw misused("ask needs a text");
  return text;
}

/** What one call may take, so that a person may give it more time than it has in tasks. */
const withTimeout = (settings: Settings, timeoutMs: number): Settings => ({
  ...settings,
  timeouts: { ...settings.timeouts, httpMs: timeoutMs, reviewMs: timeoutMs },
});

/** 30s, 5m; a bare number is milliseconds. Null: not given. */
function timeoutOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = parseDurationMs(/^\d+$/.test(text) ? `${text}ms` : text);
  if (ms === null || ms === 0)
    throw misused(`--timeout must be milliseconds, or a whole number with ms, s, m, h or d, not ${quoted(text)}`);
  return ms;
}

/** Those of the models asked whose answers are made up. */
export const scriptedOf = ({ models, settings }: AskInputs): ReadonlySet<ModelName> =>
  new Set(models.filter((name) => settings.models.find((model) => model.name === name)?.adapter === "scripted"));

/** As they were named, each once; without names those of roles.ask, else all. */
function modelsOf(named: readonly ModelName[], settings: Settings): readonly ModelName[] {
  const names = settings.models.map(({ name }) => name);
  const wanted = named.length > 0 ? named : (settings.roles.ask ?? names);
  if (wanted.length === 0) throw misused("--models names no model");
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const suggest = suggester();
    const said = unknown.map((name) => {
      const hint = didYouMean(suggest(name, names));
      return `unknown model ${quoted(name)}${hint === null ? "" : `; ${hint}`}`;
    });
    throw new CommandError(said.join(", "), 2, [`known models: ${names.join(", ")}`]);
  }
  return [...new Set(wanted)];
}

const misused = (message: string): CommandError => new CommandError(message, 2, [`see ${brand.bin} ask --help`]);
