import type { Arguments } from "./arguments.ts";
import type { Program } from "./program.ts";

/** What does the work of a command; the answer is the exit code. */
export type Command = (program: Program, args: Arguments) => Promise<number>;

/** What a shell may complete in a place. */
export type Completes = "file" | "folder" | "task" | "model" | "branch" | null;

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
  readonly aliases?: readonly string[];
  readonly group: "Work" | "Watch" | "Decide" | "Look" | "Models" | "Keep" | "Program";
  /** One line, without a full stop. */
  readonly help: string;
  /** Further lines for its own page. */
  readonly more?: readonly string[];
  readonly arguments?: readonly ArgumentSpec[];
  readonly flags?: readonly FlagSpec[];
  /** Not listed: for the program itself and for shells. */
  readonly hidden?: boolean;
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** `list [--state S] [--json]`: the command as it is typed. */
export function usageOf(spec: CommandSpec): string {
  const positionals = (spec.arguments ?? []).map(({ name, required }) => (required ? name : `[${name}]`));
  const flags = (spec.flags ?? []).map(
    (flag) => `[--${flag.name}${flag.value === null ? "" : ` ${flag.value}`}]${flag.many === true ? "…" : ""}`,
  );
  return [spec.name, ...positionals, ...flags].join(" ");
}
