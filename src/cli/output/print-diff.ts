import { clean } from "../../view/text/clean.ts";
import type { Output } from "../program/program.ts";

/** A diff for a person, with everything hidden made visible. */
export function printDiff(out: Output, text: string): void {
  for (const line of text.replace(/\n$/, "").split("\n")) out.cleaned(clean(line, { reveal: true, max: 10_000 }));
}
