import type { Activity } from "../../domain/activity.ts";
import type { RepositoryId, RunId } from "../../domain/ids.ts";
import type { ModelTotals, RunRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";

/** Reads of runs and of what is shared. */
export interface RunReads {
  run(id: RunId): Promise<RunRow | null>;
  runs(repository: RepositoryId | null, limit: number): Promise<readonly RunRow[]>;
  settings(digest: string): Promise<Settings | null>;
  /** Whether there are any, which is sooner said than they are read. */
  hasSettings(digest: string): Promise<boolean>;
  /** The newest attempts and questions since an instant; however long a run is, no more than a bounded number. */
  activity(repository: RepositoryId, sinceMs: number): Promise<Activity>;
  totals(run: RunId): Promise<readonly ModelTotals[]>;
}
