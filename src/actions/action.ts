import type { z } from "zod";

/** Part of the help an action stands in. */
export type ActionGroup = "Work" | "Watch" | "Decide" | "Look" | "Models" | "Keep" | "Program";

/** What has to be there: a git repository around, a run of it, an engine that works on it now. */
export type Needed = "repository" | "run" | "engine";

/** How a terminal may be given the answer, beside words: one JSON object, plain lines instead of the screen, later, or as `--ui` says. */
export type Display = "json" | "plain" | "detach" | "ui";

/** Where an action stands on the command line. */
export interface CommandLine {
  /** The command it is, or is one of. */
  readonly command: string;
  readonly aliases?: readonly string[];
  /** The flag that chooses it among the actions of one command; absent: it is what the command does without one. */
  readonly by?: string;
  /** The value of that flag that chooses it, where several share one. */
  readonly value?: string;
  readonly displays?: readonly Display[];
  /** Further lines of the command's own page. */
  readonly more?: readonly string[];
}

/** One thing a person or a program can do or ask. Every door offers it as it is written here. */
export interface ActionSpec<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  readonly group: ActionGroup;
  /** What a button or a list of commands says. */
  readonly title: string;
  /** One line, without a full stop. */
  readonly help: string;
  readonly input: Input;
  /** What it answers; of one that streams, each line. */
  readonly output: Output;
  readonly streams?: true;
  /** Only a person may: always, never, or where one of these fields is given. */
  readonly decides: boolean | readonly string[];
  readonly needs: readonly Needed[];
  /** It runs or sends what the repository's settings and files name, of tasks or of calls alone: that must be trusted first. */
  readonly runs?: "tasks" | "calls";
  /** Null: only a screen offers it. */
  readonly cli: CommandLine | null;
}

/** One entry of the table; fields that decide are fields it has, and what it says of itself stays known to the compiler. */
export const action = <
  Input extends z.ZodObject,
  Output extends z.ZodType,
  const Decides extends boolean | readonly (keyof Input["shape"] & string)[],
  Cli extends CommandLine | null,
>(
  spec: ActionSpec<Input, Output> & { readonly decides: Decides; readonly cli: Cli },
): ActionSpec<Input, Output> & { readonly decides: Decides; readonly cli: Cli } => spec;

/** Whether what is asked for is a person's decision. */
export function isDecision(spec: ActionSpec, input: Readonly<Record<string, unknown>>): boolean {
  if (typeof spec.decides === "boolean") return spec.decides;
  return spec.decides.some((name) => {
    const value = input[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
}

/** An action that a command line offers. */
export type TypedAction = ActionSpec & { readonly cli: CommandLine };

export const isTyped = (spec: ActionSpec): spec is TypedAction => spec.cli !== null;

/** What an action may be told: one object. */
export type InputSchema = z.ZodObject;

/** Input that was checked. */
export type Checked<Input extends InputSchema> = z.output<Input>;
