import { brand } from "../../domain/brand.ts";
import { usageOf, type CommandSpec, type FlagSpec } from "./command-spec.ts";
import { uiFlag } from "./commands-of.ts";
import { publicCommands } from "./public-commands.ts";

/** All commands by group, one line each. */
export function helpText(): string {
  const width = Math.max(...publicCommands.map(({ name }) => name.length));
  const groups = [...new Set(publicCommands.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    "",
    `${group}:`,
    ...publicCommands
      .filter((spec) => spec.group === group)
      .map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`),
  ]);
  return [
    `Usage: ${brand.bin} [COMMAND] [--help]   a command's own page: ${brand.bin} COMMAND --help`,
    "",
    `Without a command: the screen on the current or last run; without a terminal ${brand.bin} summary.`,
    ...lines,
    "",
    `  --ui MODE    without a command: ${uiFlag.choices?.join(", ")}`,
    "  -h, --help   this text",
    "  --version    the version, alone on its line",
    "",
  ].join("\n");
}

/** One command with its arguments and flags. */
export function commandHelp(spec: CommandSpec): string {
  const rows = [
    ...spec.arguments.map(({ name, help }) => [name, help] as const),
    ...spec.flags.map((flag) => [flagText(flag), flag.help] as const),
    ["-h, --help", "this text"] as const,
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  const aliases = spec.aliases.length === 0 ? [] : ["", `Also: ${spec.aliases.join(", ")}`];
  const more = spec.more.length === 0 ? [] : ["", ...spec.more];
  return [
    `Usage: ${brand.bin} ${usageOf(spec)}`,
    "",
    `${spec.help.slice(0, 1).toUpperCase()}${spec.help.slice(1)}.`,
    "",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    ...aliases,
    ...more,
    "",
  ].join("\n");
}

/** -f, --follow */
export function flagText(flag: FlagSpec): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  return `${short}--${flag.name}${flag.value === null ? "" : ` ${flag.value}`}`;
}
