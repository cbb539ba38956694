import { asksPlace, type RunId } from "../../domain/ids.ts";
import type { TaskSpec } from "../../domain/task.ts";
import type { CallingTask } from "../attempt/call-request.ts";
import type { Clock } from "../ports/clock.ts";
import type { Fence } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import { Turn } from "../waiting/turn.ts";
import { FencedWriter } from "../writing/fenced-writer.ts";
import type { Waker } from "../waiting/waker.ts";

export interface AskTaskParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly waker: Waker;
}

/**
 * What the calls of an ask are made for: no task of a repository, so that nobody is asked, no slot is needed and nothing can be
 * paused; its lease guards what is written. Its id stands for run and task alike, and so its budgets are those of both.
 */
export function askTask(
  { ledger, clock, waker }: AskTaskParts,
  ask: { readonly id: RunId; readonly fence: Fence; readonly signal: AbortSignal; readonly giveUpAtMs: number },
): CallingTask {
  const { id, fence, signal, giveUpAtMs } = ask;
  const writer = new FencedWriter(ledger, fence, id);
  return {
    spec: specOf(id),
    repository: asksPlace,
    run: id,
    generation: 1,
    writer: {
      risk: "low",
      append: (events) => writer.append(events),
      begin: (events, reservation, admission) => writer.begin(events, reservation, admission),
      end: (events, end) => writer.end(events, end),
      // Nothing comes next.
      endWithNext: (events, end) => writer.end(events, end),
      isOurs: () => writer.isOurs(),
    },
    turn: new Turn({
      repository: asksPlace,
      ledger,
      clock,
      waker,
      acquire: () => Promise.resolve({ release: () => undefined }),
      control: { paused: false, stopping: false },
      signal,
      onWaiting: () => undefined,
    }),
    timeLeftMs: () => Promise.resolve(Math.max(1, giveUpAtMs - clock.now())),
  };
}

const specOf = (id: RunId): TaskSpec => ({
  id,
  goal: "an answer",
  details: null,
  risk: "low",
  area: null,
  needs: [],
  mode: "two-loop",
  priority: 0,
  context: [],
  checks: [],
  models: {},
  budget: { usdMicros: null, tokens: null },
  timeoutMs: null,
  approve: [],
});
