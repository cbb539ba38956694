import { inside, type Size } from "../layout/layout.ts";
import { helpRect } from "../layout/view-layouts.ts";
import { inputLine } from "../text/editor-lines.ts";
import type { TextEdit } from "../text/text-edit.ts";
import { fuzzyPlaces, fuzzyScore } from "../tasks/task-filter.ts";
import { empty, fitLine, gap, lineWidth, span, boldSpan, type Line } from "../text/line.ts";
import { pad } from "../text/width.ts";
import type { Group, KeyContext, Place } from "./command-spec.ts";
import { allCommands, inWords, keyLabel, offered, ownCommands, scopesOf, type Command } from "./keys.ts";

/** Palette, footer and help: three views of the registry. */

/** Movements make no sense as a choice of a list. */
const unlisted: ReadonlySet<Group> = new Set<Group>(["List", "Text"]);

/** The commands a person may pick now, best match first; without a query those picked last, then in the order of the registry. */
export function paletteCommands(
  context: KeyContext,
  query: string,
  recent: readonly string[] = [],
): readonly Command[] {
  const there = offered(context).filter(
    ({ group, id }) => id !== "palette" && id !== "interrupt" && (!unlisted.has(group) || id.startsWith("tasks.")),
  );
  const sought = query.trim().toLowerCase();
  if (sought === "") {
    const last = recent.flatMap((picked) => there.find(({ id }) => id === picked) ?? []);
    return [...last, ...there.filter((command) => !last.includes(command))];
  }
  return there
    .map((command) => ({
      command,
      score: fuzzyScore(`${command.title} ${command.id.replace(/[._]/g, " ")}`.toLowerCase(), sought),
    }))
    .filter(({ score }) => score !== null)
    .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))
    .map(({ command }) => command);
}

export interface PaletteItem {
  readonly label: string;
  readonly note: string;
  /** Places in the label of the letters that were typed. */
  readonly hits?: readonly number[];
  readonly recent?: boolean;
}

/** The same as the list shows them: with their keys, what they ask first, and what of them was typed. */
export const paletteItems = (context: KeyContext, query: string, recent: readonly string[]): readonly PaletteItem[] =>
  paletteCommands(context, query, recent).map(({ id, title, keys, danger }) => ({
    label: title,
    note: [danger === "confirm" ? "asks first" : "", keysText(keys, context)].filter((part) => part !== "").join("  "),
    hits: fuzzyPlaces(title.toLowerCase(), query.trim().toLowerCase()) ?? [],
    recent: query.trim() === "" && recent.includes(id),
  }));

const keysText = (keys: readonly string[], { ascii }: KeyContext): string => {
  const label = keys.map(keyLabel).join(" ");
  return ascii === true ? inWords(label) : label;
};

/** The line above the footer says how to answer a question. */
const answering: ReadonlySet<Group> = new Set<Group>(["Decide", "Task"]);

interface PlacedCommand {
  readonly command: Command;
  /** First column, and the one behind the last. */
  readonly from: number;
  readonly to: number;
}

function hintOf({ id, label, keys, hint = "" }: Command, context: KeyContext): Line {
  const key =
    label === undefined ? keysText(keys.slice(0, 1), context) : context.ascii === true ? inWords(label) : label;
  const word = id === "confirm.yes" ? (context.yes ?? hint) : hint;
  return [span(key, "accent"), span(` ${word}`, "muted")];
}

/** Each after the one before, two columns apart. */
function placedFrom(commands: readonly Command[], first: number, context: KeyContext): readonly PlacedCommand[] {
  let from = first;
  return commands.map((command) => {
    const placed = { command, from, to: from + lineWidth(hintOf(command, context)) };
    from = placed.to + 2;
    return placed;
  });
}

/** A diff has many keys: those to move on and to other sections go before all but the first of them. */
const firstOfDiff: ReadonlySet<string> = new Set([
  "review.comment",
  "review.next_hunk",
  "diff.next_match",
  "review.next_file",
]);

function moreLast(list: readonly Command[]): readonly Command[] {
  const isMore = ({ scope, id }: Command): boolean => scope === "diff" && !firstOfDiff.has(id);
  return [...list.filter((command) => !isMore(command)), ...list.filter(isMore)];
}

/** The keys that matter most here and where they stand, dropped from the right where there is no room; help and quit stay. */
export function footerPlaces(context: KeyContext, columns: number): readonly PlacedCommand[] {
  const saidAbove = context.actions.length > 0;
  const hinted = moreLast(offered(context)).filter(
    ({ hint, id, group, keys }) =>
      hint !== undefined &&
      keys.length > 0 &&
      id !== "help" &&
      id !== "quit" &&
      !(saidAbove && answering.has(group) && id !== "tasks.open"),
  );
  const fixed = offered(context).filter(({ id, keys }) => (id === "help" || id === "quit") && keys.length > 0);
  const width = placedFrom(fixed, 0, context).at(-1)?.to ?? 0;
  const right = columns - 1 - width;
  const room = width === 0 ? columns - 1 : right - 2;
  const left = placedFrom(hinted, 1, context);
  const cut = left.findIndex(({ to }) => to > room);
  return [...(cut < 0 ? left : left.slice(0, cut)), ...placedFrom(fixed, Math.max(0, right), context)];
}

