import type { AskEnd } from "../../domain/ask.ts";
import { brand } from "../../domain/brand.ts";
import type { RunId } from "../../domain/ids.ts";
import { synthesisLines, totalLine } from "../../view/ask/ask-lines.ts";
import type { Program } from "../program/program.ts";
import { killAsked } from "../wiring/ask-parts.ts";
import type { CommandContext } from "../wiring/command-context.ts";

/** 0: somebody answered. 1: nobody did. 130: a person did not wait. */
export function exitCodeOf({ cancelled, results }: AskEnd): number {
  if (cancelled) return 130;
  return results.length > 0 ? 0 : 1;
}

/** What is said when all answers stand there. */
export function printAskSummary(program: Program, end: AskEnd): void {
  if (end.synthesis != null) printLines(program, synthesisLines(end.synthesis));
  program.out.line(totalLine(end));
  if (end.synthesis === null && !end.cancelled) program.err.line("no synthesis: that takes two answers");
  if (end.results.length > 1) program.err.line(`keep which was best: ${brand.bin} ask --vote MODEL`);
}

export function printLines({ out }: Program, lines: readonly string[]): void {
  for (const line of lines) out.line(line);
}

/** The first signal stops all calls and lets them say how they ended; the second kills them. */
export function stopOnSignals(context: CommandContext, id: RunId, stop: AbortController): () => void {
  const { program } = context;
  let signals = 0;
  return program.onSignal(() => {
    signals += 1;
    if (signals === 1) stop.abort("stop");
    else if (signals === 2) void killAsked(context, id).finally(() => program.exit(130));
    else program.exit(130);
  });
}
