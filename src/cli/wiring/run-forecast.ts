import type { Forecast } from "../../domain/forecast.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { WorkTime } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import { isTerminal, type TaskSpec, type TaskState } from "../../domain/task.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { typicalMs } from "../../policy/estimate.ts";
import { forecast } from "../../policy/forecast.ts";
import { rankTasks } from "./rank-tasks.ts";

/** When these tasks will be done by what is known of others; null: too little is. */
export const forecastOf = (
  tasks: readonly { readonly id: TaskId; readonly spec: TaskSpec; readonly state: TaskState }[],
  work: { readonly done: readonly WorkTime[]; readonly open: readonly WorkTime[] },
  settings: Settings,
): Forecast | null => {
  const ranks = rankTasks(
    tasks.filter(({ state }) => !isTerminal(state)),
    typicalMs(work.done),
  );
  return forecast(tasks, { ...work, ranks }, settings.limits);
};

/** When the run will be done; null: nothing works, nothing is to be done, or too little is known. */
export async function runForecast(ledger: Ledger, repository: RepositoryId, nowMs: number): Promise<Forecast | null> {
  const [run] = await ledger.runs.runs(repository, 1);
  if (run === undefined || run.state !== "running" || run.paused || run.stopping !== "no") return null;
  const holder = await ledger.leases.holder(repository, "");
  if (holder === null || holder.untilMs <= nowMs) return null;
  const settings = await ledger.runs.settings(run.settingsDigest);
  if (settings === null) return null;
  const work = await ledger.tasks.workTimes(repository, nowMs);
  return forecastOf(await ledger.tasks.list(repository), work, settings);
}
