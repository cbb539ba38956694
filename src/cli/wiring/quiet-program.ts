import { NotTrusted } from "../inputs/trust.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";

/** Runs a command beside a screen: nobody is asked, nothing is printed; what it says comes back, what it refuses is thrown. */
export async function quietly(program: Program, command: (quiet: Program) => Promise<number>): Promise<string> {
  const lines: string[] = [];
  const out: Program["out"] = {
    ...program.out,
    isTerminal: false,
    color: false,
    line: (text = "") => void lines.push(text),
    cleaned: (text) => void lines.push(text),
    text: (text) => void lines.push(text.trimEnd()),
    json: () => undefined,
  };
  try {
    const code = await command({ ...program, mayAsk: false, out, err: out });
    if (code !== 0) throw new Error(lines.join("\n"));
    return lines.join("\n");
  } catch (error) {
    if (error instanceof NotTrusted)
      throw new Error(`typed in a terminal this command asks you first: ${error.message}`, { cause: error });
    // One line shows it: what is wrong, and the first thing to do about it.
    if (error instanceof CommandError) throw new Error([error.message, ...error.more].join("; "), { cause: error });
    throw error;
  }
}
