import type { InputOf } from "../../actions/table.ts";
import { quoted } from "../../backlog/nearest.ts";
import { parseFutureInstant } from "../../domain/future-instant.ts";
import type { Hold } from "../../domain/question.ts";
import { instant } from "../../view/text/durations.ts";
import { terminalActor } from "../inputs/actor.ts";
import { holdTarget } from "../inputs/hold-target.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withLedger } from "../wiring/command-context.ts";

/** Keeps a model, an account or a provider from being asked before an instant, or until it is released. */
export const command = (program: Program, input: InputOf<"hold">, displays: Displays): Promise<number> =>
  withLedger(program, async ({ ledger }) => {
    const now = program.clock.now();
    const written = input.until ?? null;
    const untilMs = written === null ? null : readInstant(written, now);
    const { scope, target } = await holdTarget(program, input.model);
    const actor = terminalActor("hold");
    const hold: Hold = {
      id: program.newId(),
      scope,
      target,
      reason: `held by ${actor.name}`,
      untilMs,
      by: "person",
      setAt: now,
      resumes: 0,
    };
    await ledger.log.append({ repository: null, run: null, events: [{ type: "hold.set", data: { hold } }] });
    return printDone(
      program,
      displays,
      `${scope} ${target} is held ${untilMs === null ? "until it is released" : `until ${instant(untilMs, now)}`}`,
    );
  });

/** `2h` from now, `20:00` next, or an ISO instant; CommandError for what is none or is over. */
export function readInstant(text: string, nowMs: number): number {
  const atMs = parseFutureInstant(text, nowMs);
  if (atMs === null) throw new CommandError(`${quoted(text)} is no instant; write 20:00, 2h or 2030-01-31T20:00Z`);
  if (atMs === "over") throw new CommandError(`${quoted(text)} is over already`);
  return atMs;
}
