import type { EventType, RecordedEvent } from "../domain/events.ts";
import type { ModelName, RepositoryId, TaskId } from "../domain/ids.ts";
import type { Question } from "../domain/question.ts";
import type { TaskRow } from "../domain/rows.ts";
import { isTerminal } from "../domain/task.ts";
import type { EventLog } from "../engine/ports/event-log.ts";
import { isPlanOnly } from "../view/tasks/credits.ts";
import { sharedWait, waitEvents, waitOf, type TaskWait } from "../view/tasks/task-wait.ts";

/** What of tasks stands in no row of theirs. */
export interface TaskEventFacts {
  /** What tasks wait for by themselves, or for another's answer; also where its instant has come meanwhile. */
  readonly waits: ReadonlyMap<TaskId, TaskWait>;
  /** Done tasks whose merge was undone. */
  readonly reverted: ReadonlySet<TaskId>;
  /** Merged tasks that wait to be brought to the user's branch, for parts their task; empty while anything else is to be done. */
  readonly unlanded: ReadonlySet<TaskId>;
  /** Whose the plans are of tasks that are no more than planned. */
  readonly planners: ReadonlyMap<TaskId, ModelName>;
}

interface EventFacts {
  readonly row: TaskRow;
  readonly wait: TaskWait | null;
  readonly reverted: boolean;
  /** The scope of a budget that had nothing left for it. */
  readonly refused: string | null;
  /** What it asks a person. */
  readonly question: Question | null;
  readonly planner: ModelName | null;
}

const asks = ({ state }: TaskRow): boolean => state === "AWAITING_HUMAN";
const mayWait = ({ generation, state }: TaskRow): boolean =>
  generation > 0 && !isTerminal(state) && state !== "AWAITING_HUMAN";
const mayBeUndone = ({ state, mergeCommit }: TaskRow): boolean => state === "DONE" && mergeCommit === null;

const questions: readonly EventType[] = ["question.asked"];
const plans: readonly EventType[] = ["plan.made"];
const merges: readonly EventType[] = ["merge.done", "merge.reverted", "parts.joined"];
const undone: readonly EventType[] = ["merge.reverted"];

/** More finished tasks than this are looked up at once. */
const manyTasks = 64;

/** Reads the last events of tasks; after the first time only of those that changed. */
export class TaskEventReads {
  readonly #log: Pick<EventLog, "since">;
  readonly #repository: RepositoryId;
  readonly #known = new Map<TaskId, EventFacts>();

  constructor(log: Pick<EventLog, "since">, repository: RepositoryId) {
    this.#log = log;
    this.#repository = repository;
  }

  changed(task: TaskId): void {
    this.#known.delete(task);
  }

  allChanged(): void {
    this.#known.clear();
  }

  async read(rows: readonly TaskRow[]): Promise<TaskEventFacts> {
    const waits = new Map<TaskId, TaskWait>();
    const reverted = new Set<TaskId>();
    const shared: Question[] = [];
    const refused = new Map<TaskId, string>();
    const planners = new Map<TaskId, ModelName>();
    const finished = rows.filter((row) => mayBeUndone(row) && this.#known.get(row.id)?.row !== row);
    if (finished.length > manyTasks) await this.#readFinished(finished);
    for (const row of rows) {
      if (!mayWait(row) && !mayBeUndone(row) && !asks(row)) continue;
      const known = this.#known.get(row.id);
      const facts = known?.row === row ? known : await this.#read(row);
      if (facts.wait !== null) waits.set(row.id, facts.wait);
      if (facts.reverted) reverted.add(row.id);
      if (facts.planner !== null) planners.set(row.id, facts.planner);
      if (facts.refused !== null) refused.set(row.id, facts.refused);
      if (facts.question !== null) shared.push(facts.question);
    }
    for (const answer of shared.flatMap((question) => sharedWait(question) ?? []))
      for (const { id, state, spec } of rows)
        if (
          !waits.has(id) &&
          (state === "NEW" ? answer.waits(spec) : answer.budget !== undefined && refused.get(id) === answer.budget)
        )
          waits.set(id, answer.wait);
    return { waits, reverted, unlanded: await this.#unlanded(rows, reverted), planners };
  }

  async #unlanded(rows: readonly TaskRow[], reverted: ReadonlySet<TaskId>): Promise<ReadonlySet<TaskId>> {
    const merged = rows.filter(({ id, mergeCommit }) => mergeCommit !== null && !reverted.has(id));
    // What was never begun may wait for good for one that failed.
    if (merged.length === 0 || !rows.every(({ state }) => isTerminal(state) || state === "NEW")) return new Set();
    const landed = await readLanded(this.#log, this.#repository);
    return new Set(merged.flatMap(({ id, spec }) => (landed.has(id) ? [] : [spec.parent ?? id])));
  }

  async #read(row: TaskRow): Promise<EventFacts> {
    const last = await this.#last(row.id, asks(row) ? questions : mayWait(row) ? waitEvents : merges);
    const question = last?.type === "question.asked" && asks(row) ? last.data.question : null;
    const refused = last?.type === "budget.refused" && last.data.by === "spend" ? last.data.scope : null;
    const plan = isPlanOnly(row) ? await this.#last(row.id, plans) : null;
    const planner = plan?.type === "plan.made" ? plan.data.model : null;
    const facts = { row, wait: waitOf(last), reverted: last?.type === "merge.reverted", refused, question, planner };
    this.#known.set(row.id, facts);
    return facts;
  }

  /** Those of which nothing was undone, with one look at the log for all. */
  async #readFinished(rows: readonly TaskRow[]): Promise<void> {
    const all = (types: readonly EventType[]) => this.#log.since(0, { repository: this.#repository, types });
    const everUndone = new Set((await all(undone)).map(({ task }) => task));
    const planners = new Map<string | undefined, ModelName>();
    for (const event of rows.some(isPlanOnly) ? await all(plans) : [])
      if (event.type === "plan.made") planners.set(event.task, event.data.model);
    for (const row of rows) {
      if (everUndone.has(row.id)) continue;
      const planner = isPlanOnly(row) ? (planners.get(row.id) ?? null) : null;
      this.#known.set(row.id, { row, wait: null, reverted: false, refused: null, question: null, planner });
    }
  }

  async #last(task: TaskId, types: readonly EventType[]): Promise<RecordedEvent | null> {
    const [last = null] = await this.#log.since(0, { repository: this.#repository, task, types, last: true, limit: 1 });
    return last;
  }
}

/** Tasks that were brought to a branch of the user's and not taken back. */
export async function readLanded(log: Pick<EventLog, "since">, repository: RepositoryId): Promise<ReadonlySet<TaskId>> {
  const landed = new Set<TaskId>();
  for (const { type, data } of await log.since(0, { repository, types: ["land.done", "land.undone"] })) {
    if (type === "land.done") for (const task of data.tasks) landed.add(task);
    if (type === "land.undone") for (const task of data.tasks) landed.delete(task);
  }
  return landed;
}
