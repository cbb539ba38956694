import type { InputOf } from "../../actions/table.ts";
import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { asksPlace, type ModelName, type RunId } from "../../domain/ids.ts";
import { terminalActor } from "../inputs/actor.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withLedger, type CommandContext } from "../wiring/command-context.ts";

/** Keeps which answer of an ask was best: of the last one that is over, or of the one that is named. */
export const command = (program: Program, input: InputOf<"vote">, displays: Displays): Promise<number> =>
  withLedger(program, async (context) => {
    const { model } = input;
    const { id, answered } = await endedAsk(context, input.of ?? null);
    if (!answered.includes(model)) throw unknownAnswer(model, id, answered);
    await vote(context, id, model, "ask --vote");
    return printDone(program, displays, `${model} has the best answer of ${id}`);
  });

export async function vote({ ledger }: CommandContext, id: RunId, model: ModelName, how: string): Promise<void> {
  const actor = terminalActor(how);
  await ledger.log.append({ repository: asksPlace, run: id, events: [{ type: "ask.voted", data: { model, actor } }] });
}

async function endedAsk(
  { ledger }: CommandContext,
  named: string | null,
): Promise<{ readonly id: RunId; readonly answered: readonly ModelName[] }> {
  const filter = { repository: asksPlace, types: ["ask.ended"], limit: 1, last: true } as const;
  const [end] = await ledger.log.since(0, named === null ? filter : { ...filter, run: named });
  if (end?.type !== "ask.ended" || end.run === null)
    throw new CommandError(named === null ? "nothing was asked yet" : `there is no ask ${quoted(named)} that is over`);
  return { id: end.run, answered: end.data.answered };
}

function unknownAnswer(model: string, id: RunId, answered: readonly ModelName[]): CommandError {
  if (answered.length === 0) return new CommandError(`nobody answered ${id}`);
  const hint = didYouMean(suggester()(model, answered)) ?? `answers came from ${answered.join(", ")}`;
  return new CommandError(`${quoted(model)} did not answer ${id}; ${hint}`);
}
