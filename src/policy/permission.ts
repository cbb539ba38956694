import type { CheckSettings } from "../domain/settings.ts";

/** What an agent asks for: a command line as it stands, or the use of a tool. */
export interface Permission {
  readonly tool: string;
  readonly command: string | null;
}

export const permissionOf = ({ tool, command }: Permission): Permission => ({ tool, command });

/**
 * Whether nobody need be asked: the command is one of the project's checks, letter by letter, or was always allowed. "Always"
 * covers the same command line, never one that begins like it; of a tool without a command, every use.
 */
export function isPermitted(
  { tool, command }: Permission,
  checks: readonly Pick<CheckSettings, "run">[],
  always: readonly string[],
): boolean {
  if (command !== null && checks.some(({ run }) => run.trim() === command.trim())) return true;
  return always.includes(JSON.stringify({ tool, command }));
}

/** More than anybody reads before a yes. */
const longestJudged = 16_000;

/** Why nobody can be asked, told to the agent; null: a person can judge it. */
export const unfitToAsk = ({ command }: Permission): string | null =>
  command !== null && command.length > longestJudged
    ? `nobody reads a command of ${command.length} characters before it runs; put it into a file and ask for that`
    : null;

/** Of a command's text and of a tool's name, what stands in a question. */
const longestCommand = 300;
const longestTool = 100;

/** The question, in a line: where the command has several, that is seen. */
export function whatIsAsked(model: string, { tool, command }: Permission): string {
  if (command === null) return `${model} asks to use ${cut(oneLine(tool), longestTool)}`;
  return `${model} asks to run: ${cut(oneLine(command), longestCommand)}`;
}

const oneLine = (text: string): string =>
  text
    .trim()
    .replace(/\s*[\r\n\v\f\u0085\u2028\u2029]\s*/g, " ⏎ ")
    .replace(/\s+/g, " ");

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
