import type { RepositoryReport } from "../../actions/results/report.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { RunRow } from "../../domain/rows.ts";
import { holdsOn } from "../../policy/limit-hold.ts";
import { readLanded } from "../../screen/task-event-facts.ts";
import { repositoryReport, reportTypes } from "../../view/json/report-json.ts";
import { blockedBy } from "../../view/tasks/derived.ts";
import { runningEngine } from "../running/engine-lease.ts";
import type { CommandContext } from "./command-context.ts";
import { lookedAt } from "./looked.ts";
import { readFacts } from "./repository-facts.ts";

/** The report of one repository, with the words for since when it is. */
export interface OneReport {
  readonly id: RepositoryId;
  readonly report: RepositoryReport;
  readonly lookedMs: number | null;
}

/** All repositories that the ledger knows tasks of, the one that was last added to at the end. */
export async function knownRepositories({ ledger }: CommandContext): Promise<readonly RepositoryId[]> {
  return [...new Set((await ledger.tasks.list(null)).map(({ repository }) => repository))];
}

/**
 * `sinceMs` null: since a person looked, or where nobody did since the last run began. `top`: its folder, where that is known of
 * itself: before its first run the ledger has no word of it.
 */
export async function reportOf(
  context: CommandContext,
  id: RepositoryId,
  sinceMs: number | null,
  top: string | null = null,
): Promise<OneReport> {
  const { ledger, program } = context;
  const nowMs = program.clock.now();
  const { run, rows, world, questions, settings } = await readFacts(ledger, id, nowMs);
  const looked = sinceMs === null ? await lookedAt(context, id) : null;
  const from = looked?.pos ?? (sinceMs === null ? await startOf(context, run) : 0);
  const types = [...reportTypes];
  const events = (await ledger.log.since(from, { repository: id, types })).filter(({ at }) => at >= (sinceMs ?? 0));
  const holds = (await ledger.account.holds(id, settings === null ? undefined : { settings, nowMs })).filter((hold) =>
    (settings?.models ?? []).some((model) => holdsOn(model, [hold], nowMs).length > 0),
  );
  return {
    id,
    lookedMs: looked?.at ?? null,
    report: repositoryReport({
      path: run?.repositoryPath ?? top ?? id,
      nowMs,
      sinceMs: sinceMs ?? looked?.at ?? run?.startedAt ?? null,
      run,
      dead: run?.state === "running" && (await runningEngine(ledger, id, nowMs)) === null,
      rows,
      startable: rows.some((row) => row.state === "NEW" && blockedBy(row, world).length === 0),
      reverted: world.reverted ?? new Set(),
      landed: await readLanded(ledger.log, id),
      questions,
      events,
      holds,
    }),
  };
}

async function startOf({ ledger }: CommandContext, run: RunRow | null): Promise<number> {
  if (run === null) return 0;
  const [first] = await ledger.log.since(0, { run: run.id, types: ["run.started"], limit: 1 });
  return first === undefined ? 0 : first.pos - 1;
}
