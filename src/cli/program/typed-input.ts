import type { Display, TypedAction } from "../../actions/action.ts";
import { fieldsOf, type TypedField } from "../../actions/typed-fields.ts";
import { quoted } from "../../backlog/nearest.ts";
import { uiModes, type UiMode } from "../../domain/screen-settings.ts";
import { assert } from "../../domain/assert.ts";
import type { Wanted } from "../inputs/actor.ts";
import { wholeNumber, type Arguments } from "./arguments.ts";
import { CommandError } from "./command-error.ts";

/** How the answer is to be given. */
export interface Displays extends Readonly<Record<Exclude<Display, "ui">, boolean>> {
  readonly ui?: UiMode | null;
}

export const displaysOf = (args: Arguments): Displays => ({
  ui: uiModes.find((mode) => mode === args.value("ui")) ?? null,
  json: args.has("json"),
  plain: args.has("plain"),
  detach: args.has("detach"),
});

const isChosen = ({ cli: { by, value } }: TypedAction, args: Arguments): boolean =>
  by !== undefined && (value === undefined ? args.has(by) : args.value(by) === value);

/** The flag that chooses an action; of the one that needs none the command alone. */
const chooserOf = ({ cli: { command, by, value } }: TypedAction): string =>
  by === undefined ? command : value === undefined ? `--${by}` : `--${by} ${value}`;

/** Which action of a command is meant. CommandError for two at once, and for flags that belong to another. */
export function chosenAction<T extends { readonly spec: TypedAction }>(bound: readonly T[], args: Arguments): T {
  const actions = bound.map(({ spec }) => spec);
  const chosen = bound.filter(({ spec }) => isChosen(spec, args));
  if (chosen.length > 1)
    throw new CommandError(`one at a time, not ${chosen.map(({ spec }) => chooserOf(spec)).join(" and ")}`);
  const one = chosen[0] ?? bound.find(({ spec }) => spec.cli.by === undefined);
  if (one === undefined) throw new CommandError(`say which: ${actions.map(chooserOf).join(", ")}`);
  for (const other of actions) refuseForeign(one.spec, other, actions, args);
  return one;
}

/** What was typed for another action of the command must not be passed over. */
function refuseForeign(action: TypedAction, other: TypedAction, all: readonly TypedAction[], args: Arguments): void {
  const own = new Set([action.cli.by, ...fieldsOf(action).map(({ flag }) => flag)]);
  for (const field of fieldsOf(other)) {
    const { flag, notes } = field;
    if (own.has(flag)) continue;
    const [typed] = args.positionals;
    const given = notes.positional === true ? typed !== undefined : args.has(flag);
    if (!given) continue;
    const owners = all.filter((one) => fieldsOf(one).some((its) => its.flag === flag));
    const what = notes.positional === true ? `${quoted(typed ?? "")} (${notes.value ?? flag})` : `--${flag}`;
    const why = owners.some(({ cli }) => cli.by === undefined)
      ? `does not go with ${chooserOf(action)}`
      : `goes with ${[...new Set(owners.map(({ cli }) => `--${cli.by}`))].join(" or ")}`;
    throw new CommandError(`${action.cli.command}: ${what} ${why}`);
  }
}

function valueOf(field: TypedField, at: number, args: Arguments): unknown {
  if (field.notes.positional === true) return args.positionals[at];
  switch (field.kind) {
    case "switch":
      return args.has(field.flag);
    case "words":
      return args.values(field.flag);
    case "number":
      return wholeNumber(args, field.flag) ?? undefined;
    case "word":
      return args.value(field.flag) ?? undefined;
  }
}

/** What was typed, under the names of the action's input; not checked yet. */
export function typedInput(action: TypedAction, args: Arguments): Readonly<Record<string, unknown>> {
  const fields = fieldsOf(action);
  const positionals = fields.filter(({ notes }) => notes.positional === true);
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    const value = valueOf(field, positionals.indexOf(field), args);
    if (value !== undefined) input[field.name] = value;
    else assert(!field.required, `${action.cli.command} was let through without ${field.flag}`);
  }
  return input;
}

/** What is decided, as a log of refusals names it: the command with what of it decides, and the task it is about. */
export function wantedBy(action: TypedAction, input: Readonly<Record<string, unknown>>): Wanted {
  const { command, by, value } = action.cli;
  const chooser = by === undefined ? [] : [value === undefined ? `--${by}` : `--${by} ${value}`];
  const given = fieldsOf(action).flatMap(({ name, flag }) => {
    const words = input[name];
    if (!Array.isArray(action.decides) || !action.decides.includes(name)) return [];
    if (words === true) return [`--${flag}`];
    return Array.isArray(words) && words.length > 0 ? [`--${flag} ${words.join(",")}`] : [];
  });
  const { task } = input;
  return { what: [command, ...chooser, ...given].join(" "), task: typeof task === "string" ? task : null };
}
