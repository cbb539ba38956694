import { clean } from "../../view/text/clean.ts";
import { wrap } from "../../view/text/width.ts";
import type { Output } from "../program/program.ts";

/** With less room beside what goes before it, text is not worth breaking. */
const leastColumns = 30;

/** A line of which `text` goes on below itself, `further` in, broken between words, where a terminal has no room for all of it. */
export function printHanging(out: Output, before: string, text: string, further = 0): void {
  const columns = out.columns - before.length - further;
  const lines = out.isTerminal && columns >= leastColumns ? wrap(clean(text), columns) : [text];
  for (const [index, line] of lines.entries())
    out.line(`${index === 0 ? before : " ".repeat(before.length + further)}${line}`);
}
