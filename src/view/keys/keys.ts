import { memoizeLast } from "../text/memoize-last.ts";
import { graphemes } from "../text/width.ts";
import type { CommandSpec, KeyContext, OwnKeys, Place, Scope } from "./command-spec.ts";
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

/** A key as it reaches the screen. */
export interface KeyPress {
  /** As `keyName` gives it; null: no key of ours. */
  readonly name: string | null;
  /** What it would type. */
  readonly text: string;
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

/** A command of the registry with its name. */
export interface Command extends CommandSpec {
  readonly id: CommandId;
}

/** The registry with the keys of one person. */
interface Keymap {
  readonly commands: readonly Command[];
  readonly byId: ReadonlyMap<CommandId, Command>;
  readonly byScope: ReadonlyMap<Scope, readonly Command[]>;
}

const isCommandId = (id: string): id is CommandId => Object.hasOwn(commands, id);

/** Keys of one's own in place of the usual ones; a command with none is in the palette alone. */
function keymapOf(own: OwnKeys): Keymap {
  const all = Object.entries<CommandSpec>(commands).flatMap(([id, { label, ...spec }]): readonly Command[] => {
    if (!isCommandId(id)) return [];
    const keys = own[id];
    const usual = label === undefined ? spec : { ...spec, label };
    return [{ id, ...(keys === undefined ? usual : { ...spec, keys }) }];
  });
  return {
    commands: all,
    byId: new Map(all.map((command) => [command.id, command])),
    byScope: Map.groupBy(all, ({ scope }) => scope),
  };
}

const usualKeys = keymapOf({});
const ownKeymap = memoizeLast(keymapOf);

const keymapIn = (own: OwnKeys | undefined): Keymap =>
  own === undefined || Object.keys(own).length === 0 ? usualKeys : ownKeymap(own);

/** Every command with its usual keys. */
export const allCommands: readonly Command[] = usualKeys.commands;
/** The same with the keys of the person. */
export const ownCommands = (own: OwnKeys | undefined): readonly Command[] => keymapIn(own).commands;

const scopes: Record<Place, readonly Scope[]> = {
  tasks: ["task", "list", "tasks", "global", "always"],
  models: ["list", "models", "global", "always"],
  review: ["diff", "task", "list", "review", "global", "always"],
  ask: ["list", "ask", "global", "always"],
  stats: ["list", "stats", "global", "always"],
  log: ["list", "log", "global", "always"],
  detail: ["output", "diff", "task", "list", "detail", "global", "always"],
  line: ["line", "text", "always"],
  editor: ["editor", "text", "always"],
  choices: ["choices", "text", "always"],
  confirm: ["confirm", "always"],
  help: ["help", "always"],
};

/** The scopes that are active at a place, the nearest first. */
export const scopesOf = (place: Place): readonly Scope[] => scopes[place];

/** All commands of the scopes that are active at a place. */
export const commandsAt = (context: KeyContext): readonly Command[] =>
  scopesOf(context.place)
    .filter((scope) => scope !== "diff" || context.diff)
    .flatMap((scope) => keymapIn(context.keys).byScope.get(scope) ?? []);

/** Each key to the first command that has it; the palette still has the others. */
function withoutTaken(list: readonly Command[]): readonly Command[] {
  const taken = new Set<string>();
  return list.map((command) => {
    const keys = command.keys.filter((key) => !taken.has(key));
    for (const key of keys) taken.add(key);
    return keys.length === command.keys.length ? command : { ...command, keys };
  });
}

/** All commands offered now, the nearest scope first. */
export function offered(context: KeyContext): readonly Command[] {
  const there = commandsAt(context).filter((command) => command.when?.(context) ?? true);
  return context.diff ? withoutTaken(there) : there;
}

/** The registry as somebody has to know it who gives commands other keys. */
export const keyCommands = usualKeys.commands.map(({ id, title, keys, scope }) => ({
  id,
  title,
  keys,
  places: Object.entries(scopes).flatMap(([place, active]) => (active.includes(scope) ? [place] : [])),
  typing: (["text", "line", "editor", "choices"] as readonly Scope[]).includes(scope),
  fixed: id === "interrupt",
}));

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

const signWords: Readonly<Record<string, string>> = { "↑": "up", "↓": "down", "←": "left", "→": "right", "⏎": "enter" };

/** A label of keys for a terminal that has only the signs of ASCII, where an arrow would be taken for the key `<`. */
export const inWords = (label: string): string =>
  label.replace(/[↑↓←→⏎]+/g, (signs) => Array.from(signs, (sign) => signWords[sign] ?? sign).join("/"));

/** The key of a command as it is written; of one without a key the way to it. */
export function keyOf(id: CommandId, own?: OwnKeys): string {
  const { byId } = keymapIn(own);
  const [key] = byId.get(id)?.keys ?? [];
  if (key !== undefined) return keyLabel(key);
  const [palette] = byId.get("palette")?.keys ?? [];
  return palette === undefined ? "no key" : `${keyLabel(palette)} ${commands[id].title.toLowerCase()}`;
}

/** The command a key stands for now. */
export const commandFor = (key: string, context: KeyContext): CommandId | null =>
  offered(context).find(({ keys }) => keys.includes(key))?.id ?? null;

/** What is said of a key that does nothing now; null: nothing, for the key that people press to be sure. */
export function withoutCommand(key: string, context: KeyContext): string | null {
  if (key === "esc") return null;
  const known = commandsAt(context).find(({ keys }) => keys.includes(key));
  const what =
    known === undefined ? `no key ${keyLabel(key)} here` : `${keyLabel(key)} (${known.title}) does nothing now`;
  const help = offered(context).find(({ id }) => id === "help")?.keys[0];
  return help === undefined ? what : `${what}, ${keyLabel(help)} for help`;
}
