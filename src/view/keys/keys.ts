import { graphemes } from "../text/width.ts";
import type { CommandSpec, KeyContext, Place, Scope } from "./command-spec.ts";
import { commands, type CommandId } from "./commands.ts";

/** What a terminal library says of a key; Ink's Key fits. */
export interface KeyFlags {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
  readonly eventType?: "press" | "repeat" | "release" | undefined;
}

const named: readonly (readonly [keyof KeyFlags, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "esc"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
];

/** One key press by the names of the registry: "a", "G", "ctrl+p", "alt+b", "shift+tab", "space". Null: a release, or nothing of ours. */
export function keyName(input: string, flags: KeyFlags): string | null {
  if (flags.eventType === "release") return null;
  const special = named.find(([flag]) => flags[flag] === true)?.[1];
  const modifiers = `${flags.ctrl ? "ctrl+" : ""}${flags.meta && special !== "esc" ? "alt+" : ""}`;
  if (special !== undefined) return `${modifiers}${flags.shift ? "shift+" : ""}${special}`;
  if (input === "\n") return "ctrl+j";
  if (input === "") return null;
  if (input === " ") return `${modifiers}space`;
  return `${modifiers}${flags.ctrl ? input.toLowerCase() : input}`;
}

/**
 * A chunk of input as single keys. A terminal that is read late gives several at once. A longer chunk that is no repeated key is
 * pasted text without its brackets: as keys it would do harm, so it is no key at all.
 */
export function keysOf(name: string): readonly string[] {
  if (name.length === 1 || name.includes("+") || specialNames.has(name)) return [name];
  const parts = graphemes(name);
  const first = parts[0];
  return parts.length <= 4 || parts.every((part) => part === first) ? parts : [];
}

const specialNames: ReadonlySet<string> = new Set([...named.map(([, name]) => name), "space"]);

const scopes: Record<Place, readonly Scope[]> = {
  tasks: ["task", "list", "tasks", "global", "always"],
  models: ["list", "models", "global", "always"],
  review: ["task", "list", "review", "global", "always"],
  ask: ["list", "ask", "global", "always"],
  stats: ["list", "stats", "global", "always"],
  log: ["list", "log", "global", "always"],
  detail: ["output", "task", "list", "detail", "global", "always"],
  line: ["line", "text", "always"],
  editor: ["editor", "text", "always"],
  choices: ["choices", "text", "always"],
  confirm: ["confirm", "always"],
  help: ["help", "always"],
};

/** The scopes that are active at a place, the nearest first. */
export const scopesOf = (place: Place): readonly Scope[] => scopes[place];

/** A command of the registry with its name. */
export interface Command extends CommandSpec {
  readonly id: CommandId;
}

const isCommandId = (id: string): id is CommandId => Object.hasOwn(commands, id);

export const allCommands: readonly Command[] = Object.entries<CommandSpec>(commands).flatMap(([id, spec]) =>
  isCommandId(id) ? [{ id, ...spec }] : [],
);

const byScope: ReadonlyMap<Scope, readonly Command[]> = Map.groupBy(allCommands, ({ scope }) => scope);

/** All commands offered now, the nearest scope first. */
export const offered = (context: KeyContext): readonly Command[] =>
  scopesOf(context.place).flatMap((scope) =>
    (byScope.get(scope) ?? []).filter((command) => command.when?.(context) ?? true),
  );

/** The command a key stands for now. */
export const commandFor = (key: string, context: KeyContext): CommandId | null =>
  offered(context).find(({ keys }) => keys.includes(key))?.id ?? null;

/** What is said of a key that does nothing now; null: nothing, for the key that people press to be sure. */
export function withoutCommand(key: string, context: KeyContext): string | null {
  if (key === "esc") return null;
  const known = scopesOf(context.place)
    .flatMap((scope) => byScope.get(scope) ?? [])
    .find(({ keys }) => keys.includes(key));
  const what =
    known === undefined ? `no key ${keyLabel(key)} here` : `${keyLabel(key)} (${known.title}) does nothing now`;
  return commandFor("?", context) === "help" ? `${what}, ? for help` : what;
}

const labels: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  enter: "⏎",
  pageup: "PgUp",
  pagedown: "PgDn",
  "ctrl+enter": "ctrl+⏎",
};

/** How a key is written on the screen. */
export const keyLabel = (key: string): string => labels[key] ?? key;
