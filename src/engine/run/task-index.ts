import type { EventType, RecordedEvent } from "../../domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../../domain/ids.ts";
import { isTerminal, type TaskSpec, type TaskState } from "../../domain/task.ts";
import type { Ledger } from "../ports/ledger.ts";

export interface IndexedTask {
  readonly id: TaskId;
  spec: TaskSpec;
  digest: string;
  state: TaskState;
  /** Whether it left NEW once. */
  begun: boolean;
  run: RunId;
  readonly position: number;
  /** As in its row. */
  staleDigest: string | null;
  /** Its merge was undone by hand and not made again: whoever needs it waits. */
  reverted: boolean;
}

/** What changes a task here; no other event is read. */
const types: readonly EventType[] = [
  "task.added",
  "task.changed",
  "task.stale",
  "task.dropped",
  "task.begun",
  "task.restarted",
  "task.moved",
  "merge.done",
  "merge.reverted",
];

/**
 * The tasks of a repository as the scheduler needs them, kept current from the log: a glance at thousands of tasks costs no query.
 * A hint like every follower's view; whoever writes for a task looks at its row under a lease.
 */
export class TaskIndex {
  readonly #ledger: Ledger;
  readonly #repository: RepositoryId;
  readonly #tasks = new Map<TaskId, IndexedTask>();
  #pos = 0;
  #edition = 0;

  constructor(ledger: Ledger, repository: RepositoryId) {
    this.#ledger = ledger;
    this.#repository = repository;
  }

  async load(): Promise<void> {
    this.#pos = await this.#ledger.log.head();
    for (const row of await this.#ledger.tasks.list(this.#repository)) {
      this.#tasks.set(row.id, {
        id: row.id,
        spec: row.spec,
        digest: row.digest,
        state: row.state,
        begun: row.generation > 0,
        run: row.run,
        position: row.position,
        staleDigest: row.staleDigest,
        reverted: false,
      });
    }
    const merges: readonly EventType[] = ["merge.done", "merge.reverted"];
    for (const event of await this.#ledger.log.since(0, { repository: this.#repository, types: merges })) {
      const task = event.task === undefined ? undefined : this.#tasks.get(event.task);
      if (task !== undefined) task.reverted = event.type === "merge.reverted";
    }
  }

  /** Rises when tasks come, go, or get another text. */
  get edition(): number {
    return this.#edition;
  }

  /** Reads what is new; false: nothing. */
  async refresh(): Promise<boolean> {
    const { log } = this.#ledger;
    const head = await log.head();
    if (head <= this.#pos) return false;
    const events = await log.since(this.#pos, { repository: this.#repository, types });
    for (const event of events) this.#apply(event);
    this.#pos = Math.max(head, events.at(-1)?.pos ?? 0);
    return true;
  }

  get(id: TaskId): IndexedTask | undefined {
    return this.#tasks.get(id);
  }

  all(): IterableIterator<IndexedTask> {
    return this.#tasks.values();
  }

  #apply(event: RecordedEvent): void {
    if (event.type === "task.added") {
      const { spec, digest } = event.data;
      if (this.#tasks.has(spec.id) || event.run === null) return;
      this.#tasks.set(spec.id, {
        id: spec.id,
        spec,
        digest,
        state: "NEW",
        begun: false,
        run: event.run,
        position: event.pos,
        staleDigest: null,
        reverted: false,
      });
      this.#edition += 1;
      return;
    }
    const task = event.task === undefined ? undefined : this.#tasks.get(event.task);
    if (task === undefined) return;
    if (event.run !== null) task.run = event.run;
    if (event.type === "merge.done" || event.type === "merge.reverted") task.reverted = event.type === "merge.reverted";
    else if (event.type === "task.moved") task.state = event.data.to;
    else if (event.type === "task.restarted") task.state = event.data.to;
    else if (event.type === "task.begun") task.begun = true;
    else if (event.type === "task.stale")
      task.staleDigest = event.data.digest === task.digest ? null : (event.data.digest ?? "");
    else if (event.type === "task.changed") {
      Object.assign(task, { spec: event.data.spec, digest: event.data.digest, staleDigest: null });
      this.#edition += 1;
    } else if (event.type === "task.dropped") {
      this.#tasks.delete(task.id);
      this.#edition += 1;
    }
  }
}

export const isOpen = (task: IndexedTask): boolean => !isTerminal(task.state);
