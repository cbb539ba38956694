import type { TrustPart } from "../../policy/trust.ts";
import { counted } from "../../view/text/amounts.ts";
import { clean } from "../../view/text/clean.ts";
import { displayWidth } from "../../view/text/width.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";

const longest = 8_192;

/** A line for each part, and one below it where it stands out. What would hide or move something is made visible. */
export function trustLines(parts: readonly TrustPart[]): readonly string[] {
  return parts.flatMap(({ what, words, caution }) => [
    `  ${visible(what)} ${visible(words)}`,
    ...(caution === null ? [] : [`    ! ${visible(caution)}`]),
  ]);
}

const visible = (text: string): string => clean(text, { reveal: true, max: longest });

/** Lines of a page that are not the list's. */
const around = 4;

/** Shows what is new, a page at a time, and returns after a yes. CommandError for everything else. */
export async function askForTrust(program: Program, fresh: readonly TrustPart[], before: boolean): Promise<void> {
  const { out } = program;
  out.line(
    before
      ? "New since you trusted this repository; it would run or send:"
      : "You have not said yet that you trust this repository. It would run or send:",
  );
  const lines = trustLines(fresh);
  const room = Math.max(1, out.rows - around);
  let used = 0;
  for (const [index, line] of lines.entries()) {
    const rows = Math.max(1, Math.ceil(displayWidth(line) / out.columns));
    if (used > 0 && used + rows > room) {
      answered(program, await program.ask(`-- ${index} of ${lines.length} lines: enter shows more, n ends -- `), "");
      used = 0;
    }
    out.line(line);
    used += rows;
  }
  const these = fresh.length === 1 ? "this" : `these ${counted(fresh.length, "thing")}`;
  answered(program, await program.ask(`trust ${these}? It happens as you, with your rights and keys. [y/N] `), "y");
}

/** Ends the program for any other answer; for none, as ctrl+c is one, as an interrupted one. */
function answered({ out }: Program, answer: string | null, wanted: "y" | ""): void {
  if (answer === null) {
    out.line();
    throw new CommandError("interrupted: nothing was run", 130);
  }
  const word = answer.trim().toLowerCase();
  if (word !== wanted && !(wanted === "y" && word === "yes"))
    throw new CommandError("not trusted: nothing was run, and nothing is remembered");
}
