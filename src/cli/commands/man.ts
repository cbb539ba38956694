import { brand, envName } from "../../domain/brand.ts";
import type { CommandSpec } from "../program/command-spec.ts";
import { usageOf } from "../program/command-spec.ts";
import { flagText } from "../program/help-text.ts";
import { packageVersion } from "../program/package-version.ts";
import type { Program } from "../program/program.ts";
import { publicCommands } from "../program/public-commands.ts";

/** Prints the manual page, in roff, from the table of commands. */
export function command(program: Program): Promise<number> {
  program.out.text(manualPage(packageVersion()));
  return Promise.resolve(0);
}

/** A backslash and a dot or quote at the begin of a line mean something to roff. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1");

export function manualPage(version: string): string {
  return [
    `.TH ${brand.bin.toUpperCase()} 1 "" "${brand.name} ${version}" "User Commands"`,
    ".SH NAME",
    `${brand.bin} \\- takes a backlog of coding tasks through several AI models in parallel`,
    ".SH SYNOPSIS",
    `.B ${brand.bin}`,
    `[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]`,
    ".SH DESCRIPTION",
    roff("Plans, implements, reviews, checks and merges the tasks of tasks.yaml with the models of "),
    roff(`${brand.settingsFile}.`),
    roff("Without a command: the screen on the current or last run; without a terminal its summary."),
    ".SH COMMANDS",
    ...publicCommands.flatMap(commandPart),
    ".SH EXIT STATUS",
    ...exitCodes.flatMap(([code, text]) => [".TP", `.B ${code}`, roff(text)]),
    ".SH ENVIRONMENT",
    ...variables.flatMap(([name, text]) => [".TP", `.B ${roff(name)}`, roff(text)]),
    ".SH FILES",
    ...files.flatMap(([name, text]) => [".TP", `.I ${roff(name)}`, roff(text)]),
    "",
  ].join("\n");
}

function commandPart(spec: CommandSpec): readonly string[] {
  const rows = [
    ...spec.arguments.map(({ name, help }) => [name, help] as const),
    ...spec.flags.map((flag) => [flagText(flag), flag.help] as const),
  ];
  return [
    `.SS "${roff(usageOf(spec)).replaceAll('"', "\\(dq")}"`,
    roff(`${spec.help}.`),
    ...rows.flatMap(([left, right]) => [".TP", `.B ${roff(left)}`, roff(right)]),
    ...spec.more.flatMap((line) => [".PP", roff(line)]),
  ];
}

const exitCodes: readonly (readonly [string, string])[] = [
  ["0", "all done"],
  ["1", "a task failed"],
  ["2", "usage, settings, backlog, not a git repository; the ledger or the repository is gone, or a disk full"],
  ["3", "only questions are left"],
  ["4", "only holds without an end, refused budgets, or --no-wait at a hold or an open breaker"],
  ["130", "interrupted or stopped"],
];

const variables: readonly (readonly [string, string])[] = [
  [envName("HOME"), "moves the state folder"],
  ["LOG_LEVEL", "debug, info, warn or error"],
  ["NO_COLOR", "no colours"],
  ["ACCESSIBLE", "linear output for screen readers"],
  ["USE_MOCK_MODELS", "true: every model is a scripted one"],
  ["CIRCUIT_BREAKER_ENABLED, CIRCUIT_BREAKER_FAILURE_THRESHOLD, CIRCUIT_BREAKER_TIMEOUT_MS", "over the settings"],
];

const files: readonly (readonly [string, string])[] = [
  ["tasks.yaml", "the backlog; never written by the program"],
  [brand.settingsFile, "settings, beside the backlog or at the top of the repository"],
  [`$XDG_CONFIG_HOME/${brand.folder}/config.yaml`, "your own settings"],
  [`$XDG_STATE_HOME/${brand.folder}/`, "the ledger, runs and worktrees"],
];
