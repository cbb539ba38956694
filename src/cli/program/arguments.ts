import { parseArgs, type ParseArgsConfig } from "node:util";

import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { brand } from "../../domain/brand.ts";
import { CommandError } from "./command-error.ts";
import type { CommandSpec, FlagSpec } from "./command-spec.ts";
import { usageOf } from "./command-spec.ts";

/** What was typed behind a command, checked against its entry in the table. */
export class Arguments {
  readonly #flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];

  constructor(positionals: readonly string[], flags: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.#flags = flags;
  }

  has(flag: string): boolean {
    return this.#flags.has(flag);
  }

  /** The last value; null: not given. */
  value(flag: string): string | null {
    return this.#flags.get(flag)?.at(-1) ?? null;
  }

  values(flag: string): readonly string[] {
    return this.#flags.get(flag) ?? [];
  }
}

const everywhere: readonly FlagSpec[] = [{ name: "help", short: "h", value: null, help: "this text" }];

/** Reads what stands behind a command's name; CommandError with a hint for what the table does not know. */
export function readArguments(spec: CommandSpec, argv: readonly string[]): Arguments {
  const known = [...spec.flags, ...everywhere, ...idFlag(spec)];
  const { tokens } = parseArgs({
    args: [...argv],
    options: optionsOf(known),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const flags = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const flag = known.find(({ name, aliases = [] }) => name === token.name || aliases.includes(token.name));
    if (flag === undefined) throw unknownFlag(spec, token.rawName, known);
    flags.set(flag.name, [...(flags.get(flag.name) ?? []), ...valuesOf(spec, flag, token.value, known)]);
  }
  const ids = flags.get(idAlias);
  if (ids !== undefined) positionals.unshift(...ids.slice(-1));
  if (!flags.has("help")) checkPositionals(spec, positionals);
  return new Arguments(positionals, flags);
}

/** Another way to name the task of a command that takes one. */
const idAlias = "task-id";
const idFlag = (spec: CommandSpec): readonly FlagSpec[] =>
  spec.arguments.some(({ name }) => name === "ID") ? [{ name: idAlias, value: "ID", help: "the task" }] : [];

function optionsOf(flags: readonly FlagSpec[]): NonNullable<ParseArgsConfig["options"]> {
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const { name, aliases = [], short, value } of flags) {
    const type = value === null ? "boolean" : "string";
    options[name] = short === undefined ? { type, multiple: true } : { type, short, multiple: true };
    for (const alias of aliases) options[alias] = { type, multiple: true };
  }
  return options;
}

function valuesOf(
  spec: CommandSpec,
  flag: FlagSpec,
  value: string | undefined,
  known: readonly FlagSpec[],
): readonly string[] {
  if (flag.value === null) {
    if (value !== undefined) throw misused(spec, `--${flag.name} takes no value`);
    return [""];
  }
  const isFlag = value !== undefined && known.some(({ name }) => value === `--${name}`);
  if (value === undefined || value === "" || isFlag) throw misused(spec, `--${flag.name} needs a value: ${flag.value}`);
  const values =
    flag.many === true
      ? value
          .split(",")
          .map((part) => part.trim())
          .filter((part) => part !== "")
      : [value];
  if (values.length === 0) throw misused(spec, `--${flag.name} needs a value: ${flag.value}`);
  const wrong = values.find((one) => flag.choices !== undefined && !flag.choices.includes(one));
  if (wrong !== undefined)
    throw misused(spec, `--${flag.name} is one of ${flag.choices?.join(", ")}, not ${quoted(wrong)}`);
  return values;
}

function checkPositionals(spec: CommandSpec, positionals: readonly string[]): void {
  const wanted = spec.arguments;
  const missing = wanted.find(({ required }, index) => required && (positionals[index] ?? "") === "");
  if (missing !== undefined) throw misused(spec, `${spec.name} needs ${missing.name}: ${missing.help}`);
  const blank = wanted.find((_, index) => positionals[index] === "");
  if (blank !== undefined) throw misused(spec, `${blank.name} of ${spec.name} is empty`);
  const extra = positionals[wanted.length];
  if (extra !== undefined)
    throw misused(
      spec,
      `${spec.name} takes ${wanted.length === 0 ? "no argument" : `${wanted.length} at most`}; what is ${quoted(extra)}?`,
    );
}

function unknownFlag(spec: CommandSpec, raw: string, known: readonly FlagSpec[]): CommandError {
  const names = known.flatMap(({ name, aliases = [] }) => [`--${name}`, ...aliases.map((alias) => `--${alias}`)]);
  const hint = didYouMean(suggester()(raw, names));
  return misused(spec, `${spec.name} knows no ${quoted(raw)}${hint === null ? "" : `; ${hint}`}`);
}

const misused = (spec: CommandSpec, message: string): CommandError =>
  new CommandError(message, 2, [`usage: ${brand.bin} ${usageOf(spec)}`]);

/** A whole number from 1; CommandError with the flag's name for anything else. */
export function wholeNumber(args: Arguments, flag: string): number | null {
  const text = args.value(flag);
  if (text === null) return null;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new CommandError(`--${flag} must be a whole number from 1, not ${quoted(text)}`);
  return number;
}
