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

/** Of a command's text, what stands in a question. */
const longestCommand = 300;

/** The question, in a line. */
export function whatIsAsked(model: string, { tool, command }: Permission): string {
  if (command === null) return `${model} asks to use ${tool}`;
  const line = command.replace(/\s+/g, " ").trim();
  return `${model} asks to run: ${line.length > longestCommand ? `${line.slice(0, longestCommand)}…` : line}`;
}
