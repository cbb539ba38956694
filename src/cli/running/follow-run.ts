import { brand } from "../../domain/brand.ts";
import type { RunId } from "../../domain/ids.ts";
import type { RunRow } from "../../domain/rows.ts";
import { printEnd } from "../output/print-end.ts";
import { eventPrinter, type EventFormat } from "../output/print-events.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { runningEngine } from "./engine-lease.ts";
import { engineSaid } from "./engine-said.ts";
import { followLog } from "./follow-log.ts";

/** How often the engine that is followed is looked for. */
export const lookMs = 1_000;

/**
 * Prints what another engine does, until its run is over, the engine is gone, or a signal; leaving stops nothing. The answer
 * is the run's own exit code, 130 for a signal, 1 where the engine died, 2 where it could not go on.
 */
export async function followRun(context: RepositoryContext, run: RunId, format: EventFormat): Promise<number> {
  const { program, ledger } = context;
  const left = new AbortController();
  const over = new AbortController();
  const off = program.onSignal(() => left.abort());
  const print = eventPrinter(program, format);
  const following = followLog(ledger.log, await ledger.log.head(), { run }, (events) => {
    print(events);
    if (events.some(({ type }) => type === "run.ended")) over.abort();
  });
  try {
    const signal = AbortSignal.any([left.signal, over.signal]);
    let row = await ledger.runs.run(run);
    while (!signal.aborted && !program.closed() && row?.state === "running" && (await isWorkedOn(context))) {
      await program.clock.wait(lookMs, signal);
      row = await ledger.runs.run(run);
    }
    await following.stop();
    if (left.signal.aborted) return leave(context, format);
    return await end(context, (await ledger.runs.run(run)) ?? row, format);
  } finally {
    off();
  }
}

/** Whether an engine works here. */
export const isWorkedOn = async ({ ledger, repository, program }: RepositoryContext): Promise<boolean> =>
  (await runningEngine(ledger, repository.id, program.clock.now())) !== null;

/** What is said to who leaves a run that goes on. */
export function leave({ program }: RepositoryContext, format: EventFormat): number {
  if (format === "plain") program.out.line(`left; the run goes on: ${brand.bin} watch, ${brand.bin} stop`);
  return 130;
}

/** What is said where the run, or its engine, is no more. */
export async function end(context: RepositoryContext, row: RunRow | null, format: EventFormat): Promise<number> {
  if (row === null || row.state === "running") {
    const why = await engineSaid(context);
    if (why !== null) context.program.err.line(`the engine ended: ${why}`);
    context.program.err.line(`the engine is gone; what it had committed is kept. Go on with ${brand.bin} run`);
    return why === null ? 1 : 2;
  }
  if (format === "plain") await printEnd(context, row.id);
  return row.exitCode ?? 1;
}
