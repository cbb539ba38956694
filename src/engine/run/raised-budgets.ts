import type { Settings } from "../../domain/settings.ts";
import type { Question } from "../../domain/question.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";

interface RaiseParts {
  readonly ledger: Ledger;
  readonly budget: Settings["budget"];
  readonly clock: Clock;
  readonly day: (atMs: number) => string;
}

/** Answers questions about a used-up budget where there is room again: the settings say more now, a yes has raised it, or it is another day. */
export async function answerRaisedBudgets(
  { ledger, budget, clock, day }: RaiseParts,
  open: readonly Question[],
): Promise<void> {
  const today = `day:${day(clock.now())}`;
  for (const question of open) {
    const { budget: name, wantedMicros } = question.evidence;
    if (typeof name !== "string" || typeof wantedMicros !== "number") continue;
    const isOver = name.startsWith("day:") && name !== today;
    const cap = name.startsWith("day:") ? budget.dayMicros : budget.runMicros;
    const { micros, reservedMicros, raisedMicros = 0 } = await ledger.account.spend(name);
    if (!isOver && cap !== null && micros + reservedMicros + wantedMicros > cap + raisedMicros) continue;
    await ledger.decisions.answer({
      question: question.id,
      action: "retry",
      text: null,
      model: null,
      effectiveAt: clock.now(),
      actor: { kind: "engine", name: "the budget has room again", pid: null },
    });
  }
}
