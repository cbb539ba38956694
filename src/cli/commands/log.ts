import type { InputOf } from "../../actions/table.ts";
import type { EventFilter } from "../../engine/ports/event-log.ts";
import { findTask } from "../inputs/find-task.ts";
import { eventPrinter } from "../output/print-events.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { followLog } from "../running/follow-log.ts";
import { lastRun, withRepository } from "../wiring/command-context.ts";

/** What happened in the last run, or to one task in all runs; with --follow also what happens from now on. */
export const command = (program: Program, input: InputOf<"log">, displays: Displays): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    const id = input.task;
    const run = id === undefined ? await lastRun(ledger, repository.id) : null;
    const task = id === undefined ? null : await findTask(ledger, repository.id, id);
    const filter: EventFilter = {
      repository: repository.id,
      ...(run === null ? {} : { run: run.id }),
      ...(task === null ? {} : { task: task.id }),
    };
    const print = eventPrinter(program, displays.json ? "json" : "plain", { afterEnd: true });
    const head = await ledger.log.head();
    print((await ledger.log.since(0, filter)).filter(({ pos }) => pos <= head));
    if (!input.follow) return 0;
    const left = new AbortController();
    const off = program.onSignal(() => left.abort());
    // The next run too.
    const following = followLog(
      ledger.log,
      head,
      { repository: repository.id, ...(task === null ? {} : { task: task.id }) },
      print,
    );
    try {
      while (!left.signal.aborted && !program.closed()) await program.clock.wait(500, left.signal);
      await following.stop();
    } finally {
      off();
    }
    return 0;
  });
