import type { Forecast } from "../../domain/forecast.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Question } from "../../domain/question.ts";
import type { RunRow, TaskRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { TaskEventReads } from "../../screen/task-event-facts.ts";
import { isHeld } from "../../policy/limit-hold.ts";
import { openBreakers, taskWorld, type TaskWorld } from "../../view/tasks/derived.ts";
import { conditionsNow, type ConditionsNow } from "../../view/tasks/conditions-now.ts";
import { entryOf } from "../../view/tasks/task-entry.ts";
import { answersOf, noAnswers } from "../../view/tasks/task-list.ts";
import { runningEngine } from "../running/engine-lease.ts";
import type { CommandContext } from "./command-context.ts";

/** What is shown of a repository's tasks, read once. */
export interface RepositoryFacts {
  /** The current or last one; null: nothing ran here yet. */
  readonly run: RunRow | null;
  /** All tasks of the repository, in the order they were added. */
  readonly rows: readonly TaskRow[];
  readonly world: TaskWorld;
  /** Without an answer. */
  readonly questions: readonly Question[];
  readonly settings: Settings | null;
  /** What stands in the way of the run now, and whether something works on it. */
  readonly now: ConditionsNow;
}

export async function readFacts(ledger: Ledger, repository: RepositoryId, nowMs: number): Promise<RepositoryFacts> {
  const [run = null] = await ledger.runs.runs(repository, 1);
  const rows = await ledger.tasks.list(repository);
  const settings = run === null ? null : await ledger.runs.settings(run.settingsDigest);
  const running = await ledger.account.running(repository);
  const accounts = Object.fromEntries(
    (settings?.models ?? []).map(({ name, account, provider }) => [name, { account, provider }]),
  );
  const active = new Set<TaskId>(running.map(({ callRow }) => callRow.task));
  const asked = await ledger.account.questions(repository);
  const questions = asked.filter(({ answer }) => answer === null).map(({ question }) => question);
  // A living engine takes a decision by itself.
  const taken = (await runningEngine(ledger, repository, nowMs)) !== null;
  const answers = taken ? noAnswers : answersOf(asked);
  const { waits, reverted, planners } = await new TaskEventReads(ledger.log, repository).read(rows);
  // Without an engine nobody writes down that a hold is over.
  const held = await ledger.account.holds(repository, settings === null ? undefined : { settings, nowMs });
  const holds = held.filter((hold) => isHeld(hold, nowMs));
  const breakers = openBreakers(await ledger.breakers.list());
  const world = taskWorld(rows, run, { holds, active, accounts, breakers, waits, reverted, planners, answers });
  const engine = taken ? "alive" : run?.state === "running" ? "died" : "absent";
  const entries = rows.map((row) => entryOf(row, world));
  const now = conditionsNow(entries, { run, engine, questions, limits: settings?.limits }, nowMs);
  return { run, rows, world, questions, settings, now };
}

/** When the run that works now will be done; null: none works, or nobody can say. What works it out is loaded only for a run that works. */
export async function forecastNow(
  { ledger, program }: CommandContext,
  repository: RepositoryId,
  run: RunRow | null,
): Promise<Forecast | null> {
  if (run?.state !== "running") return null;
  const { runForecast } = await import("./run-forecast.ts");
  return runForecast(ledger, repository, program.clock.now());
}
