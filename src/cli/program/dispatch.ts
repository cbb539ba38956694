import { isDecision } from "../../actions/action.ts";
import { innerActions } from "../../actions/inner.ts";
import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { Bug } from "../../domain/assert.ts";
import { brand } from "../../domain/brand.ts";
import { endsEngine } from "../../domain/fatal-fault.ts";
import { problemLine } from "../../domain/problem.ts";
import { WorkspaceError } from "../../domain/workspace-error.ts";
import { readArguments } from "./arguments.ts";
import { BadFiles, CommandError } from "./command-error.ts";
import { findCommand, type CommandSpec } from "./command-spec.ts";
import { commandsOf, uiFlag } from "./commands-of.ts";
import { handlers, innerHandlers } from "./handlers.ts";
import { commandHelp, helpText } from "./help-text.ts";
import { packageVersion } from "./package-version.ts";
import type { Program } from "./program.ts";
import { publicCommands } from "./public-commands.ts";
import { chosenAction, displaysOf, typedInput, wantedBy } from "./typed-input.ts";

const bound = [...Object.values(handlers).filter((one) => one !== null), ...innerHandlers];
const allCommands = [...publicCommands, ...commandsOf(innerActions)];

/** Finds the command, then which of its actions is meant, and runs it. What goes wrong in the world is told, and is the exit code. */
export async function dispatch(argv: readonly string[], program: Program): Promise<number> {
  const [word, ...rest] = argv;
  try {
    if (word === undefined || word === "--ui" || word.startsWith("--ui="))
      return await (
        await import("../commands/default-command.ts")
      ).command(program, displaysOf(readArguments(withoutCommand, argv)).ui ?? null);
    if (word === "--version") return say(program, `${packageVersion()}\n`);
    if (word === "--help" || word === "-h") return await help(program, helpText());
    if (word === "help") return await help(program, rest[0] === undefined ? helpText() : commandHelp(known(rest[0])));
    const command = known(word);
    const args = readArguments(command, rest);
    if (args.has("help")) return await help(program, commandHelp(command));
    const chosen = chosenAction(
      bound.filter(({ spec: { cli } }) => cli.command === command.name),
      args,
    );
    const input = typedInput(chosen.spec, args);
    const { recordDoubts, requirePerson } = await import("../inputs/actor.ts");
    const { withTokenFile } = await import("../inputs/token.ts");
    const asked = await withTokenFile(program, args.value("token-file"));
    const warning = isDecision(chosen.spec, input) ? await requirePerson(asked, wantedBy(chosen.spec, input)) : null;
    const code = await chosen.run(asked, input, displaysOf(args));
    if (code === 0) await recordDoubts(asked);
    if (code !== 2 && warning !== null) program.err.line(warning);
    return code;
  } catch (error) {
    return await tell(program, error, rest.includes("--json"));
  }
}

/** What may be typed without a command. */
const withoutCommand: CommandSpec = {
  name: "",
  aliases: [],
  group: "Program",
  help: "",
  more: [],
  arguments: [],
  flags: [uiFlag],
};

function say(program: Program, text: string): number {
  program.out.text(text);
  return 0;
}

/** In a terminal what has no room goes on below itself. */
async function help(program: Program, text: string): Promise<number> {
  if (!program.out.isTerminal) return say(program, text);
  const { printHanging } = await import("../output/print-hanging.ts");
  for (const line of text.trimEnd().split("\n")) {
    const before = /^ +\S.*? {2,}/.exec(line)?.[0] ?? "";
    printHanging(program.out, before, line.slice(before.length));
  }
  return 0;
}

function known(word: string): CommandSpec {
  const spec = findCommand(allCommands, word);
  if (spec !== null) return spec;
  const names = publicCommands.flatMap(({ name, aliases }) => [name, ...aliases]);
  const hint = didYouMean(suggester()(word, names));
  const what = word.startsWith("-") ? `unknown option ${quoted(word)}` : `unknown command ${quoted(word)}`;
  throw new CommandError(`${what}${hint === null ? "" : `; ${hint}`}`, 2, [`see ${brand.bin} --help`]);
}

/** What the world did wrong, in words; a Bug of ours goes on up with its trace. */
async function tell(program: Program, error: unknown, json: boolean): Promise<number> {
  const { out, err } = program;
  if (error instanceof BadFiles) {
    if (json) out.json((await import("../../view/json/json.ts")).problemsJson(error.problems));
    else for (const problem of error.problems) err.line(problemLine(problem));
    return 2;
  }
  if (error instanceof CommandError) {
    for (const line of [`${brand.bin}: ${error.message}`, ...error.more]) err.line(line);
    return error.exitCode;
  }
  if (!(error instanceof Error) || error instanceof Bug) throw error;
  if (error instanceof WorkspaceError) {
    err.line(`${brand.bin}: ${error.message}`);
    for (const line of error.detail
      .split("\n")
      .filter((text) => text.trim() !== "")
      .slice(-10))
      err.line(`  ${line}`);
    return 2;
  }
  if (endsEngine(error) || "code" in error) {
    err.line(`${brand.bin}: ${error.message}`);
    return 2;
  }
  throw error;
}
