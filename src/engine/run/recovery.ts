import { endsEngine, faultText } from "../../domain/fatal-fault.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { AttemptRow } from "../../domain/rows.ts";
import type { AdapterName } from "../../domain/settings.ts";
import { isTerminal } from "../../domain/task.ts";
import type { ModelAdapter, ProcessRecord } from "../ports/adapter.ts";
import type { Ledger } from "../ports/ledger.ts";

/** An attempt that went on when its engine was gone. */
export interface LeftAttempt extends AttemptRow {
  readonly task: TaskId;
  readonly isAdopted: boolean;
}

/**
 * What a killed engine left running: children whose output is in files are left alone, their task adopts them; others cannot be
 * heard any more and are ended, so that they neither spend nor write beside their successor. So are those of tasks that are not
 * worked on this time: nobody would watch their limits. Returns all that ran, and which of them are to be adopted.
 */
export async function sweepAttempts(
  parts: {
    readonly ledger: Ledger;
    readonly adapters: ReadonlyMap<AdapterName, ModelAdapter>;
    readonly endProcess: (record: ProcessRecord) => Promise<void>;
    /** Told of what cannot be ended: whoever goes on with its task has to end it first. */
    readonly note: (text: string) => Promise<void>;
  },
  repository: RepositoryId,
  inScope: (task: TaskId) => boolean,
): Promise<readonly LeftAttempt[]> {
  const left: LeftAttempt[] = [];
  for (const attempt of await parts.ledger.calls.unended(repository)) {
    if (attempt.pid === null || attempt.startTime === null) continue;
    const adopted = [...parts.adapters.values()].some(
      (adapter) => adapter.name === attempt.adapter && adapter.capabilities.durableOutput,
    );
    const task = adopted ? await parts.ledger.tasks.get(repository, attempt.task) : null;
    const isMeant = inScope(attempt.task) || (task?.spec.parent !== undefined && inScope(task.spec.parent));
    const isAdopted = task !== null && isMeant && !isTerminal(task.state);
    left.push({ ...attempt, isAdopted });
    if (isAdopted) continue;
    try {
      await parts.endProcess({ pid: attempt.pid, startTime: attempt.startTime });
    } catch (error) {
      if (endsEngine(error)) throw error;
      await parts.note(
        `process ${attempt.pid} of ${attempt.task}, which a dead engine left, was not ended: ${faultText(error)}`,
      );
    }
  }
  return left;
}
