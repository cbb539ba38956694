import { clean } from "../../view/text/clean.ts";
import { wrap } from "../../view/text/width.ts";
import type { Output, Program } from "../program/program.ts";

/** One line of ours, broken between words; what goes on below it is indented. */
export function printWrapped(out: Output, text: string): void {
  const said = clean(text);
  const [first = ""] = wrap(said, out.columns, 1);
  out.cleaned(first);
  const rest = said.slice(first.length).trim();
  if (rest !== "") for (const line of wrap(rest, out.columns - 2)) out.cleaned(`  ${line}`);
}

/**
 * The same program, with a name before each line, of a task or a model, also where the terminal would break it: so whoever listens
 * can tell what models and files say from what asks.
 */
export function tellingOf(program: Program, name: string): Program {
  const { out } = program;
  const mark = `${clean(name)}: `;
  const cleaned = (text: string): void => {
    for (const line of wrap(text, Math.max(20, out.columns - mark.length))) out.cleaned(`${mark}${line}`);
  };
  return { ...program, out: { ...out, line: (text = "") => cleaned(clean(text, { max: 10_000 })), cleaned } };
}
