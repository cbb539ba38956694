import type { RecordedEvent } from "../../domain/events.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import { accessibleLine } from "../../view/log/accessible-lines.ts";
import { eventLine } from "../../view/log/event-lines.ts";
import { isLogged, logLevel, type LogLevel } from "../inputs/log-level.ts";
import { printEnd } from "../output/print-end.ts";
import type { Program } from "../program/program.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { PersonAsker, type Asked } from "./ask-person.ts";
import { followLog } from "./follow-log.ts";
import { printWrapped } from "./told-of.ts";
import { end, isWorkedOn, leave, lookMs } from "./follow-run.ts";

/** So many lines later the same is news again. */
const remembered = 8;

/** What happens, line below line; held back while a person is asked, so that nothing comes between question and answer. */
class HeldLines {
  readonly #program: Program;
  readonly #level: LogLevel;
  #held: string[] | null = null;
  #said: readonly string[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#level = logLevel(program.env);
  }

  readonly take = (events: readonly RecordedEvent[]): void => {
    for (const event of events) {
      const line = eventLine(event);
      // What waits for a person is asked in full.
      if (line === null || line.asks || !isLogged(line.level, this.#level)) continue;
      const text = accessibleLine(event);
      // What was just said is not said again.
      if (text === null || this.#said.includes(text)) continue;
      this.#said = [...this.#said.slice(1 - remembered), text];
      if (this.#held === null) printWrapped(this.#program.out, text);
      else this.#held.push(text);
    }
  };

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const lines = this.#held ?? [];
    this.#held = null;
    for (const line of lines) printWrapped(this.#program.out, line);
  }
}

/**
 * For who hears the screen read out: what happens is said line by line, and what waits for a person is asked on the same terminal
 * with a number for each answer. Leaving stops nothing. The answer is an exit code, as of `followRun`.
 */
export async function followAccessible(context: RepositoryContext, run: RunId, only: TaskId | null): Promise<number> {
  const { program, ledger } = context;
  const left = new AbortController();
  const over = new AbortController();
  const off = program.onSignal(() => left.abort());
  const lines = new HeldLines(program);
  const asker = new PersonAsker(context, AbortSignal.any([left.signal, over.signal]), only);
  let news = new AbortController();
  const following = followLog(ledger.log, await ledger.log.head(), { run }, (events) => {
    lines.take(events);
    if (events.some(({ type }) => type === "run.ended")) over.abort();
    news.abort();
  });
  /** Asks the next question, with nothing said meanwhile. */
  const ask = async (): Promise<Asked> => {
    lines.hold();
    const asked = await asker.next();
    lines.release();
    return asked;
  };
  try {
    let row = await ledger.runs.run(run);
    if (row?.state !== "running") {
      await printEnd(context, run);
      while ((await ask()) === "asked");
      return row?.exitCode ?? 1;
    }
    while (!left.signal.aborted && !program.closed() && row?.state === "running" && (await isWorkedOn(context))) {
      const asked = await ask();
      if (asked === "over" && !over.signal.aborted) break;
      if (asked === "nothing")
        await program.clock.wait(lookMs, AbortSignal.any([left.signal, over.signal, news.signal]));
      news = new AbortController();
      row = await ledger.runs.run(run);
    }
    await following.stop();
    const isOver = over.signal.aborted || row?.state !== "running" || !(await isWorkedOn(context));
    return isOver ? await end(context, (await ledger.runs.run(run)) ?? row, "plain") : leave(context, "plain");
  } finally {
    off();
    await following.stop();
  }
}
