import type { RepositoryId, RunId, TaskId } from "../../src/domain/ids.ts";

/** Names of what money is counted for, as `AccountReads.spend` takes them. */
export const taskSpend = (repository: RepositoryId, task: TaskId): string => `task:${repository}/${task}`;
export const runSpend = (run: RunId): string => `run:${run}`;
export const daySpend = (day: string): string => `day:${day}`;
