import { asksPlace, type ModelName, type RunId } from "../domain/ids.ts";
import type { AttemptRow } from "../domain/rows.ts";
import { askTask } from "./ask-task.ts";
import type { AttemptParts } from "./attempt-runner.ts";
import { endCutAttempt } from "./cut-attempt.ts";
import { leaseMs } from "./lease-keeper.ts";
import type { Fence, OwnerIdentity } from "./ports.ts";
import type { Waker } from "./waker.ts";

/**
 * Ends what killed asks left running and what is reserved for it: nobody waits for their answers any more. What it cost is
 * unsettled. An ask whose process lives, or may live, is left alone.
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
  for (const id of new Set(left.map(({ run }) => run))) {
    const untilMs = clock.now() + leaseMs;
    const fence = await ledger.leases.claim({ repository: asksPlace, task: id, owner, untilMs, isDead });
    if (fence === null) continue;
    // Another ask may have ended it, or it may have come to its own end, between the look and the claim.
    const attempts = (await ledger.calls.unended(asksPlace)).filter(({ run }) => run === id);
    if (attempts.length === 0) {
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
    await endAsk(parts, id, fence, attempts);
    await ledger.leases.release(fence);
  }
}

async function endAsk(
  { ledger, clock }: AttemptParts,
  id: RunId,
  fence: Fence,
  attempts: readonly AttemptRow[],
): Promise<void> {
  const events = await ledger.log.since(0, { run: id, types: ["ask.started", "call.ended"] });
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
      ...attempts.map(({ call, model, attempt }) => ({
        type: "call.ended" as const,
        task: id,
        call,
        data: { outcome: "cancelled" as const, failure: null, model, attempts: attempt },
      })),
      {
        type: "ask.ended",
        data: {
          answered: models.filter((model) => answered.has(model)),
          failed: models.filter((model) => !answered.has(model)),
          cancelled: true,
          durationMs: clock.now() - (started?.at ?? clock.now()),
        },
      },
    ],
  });
}
