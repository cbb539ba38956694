import { brand } from "../domain/brand.ts";
import type { AskEnd } from "../domain/ask.ts";
import type { RecordedEvent } from "../domain/events.ts";
import type { Scratch } from "../engine/ports.ts";
import { askJson } from "../view/ask-json.ts";
import { answerLines, synthesisLines, totalLine } from "../view/ask-lines.ts";
import { eventLine } from "../view/event-lines.ts";
import type { Arguments } from "./arguments.ts";
import { readAskInputs, type AskInputs } from "./ask-inputs.ts";
import { ask, killAsked } from "./ask-parts.ts";
import { voteFor } from "./ask-vote.ts";
import { followLog } from "./follow-log.ts";
import { withLedger, type Ground } from "./ground.ts";
import type { Program } from "./program.ts";

/** Several models at once, anywhere. The answers are printed as they come; a vote is for those of before. */
export async function command(program: Program, args: Arguments): Promise<number> {
  if (args.has("vote")) return await voteFor(program, args);
  const inputs = await readAskInputs(program, args);
  return await withLedger(program, (ground) => askPlainly(ground, inputs, args.has("json")));
}

async function askPlainly(ground: Ground, inputs: AskInputs, json: boolean): Promise<number> {
  const { program, ledger } = ground;
  const id = program.newId();
  const stop = new AbortController();
  const off = stopOnSignals(ground, id, stop);
  const following = json
    ? null
    : followLog(ledger.log, await ledger.log.head(), { run: id }, (events) => tellTroubles(program, events));
  try {
    const end = await ask(
      ground,
      id,
      inputs,
      { scratch: noScratch, onEnd: (one) => (json ? undefined : printLines(program, answerLines(one))) },
      stop.signal,
    );
    await following?.stop();
    if (json) program.out.json(askJson(end));
    else sayRest(program, end);
    return exitCodeOf(end);
  } finally {
    off();
  }
}

/** 0: somebody answered. 1: nobody did. 130: a person did not wait. */
export function exitCodeOf({ cancelled, results }: AskEnd): number {
  if (cancelled) return 130;
  return results.length > 0 ? 0 : 1;
}

export function sayRest(program: Program, end: AskEnd): void {
  if (end.synthesis != null) printLines(program, synthesisLines(end.synthesis));
  program.out.line(totalLine(end));
  if (end.synthesis === null && !end.cancelled) program.err.line("no synthesis: that takes two answers");
  if (end.results.length > 1) program.err.line(`keep which was best: ${brand.bin} ask --vote MODEL`);
}

export function printLines({ out }: Program, lines: readonly string[]): void {
  for (const line of lines) out.line(line);
}

/** Nobody watches the texts grow. */
const noScratch: Scratch = { tail: () => undefined, tool: () => undefined, read: () => null };

/** Why an answer takes its time. */
async function tellTroubles({ err }: Program, events: readonly RecordedEvent[]): Promise<void> {
  for (const event of events) {
    const line = event.type === "call.retried" ? eventLine(event) : null;
    if (line !== null) err.line(`${line.model ?? ""}: ${line.text}`);
  }
}

/** The first signal stops all calls and lets them say how they ended; the second kills them. */
function stopOnSignals(ground: Ground, id: string, stop: AbortController): () => void {
  const { program } = ground;
  let signals = 0;
  return program.onSignal(() => {
    signals += 1;
    if (signals === 1) stop.abort("stop");
    else if (signals === 2) void killAsked(ground, id).finally(() => program.exit(130));
    else program.exit(130);
  });
}
