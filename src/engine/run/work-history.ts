import { doneIn } from "../../domain/duration.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import { typicalMs } from "../../policy/estimate.ts";
import { forecast } from "../../policy/forecast.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { RunWriter } from "./run-writer.ts";
import type { SchedulerParts } from "./scheduler.ts";
import type { IndexedTask, TaskIndex } from "./task-index.ts";

/** Ranks of tasks where each takes what those like it took. */
export type RankBy = (
  tasks: readonly Pick<IndexedTask, "id" | "spec">[],
  takesMs: (spec: IndexedTask["spec"]) => number,
) => ReturnType<SchedulerParts["rank"]>;

/** Measures once what past tasks took, says when the run will be done, and ranks its tasks by that from then on. */
export async function rankByHistory(parts: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly rank: RankBy;
  readonly writer: RunWriter;
  readonly index: TaskIndex;
  readonly repository: RepositoryId;
  readonly limits: Settings["limits"];
  readonly inScope: (task: TaskId) => boolean;
}): Promise<SchedulerParts["rank"]> {
  const { ledger, clock, index, limits, inScope } = parts;
  const { done, open } = await ledger.tasks.workTimes(parts.repository, clock.now());
  const takesMs = typicalMs(done);
  const rank: SchedulerParts["rank"] = (tasks) => parts.rank(tasks, takesMs);
  const ranks = rank([...index.all()]);
  const told = forecast(
    [...index.all()].filter(({ id }) => inScope(id)),
    { done, open, ranks },
    limits,
  );
  if (told !== null) {
    const { lowMs, highMs } = told;
    const text = `${doneIn(told)} (${told.from} past tasks)`;
    await parts.writer.append([{ type: "note", data: { level: "info", text, forecast: { lowMs, highMs } } }]);
  }
  return rank;
}