export function footerLine(context: KeyContext, columns: number): Line {
  let at = 0;
  const cells = footerPlaces(context, columns).flatMap(({ command, from, to }): Line => {
    const before = gap(from - at);
    at = to;
    return [before, ...hintOf(command, context)];
  });
  return fitLine(cells, columns);
}

const placeTitle: Record<Place, string> = {
  tasks: "Tasks",
  models: "Models",
  review: "Review",
  ask: "Ask",
  stats: "Stats",
  log: "Log",
  detail: "Task",
  line: "Line",
  editor: "Editor",
  choices: "List",
  confirm: "Dialog",
  help: "Help",
};

/** Help has two columns from here on. */
const twoColumns = 100;

/** Help: what is valid here first, then the rest of the registry, each key once; side by side where there is room. With words only what has them all. */
export function helpLines(context: KeyContext, columns: number, query = ""): readonly Line[] {
  const every = ownCommands(context.keys).filter((command) => hasWords(command, query));
  const active = new Set(scopesOf(context.place));
  const here = scopesOf(context.place).flatMap((scope) => every.filter((command) => command.scope === scope));
  const valid = new Set(offered(context).map(({ id }) => id));
  const elsewhere = every.filter(({ scope }) => !active.has(scope));
  const width = columns < twoColumns ? columns : Math.floor((columns - 3) / 2);
  const part = (title: string, list: readonly Command[], isValid: (command: Command) => boolean): readonly Line[] =>
    list.length === 0
      ? []
      : [
          [boldSpan(title, "title")],
          ...[...Map.groupBy(list, ({ group }) => group)].flatMap(([group, members]) => [
            [span(group, "muted")],
            ...members.map((command) => helpRow(command, width, isValid(command), context)),
          ]),
        ];
  const left = part(`Here: ${placeTitle[context.place]}`, here, ({ id }) => valid.has(id));
  const right = part("Elsewhere", elsewhere, () => true);
  if (left.length + right.length === 0) return [[span("no key and no command has these words", "muted")]];
  if (columns < twoColumns) return [...left, ...(left.length > 0 && right.length > 0 ? [empty] : []), ...right];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [
    ...fitLine(left[index] ?? empty, width),
    span(" │ ", "border"),
    ...fitLine(right[index] ?? empty, width),
  ]);
}

/** What of help is to be seen at a size, beside the line of its search. */
export function helpPage(
  context: KeyContext,
  size: Size,
  { edit, typing }: { readonly edit: TextEdit; readonly typing: boolean },
): { readonly lines: readonly Line[]; readonly height: number; readonly find: Line | null } {
  const { width, height } = inside(helpRect(size));
  const find = typing
    ? inputLine("/ ", edit, width, "words of a key or a command")
    : edit.text === ""
      ? null
      : [span("/ ", "accent"), span(edit.text)];
  return { lines: helpLines(context, width, edit.text), height: height - (find === null ? 0 : 1), find };
}

function hasWords({ title, id, keys, group }: Command, query: string): boolean {
  const text = `${title} ${id} ${group} ${keys.map(keyLabel).join(" ")}`;
  return query
    .trim()
    .split(/\s+/)
    .every(
      (word) =>
        (word.length === 1 ? keys.includes(word) : text.toLowerCase().includes(word.toLowerCase())) || word === "",
    );
}

function helpRow(command: Command, columns: number, isValid: boolean, context: KeyContext): Line {
  const keys = keysText(command.keys, context) || "palette";
  const mark: Line =
    command.danger === undefined
      ? empty
      : [span(command.danger === "confirm" ? "  asks first" : "  undo: 5 s", "muted")];
  const title = span(` ${command.title}`, isValid ? "text" : "muted");
  return fitLine([span("  "), span(pad(keys, 18), "accent"), title, ...mark], columns);
}

const written = (key: string): string => `\`${key.replaceAll("|", "\\|")}\``;

/** The key map for the documentation, as rows of a Markdown table. */
export const keyMapMarkdown = (): string =>
  [
    "| where | id | keys | what |",
    "|---|---|---|---|",
    ...allCommands.map(
      ({ id, scope, keys, title }) =>
        `| ${scope} | \`${id}\` | ${keys.map(written).join(" ") || "none"} | ${title.replaceAll("|", "\\|")} |`,
    ),
  ].join("\n");
