import { brand } from "../../src/domain/brand.ts";
import type { CommandSpec, FlagSpec } from "../../src/cli/program/command-spec.ts";
import { publicCommands } from "../../src/cli/program/public-commands.ts";

/** The part of docs/commands.md that is made from the table of actions. */
export function commandsPart(): string {
  const groups = [...new Set(publicCommands.map(({ group }) => group))];
  return groups
    .map(
      (group) =>
        `### ${group}\n\n${publicCommands
          .filter((spec) => spec.group === group)
          .map(entry)
          .join("\n")}`,
    )
    .join("\n");
}

function entry(spec: CommandSpec): string {
  const positionals = spec.arguments.map(({ name, required }) => (required ? ` ${name}` : ` [${name}]`));
  const also = spec.aliases.length === 0 ? "" : ` (also \`${spec.aliases.join("`, `")}\`)`;
  const head = `**\`${brand.bin} ${spec.name}${positionals.join("")}\`**${also}: ${escaped(spec.help)}.\n`;
  const rows = [
    ...spec.arguments.map(({ name, help }) => [name, help] as const),
    ...spec.flags.map((flag) => [typed(flag), meaning(flag)] as const),
  ];
  const list = rows.map(([name, help]) => `- \`${name}\`: ${escaped(help)}\n`).join("");
  return `${head}${list === "" ? "" : `\n${list}`}`;
}

const typed = ({ name, short, value }: FlagSpec): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${value === null ? "" : ` ${value}`}`;

function meaning({ help, choices, aliases, many }: FlagSpec): string {
  const more = [
    ...(choices === undefined ? [] : [`one of ${choices.join(", ")}`]),
    ...(many === true ? ["may be given more than once"] : []),
    ...(aliases === undefined ? [] : [`also --${aliases.join(", --")}`]),
  ].filter((text) => !help.includes(text.replace("one of ", "").replace(/, (\w+)$/, " or $1")));
  return [help, ...more].join("; ");
}

const escaped = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
