import { fuzzyScore } from "../tasks/task-filter.ts";
import { empty, fitLine, fitParts, gap, span, boldSpan, spread, type Line } from "../text/line.ts";
import { pad } from "../text/width.ts";
import type { CommandSpec, Group, KeyContext, Place } from "./command-spec.ts";
import { allCommands, keyLabel, offered, ownCommands, scopesOf, type Command } from "./keys.ts";

/** Palette, footer and help: three views of the registry. */

/** Movements make no sense as a choice of a list. */
const unlisted: ReadonlySet<Group> = new Set<Group>(["List", "Text"]);

/** The commands a person may pick now, best match first; without a query in the order of the registry. */
export function paletteCommands(context: KeyContext, query: string): readonly Command[] {
  const there = offered(context).filter(
    ({ group, id }) => id !== "palette" && id !== "interrupt" && (!unlisted.has(group) || id.startsWith("tasks.")),
  );
  const sought = query.trim().toLowerCase();
  if (sought === "") return there;
  return there
    .map((command) => ({
      command,
      score: fuzzyScore(`${command.title} ${command.id.replace(/[._]/g, " ")}`.toLowerCase(), sought),
    }))
    .filter(({ score }) => score !== null)
    .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))
    .map(({ command }) => command);
}

const keyText = (spec: CommandSpec): string => spec.label ?? keyLabel(spec.keys[0] ?? "");

/** The line above the footer says how to answer a question. */
const answering: ReadonlySet<Group> = new Set<Group>(["Decide", "Task"]);

/** The keys that matter most here, dropped from the right where there is no room; help and quit stay. */
export function footerLine(context: KeyContext, columns: number): Line {
  const saidAbove = context.actions.length > 0;
  const hinted = offered(context).filter(
    ({ hint, id, group, keys }) =>
      hint !== undefined &&
      keys.length > 0 &&
      id !== "help" &&
      id !== "quit" &&
      !(saidAbove && answering.has(group) && id !== "tasks.open"),
  );
  const part = (spec: CommandSpec): Line => [span(keyText(spec), "accent"), span(` ${spec.hint ?? ""}`, "muted")];
  const fixed = offered(context)
    .filter(({ id, keys }) => (id === "help" || id === "quit") && keys.length > 0)
    .map(part);
  const right = fixed.flatMap((each, index): Line => (index === 0 ? each : [gap(2), ...each]));
  const room = columns - 2 - (fixed.length === 0 ? 0 : 16);
  return fitLine(spread([gap(1), ...fitParts(hinted.map(part), room)], [...right, gap(1)], columns), columns);
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

/** Help: what is valid here first, then the rest of the registry, each key once. */
export function helpLines(context: KeyContext, columns: number): readonly Line[] {
  const every = ownCommands(context.keys);
  const here = scopesOf(context.place).flatMap((scope) => every.filter((command) => command.scope === scope));
  const valid = new Set(offered(context).map(({ id }) => id));
  const elsewhere = every.filter((command) => !here.includes(command));
  const row = (command: Command): Line => {
    const keys = command.keys.map(keyLabel).join(" ") || "palette";
    const mark: Line =
      command.danger === "confirm"
        ? [span("  asks first", "muted")]
        : command.danger === "undo"
          ? [span("  undo: 5 s", "muted")]
          : empty;
    return fitLine(
      [
        span("  "),
        span(pad(keys, 18), "accent"),
        span(` ${command.title}`, valid.has(command.id) || !here.includes(command) ? "text" : "muted"),
        ...mark,
      ],
      columns,
    );
  };
  const grouped = (list: readonly Command[]): readonly Line[] =>
    [...Map.groupBy(list, ({ group }) => group)].flatMap(([group, members]) => [
      [span(group, "muted")],
      ...members.map(row),
    ]);
  return [
    [boldSpan(`Here: ${placeTitle[context.place]}`, "title")],
    ...grouped(here),
    empty,
    [boldSpan("Elsewhere", "title")],
    ...grouped(elsewhere),
  ];
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
