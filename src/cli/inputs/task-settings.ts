import type { RunRow, TaskRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import { CommandError } from "../program/command-error.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";

/** The settings a task was begun with, else those of a run, the last if none is given: where its worktrees and branches are. */
export async function requireSettings(
  { ledger, repository }: RepositoryContext,
  row: TaskRow | null,
  of: RunRow | null = null,
): Promise<Settings> {
  const own = row === null ? null : await ledger.runs.settings(row.settingsDigest);
  const run = own === null ? (of ?? (await lastRun(ledger, repository.id))) : null;
  const settings = own ?? (run === null ? null : await ledger.runs.settings(run.settingsDigest));
  if (settings === null) throw new CommandError("nothing ran here yet, so there is nothing to look at");
  return settings;
}
