import type { ActionGroup } from "../../actions/action.ts";
import type { Completes } from "../../actions/fields.ts";

export interface FlagSpec {
  /** Without its dashes. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly short?: string;
  /** What its value is called; null: a switch. */
  readonly value: string | null;
  /** May be given more than once; a comma parts values too. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
  readonly completes?: Completes;
  readonly help: string;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly required: boolean;
  readonly completes?: Completes;
  readonly help: string;
}

/** One command as help, completions, manual and parser know it. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: ActionGroup;
  /** One line, without a full stop. */
  readonly help: string;
  /** Further lines for its own page. */
  readonly more: readonly string[];
  readonly arguments: readonly ArgumentSpec[];
  readonly flags: readonly FlagSpec[];
}

/** `list [--state S] [--json]`: the command as it is typed. */
export function usageOf(spec: CommandSpec): string {
  const positionals = spec.arguments.map(({ name, required }) => (required ? name : `[${name}]`));
  const flags = spec.flags.map(
    (flag) => `[--${flag.name}${flag.value === null ? "" : ` ${flag.value}`}]${flag.many === true ? "…" : ""}`,
  );
  return [spec.name, ...positionals, ...flags].join(" ");
}

/** Null: there is no such command. */
export const findCommand = (commands: readonly CommandSpec[], word: string): CommandSpec | null =>
  commands.find(({ name, aliases }) => name === word || aliases.includes(word)) ?? null;
