import type { EventType, RecordedEvent } from "../../domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../../domain/ids.ts";
import { splitKey } from "../../domain/parts.ts";
import { isTerminal, taskStates, type TaskSpec, type TaskState } from "../../domain/task.ts";
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
  /** The parts it is done in now; absent: it is whole. */
  parts?: ReadonlySet<TaskId>;
}

/** What changes a task here; no other event is read. */
const types: readonly EventType[] = [
  "task.added",
  "task.changed",
  "task.prioritized",
  "task.stale",
  "task.dropped",
  "task.begun",
  "task.restarted",
  "task.moved",
  "merge.done",
  "merge.reverted",
  "task.split",
  "parts.joined",
];

/**
 * The tasks of a repository as the scheduler needs them, kept current from the log: a glance at thousands of tasks costs no query.
 * A hint like every follower's view; whoever writes for a task looks at its row under a lease.
 */
export class TaskIndex {
  readonly #ledger: Ledger;
  readonly #repository: RepositoryId;
  readonly #tasks = new Map<TaskId, IndexedTask>();
  readonly #inState = new Map<TaskState, Set<IndexedTask>>(taskStates.map((state) => [state, new Set()]));
  readonly #parts = new Set<IndexedTask>();
  #pos = 0;
  #edition = 0;
  #settled = 0;

  constructor(ledger: Ledger, repository: RepositoryId) {
    this.#ledger = ledger;
    this.#repository = repository;
  }

  async load(): Promise<void> {
    this.#pos = await this.#ledger.log.head();
    for (const row of await this.#ledger.tasks.list(this.#repository)) {
      const { id, spec, digest, state, run, position, staleDigest } = row;
      this.#add({ id, spec, digest, state, begun: row.generation > 0, run, position, staleDigest, reverted: false });
    }
    const hidden: readonly EventType[] = [
      "merge.done",
      "merge.reverted",
      "parts.joined",
      "task.split",
      "task.restarted",
    ];
    for (const event of await this.#ledger.log.since(0, { repository: this.#repository, types: hidden })) {
      const task = event.task === undefined ? undefined : this.#tasks.get(event.task);
      if (task === undefined) continue;
      if (event.type === "task.split" || event.type === "task.restarted") setParts(task, event);
      else task.reverted = event.type === "merge.reverted";
    }
  }

  /** Rises when tasks come, go, get another text, or are to be begun anew. */
  get edition(): number {
    return this.#edition;
  }

  /** Rises when tasks begin or cease to wait for a person, and when they are over: others may start then. */
  get settled(): number {
    return this.#settled;
  }

  inState(state: TaskState): ReadonlySet<IndexedTask> {
    return this.#inState.get(state) ?? none;
  }

  /** Those that are begun and not over, nor wait for a person. */
  *underWay(): Generator<IndexedTask> {
    for (const [state, tasks] of this.#inState)
      if (state !== "NEW" && state !== "AWAITING_HUMAN" && !isTerminal(state)) yield* tasks;
  }

  /** Parts that are not over though nothing waits for them any more: their parent is over or begun anew, or goes on without them. */
  *orphans(): Generator<{ readonly task: IndexedTask; readonly why: string }> {
    for (const task of this.#parts) {
      const parent = this.#tasks.get(task.spec.parent ?? "");
      if (!isOpen(task) || parent === undefined) continue;
      if (isTerminal(parent.state))
        yield { task, why: `${parent.id}, which it is a part of, is ${parent.state.toLowerCase()}` };
      else if (parent.parts === undefined) yield { task, why: `${parent.id}, which it is a part of, is begun anew` };
      else if (!parent.parts.has(task.id)) yield { task, why: `${parent.id} goes on without it` };
    }
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

  #add(task: IndexedTask): void {
    this.#tasks.set(task.id, task);
    if (task.spec.parent !== undefined) this.#parts.add(task);
    this.#inState.get(task.state)?.add(task);
  }

  #move(task: IndexedTask, to: TaskState): void {
    const counts = (state: TaskState): boolean => isTerminal(state) || state === "AWAITING_HUMAN";
    if (counts(task.state) || counts(to)) this.#settled += 1;
    if (to === "NEW") this.#edition += 1;
    this.#inState.get(task.state)?.delete(task);
    this.#inState.get(to)?.add(task);
    task.state = to;
  }

  #apply(event: RecordedEvent): void {
    if (event.type === "task.added") {
      const { spec, digest } = event.data;
      const { run, pos } = event;
      if (this.#tasks.has(spec.id) || run === null) return;
      const fresh = { state: "NEW", begun: false, staleDigest: null, reverted: false } as const;
      this.#add({ id: spec.id, spec, digest, run, position: pos, ...fresh });
      this.#edition += 1;
      return;
    }
    const task = event.task === undefined ? undefined : this.#tasks.get(event.task);
    if (task === undefined) return;
    if (event.run !== null) task.run = event.run;
    if (event.type === "merge.done" || event.type === "merge.reverted" || event.type === "parts.joined") {
      task.reverted = event.type === "merge.reverted";
      this.#settled += 1;
    } else if (event.type === "task.moved" || event.type === "task.restarted") {
      this.#move(task, event.data.to);
      if (event.type === "task.restarted") setParts(task, event);
    } else if (event.type === "task.split") setParts(task, event);
    else if (event.type === "task.begun") task.begun = true;
    else if (event.type === "task.stale")
      task.staleDigest = event.data.digest === task.digest ? null : (event.data.digest ?? "");
    else if (event.type === "task.changed") {
      Object.assign(task, { spec: event.data.spec, digest: event.data.digest, staleDigest: null });
      this.#edition += 1;
    } else if (event.type === "task.prioritized") {
      task.spec = { ...task.spec, priority: event.data.priority };
      this.#edition += 1;
    } else if (event.type === "task.dropped") {
      this.#tasks.delete(task.id);
      this.#parts.delete(task);
      this.#inState.get(task.state)?.delete(task);
      this.#edition += 1;
    }
  }
}

/** Begun anew before it was split, it is whole again. */
function setParts(task: IndexedTask, event: RecordedEvent): void {
  if (event.type === "task.split") task.parts = new Set(event.data.parts.map(({ id }) => id));
  else if (event.type === "task.restarted" && !event.data.keep.includes(splitKey)) delete task.parts;
}

const none: ReadonlySet<IndexedTask> = new Set();

export const isOpen = (task: IndexedTask): boolean => !isTerminal(task.state);
