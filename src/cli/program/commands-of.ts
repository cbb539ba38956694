import { brand } from "../../domain/brand.ts";
import { uiModes } from "../../domain/screen-settings.ts";
import { type ActionSpec, type Display, isTyped, type TypedAction } from "../../actions/action.ts";
import { fieldsOf, type TypedField } from "../../actions/typed-fields.ts";
import type { ArgumentSpec, CommandSpec, FlagSpec } from "./command-spec.ts";

const displayHelp: Readonly<Record<Display, string>> = {
  detach: "leave it running in the background",
  ui: "the screen, lines, or lines with numbered questions for screen readers",
  plain: "lines instead of the screen",
  json: "for scripts",
};

/** How a command that shows a screen talks to a person. */
export const uiFlag: FlagSpec = { name: "ui", value: "MODE", choices: uiModes, help: displayHelp.ui };

function flagOf({ flag, kind, choices, notes, help }: TypedField): FlagSpec {
  return {
    name: flag,
    help,
    value: kind === "switch" ? null : (notes.value ?? "VALUE"),
    ...(kind === "words" ? { many: true } : {}),
    ...(choices === null ? {} : { choices }),
    ...(notes.aliases === undefined ? {} : { aliases: notes.aliases }),
    ...(notes.short === undefined ? {} : { short: notes.short }),
    ...(notes.completes === undefined ? {} : { completes: notes.completes }),
  };
}

/** The flag that chooses an action, where no field of it does. */
function choosingFlag(action: TypedAction, all: readonly TypedAction[]): readonly FlagSpec[] {
  const { by, value } = action.cli;
  if (by === undefined || fieldsOf(action).some(({ flag }) => flag === by)) return [];
  if (value === undefined) return [{ name: by, value: null, help: action.help }];
  const choices = all.flatMap(({ cli }) => (cli.by === by && cli.value !== undefined ? [cli.value] : []));
  return [{ name: by, value: "ACTION", choices, help: action.help }];
}

const eachOnce = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
  all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);

function argumentsOf(actions: readonly TypedAction[]): readonly ArgumentSpec[] {
  const all = actions.map((action) => fieldsOf(action).filter(({ notes }) => notes.positional === true));
  return eachOnce(
    all.flat().map(({ notes, help, flag, required }) => ({
      name: notes.value ?? flag,
      help,
      required: required && all.every((fields) => fields.some((field) => field.flag === flag)),
      completes: notes.completes ?? null,
    })),
  );
}

/** Goes with every command that may decide. */
const tokenFile: FlagSpec = {
  name: "token-file",
  value: "FILE",
  completes: "file",
  help: `what ${brand.bin} token made, to decide without a terminal; - reads it from standard input`,
};

function commandOf(name: string, actions: readonly TypedAction[]): CommandSpec | null {
  const main = actions.find(({ cli }) => cli.by === undefined) ?? actions[0];
  if (main === undefined) return null;
  const flags = actions.flatMap((action) => [
    ...choosingFlag(action, actions),
    ...fieldsOf(action)
      .filter(({ notes }) => notes.positional !== true)
      .map(flagOf),
  ]);
  const shown = (["detach", "ui", "plain", "json"] as const).filter((display) =>
    actions.some(({ cli }) => cli.displays?.includes(display) === true),
  );
  const displays = shown.map((display): FlagSpec => {
    if (display === "ui") return uiFlag;
    const streams = display === "json" && main.streams === true;
    return { name: display, value: null, help: streams ? "events, one a line" : displayHelp[display] };
  });
  return {
    name,
    aliases: main.cli.aliases ?? [],
    group: main.group,
    help: main.help,
    more: main.cli.more ?? [],
    arguments: argumentsOf(actions),
    flags: eachOnce([...flags, ...displays, ...(actions.some(({ decides }) => decides !== false) ? [tokenFile] : [])]),
  };
}

/** The commands of a table of actions, in its order. */
export function commandsOf(table: Readonly<Record<string, ActionSpec>>): readonly CommandSpec[] {
  const typed = Object.values(table).filter(isTyped);
  return [...new Set(typed.map(({ cli }) => cli.command))].flatMap((name) => {
    const spec = commandOf(
      name,
      typed.filter(({ cli }) => cli.command === name),
    );
    return spec === null ? [] : [spec];
  });
}
