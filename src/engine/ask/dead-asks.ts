import type { NewEvent, RecordedEvent } from "../../domain/events.ts";
import { asksPlace, type ModelName, type RunId } from "../../domain/ids.ts";
import type { AttemptParts } from "../attempt/attempt-parts.ts";
import { endCutAttempt } from "../attempt/cut-attempt.ts";
import type { Fence, OwnerIdentity } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import { leaseMs } from "../waiting/lease-keeper.ts";
import type { Waker } from "../waiting/waker.ts";
import { askTask } from "./ask-task.ts";

/** Of the asks that were begun last, so many events are looked through for what never came to an end. */
const mostLookedThrough = 500;

/**
 * Ends what killed asks left running and what is reserved for it, or was waiting to try again: nobody waits for their answers
 * any more. What it cost is unsettled. An ask whose process lives, or may live, is left alone.
 */
export async function endDeadAsks(
  parts: AttemptParts,
  who: {
    readonly owner: OwnerIdentity;
    readonly isDead: (owner: OwnerIdentity) => boolean;
    readonly waker: Waker;
  },
): Promise<void> {
  const { ledger, clock } = parts;
  const { owner, isDead, waker } = who;
  const left = await ledger.calls.unended(asksPlace);
  for (const id of new Set([...left.map(({ run }) => run), ...(await unfinished(ledger))])) {
    const untilMs = clock.now() + leaseMs;
    const fence = await ledger.leases.claim({ repository: asksPlace, task: id, owner, untilMs, isDead });
    if (fence === null) continue;
    // Another ask may have ended it, or it may have come to its own end, between the look and the claim.
    const attempts = (await ledger.calls.unended(asksPlace)).filter(({ run }) => run === id);
    if (attempts.length === 0 && (await isOver(ledger, id))) {
      await ledger.leases.release(fence);
      continue;
    }
    const signal = new AbortController().signal;
    const task = askTask({ ledger, clock, waker }, { id, fence, signal, giveUpAtMs: 0 });
    for (const attempt of attempts) {
      const { pid, startTime } = attempt;
      if (pid !== null && startTime !== null) await parts.endProcess({ pid, startTime });
      await endCutAttempt(parts, task, attempt, "crashed");
    }
    await endAsk(parts, id, fence);
    await ledger.leases.release(fence);
  }
}

/** Asks whose end nobody wrote, also those of which nothing runs. */
async function unfinished({ log }: Ledger): Promise<readonly RunId[]> {
  const types = ["ask.started", "ask.ended"] as const;
  const events = await log.since(0, { repository: asksPlace, types, limit: mostLookedThrough, last: true });
  const ended = new Set(events.flatMap(({ type, run }) => (type === "ask.ended" ? [run] : [])));
  return events.flatMap(({ type, run }) => (type === "ask.started" && run !== null && !ended.has(run) ? [run] : []));
}

const isOver = async ({ log }: Ledger, id: RunId): Promise<boolean> =>
  (await log.since(0, { run: id, types: ["ask.ended"], limit: 1 })).length > 0;

async function endAsk({ ledger, clock }: AttemptParts, id: RunId, fence: Fence): Promise<void> {
  const events = await ledger.log.since(0, { run: id, types: ["ask.started", "call.started", "call.ended"] });
  const started = events.find(({ type }) => type === "ask.started");
  const answered = new Set<ModelName>();
  for (const event of events) {
    if (event.type !== "call.ended" || event.data.outcome !== "success" || event.data.model === null) continue;
    answered.add(event.data.model);
  }
  const models = started?.type === "ask.started" ? started.data.models : [];
  await ledger.log.append({
    repository: asksPlace,
    run: id,
    fence,
    events: [
      ...(await cancelled(ledger, id, events)),
      {
        type: "ask.ended",
        data: {
          answered: models.filter((model) => answered.has(model)),
          failed: models.filter((model) => !answered.has(model)),
          cancelled: true,
          durationMs: Math.max(0, clock.now() - (started?.at ?? clock.now())),
        },
      },
    ],
  });
}

/** The ends of the calls that have none. */
async function cancelled({ calls }: Ledger, id: RunId, events: readonly RecordedEvent[]): Promise<readonly NewEvent[]> {
  const keys = events.flatMap((event) => (event.type === "call.started" ? [event.data.key] : []));
  const found = await Promise.all(keys.map((key) => calls.find(asksPlace, id, key)));
  return found.flatMap((one): readonly NewEvent[] => {
    if (one === null || one.call.state !== "running") return [];
    const attempts = one.attempts.at(-1)?.attempt ?? 0;
    const data = { outcome: "cancelled", failure: null, model: one.call.model, attempts } as const;
    return [{ type: "call.ended", task: id, call: one.call.id, data }];
  });
}
