import type { StepId } from "../../domain/ids.ts";
import { freeCost, noUsage, unknownCost, type Cost } from "../../domain/money.ts";
import type { AttemptRow } from "../../domain/rows.ts";
import { moreOf, type AttemptSum } from "./attempt-money.ts";
import type { AttemptParts } from "./attempt-parts.ts";
import type { CallingTask } from "./call-request.ts";

/**
 * Ends what was cut off by a crash or a stop of ours: not counted. What it had used by then is `known`; its cost is unsettled
 * unless it was told by its end, or nobody pays for the model.
 */
export async function endCutAttempt(
  parts: Pick<AttemptParts, "clock" | "day" | "adapters" | "settings">,
  task: { readonly writer: Pick<CallingTask["writer"], "end"> },
  row: AttemptRow & { readonly step: StepId | null },
  outcome: "crashed" | "cancelled",
  known: AttemptSum = { usage: noUsage, cost: unknownCost, prices: [] },
): Promise<void> {
  const { clock, day, adapters } = parts;
  // A program behind the gate has not run before it was spawned in the ledger; anything else may have cost something.
  const gated = [...adapters.values()].some(
    ({ name, capabilities: { durableOutput } }) => name === row.adapter && durableOutput,
  );
  const harmless = row.state === "intended" && gated;
  const { usage } = known;
  const cost: Cost = harmless ? { micros: 0, source: "reported" } : costOfCut(known.cost, unsettledOf(parts, row));
  const nowMs = clock.now();
  const { attempt, rerun, model, account, session } = row;
  const ended = {
    attempt,
    rerun,
    model,
    account,
    outcome,
    failure: null,
    usage,
    cost,
    ...moreOf(known),
    durationMs: Math.max(0, nowMs - row.startedAt),
    startupMs: null,
    session,
    counted: false,
  } as const;
  const where = { call: row.call, ...(row.step === null ? {} : { step: row.step }) };
  await task.writer.end([{ ...where, type: "attempt.ended", data: ended }], {
    reservation: row.reservation,
    notional: row.reservation === null,
    cost,
    usage,
    model,
    day: day(nowMs),
    sinceMs: row.startedAt,
    breaker: null,
  });
}

function costOfCut(known: Cost, unsettled: Cost): Cost {
  if (known.micros !== null && known.source === "reported") return known;
  return { ...unsettled, micros: known.micros ?? unsettled.micros };
}

/** The cost of an attempt that was cut off before it told one: nothing where nobody pays for its model. */
export function unsettledOf({ settings }: Pick<AttemptParts, "settings">, row: AttemptRow): Cost {
  const known = settings().models.find(({ name }) => name === row.model);
  // A script that is not paid for costs nothing, also where its model is gone from the settings.
  const isFree = known?.billing === "free" || (row.adapter === "scripted" && row.reservation === null);
  return isFree ? freeCost : { micros: null, source: "unsettled" };
}

/**
 * Ends the attempts that a dead engine left of a task whose pipeline does not go on where they were. `onLeft`: told of a fault
 * at ending a process, where its attempt is over all the same.
 */
export async function endOrphanedAttempts(
  parts: AttemptParts,
  task: CallingTask,
  onLeft: ((fault: unknown) => Promise<void>) | null = null,
): Promise<void> {
  for (const left of await parts.ledger.calls.unended(task.repository)) {
    if (left.task !== task.spec.id) continue;
    const { pid, startTime } = left;
    if (pid !== null && startTime !== null)
      await parts.endProcess({ pid, startTime }).catch(async (fault: unknown) => {
        if (onLeft === null) throw fault;
        await onLeft(fault);
      });
    await endCutAttempt(parts, task, left, "cancelled");
    parts.modelSlots.forget(left.call);
  }
}
