import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Seen } from "../../domain/seen.ts";
import { isTerminal } from "../../domain/task.ts";
import type { Ledger } from "../ports/ledger.ts";

/** What each task has to ask about before it goes on, and who has asked about what. */
export class ToAsk {
  readonly #ledger: Ledger;
  readonly #repository: RepositoryId;
  readonly #waiting = new Map<TaskId, readonly Seen[]>();

  constructor(ledger: Ledger, repository: RepositoryId) {
    this.#ledger = ledger;
    this.#repository = repository;
  }

  /** In the order in which they were seen. */
  of(task: TaskId): readonly Seen[] {
    return this.#waiting.get(task) ?? [];
  }

  /** Tasks that were asked already, or are over, ask no more. */
  async add(seen: Seen): Promise<void> {
    for (const task of seen.asks) {
      const isOpen = await this.#isOpen(task);
      const isKnown = this.of(task).some(({ id }) => id === seen.id);
      if (!isOpen || isKnown || (await this.#answeredBy(seen, task)).length > 0) continue;
      this.#waiting.set(task, [...this.of(task), seen]);
    }
  }

  drop(task: TaskId, seen: Seen): void {
    this.#waiting.set(
      task,
      this.of(task).filter(({ id }) => id !== seen.id),
    );
  }

  /** Who asked about it before a crash or a stop and may have its answer, or took it up, which was cut off. */
  async askerOf(seen: Seen, inScope: (task: TaskId) => boolean): Promise<TaskId | null> {
    const open = await this.#ledger.account.questions(this.#repository);
    const asker = open.find(({ question: { key, task } }) => isAbout(key, seen) && inScope(task));
    if (asker !== undefined) return asker.question.task;
    for (const task of await this.#answeredBy(seen)) if (inScope(task) && (await this.#isOpen(task))) return task;
    return null;
  }

  async #isOpen(task: TaskId): Promise<boolean> {
    const row = await this.#ledger.tasks.get(this.#repository, task);
    return row !== null && !isTerminal(row.state);
  }

  /** Tasks, or the one, that took up an answer about it. */
  async #answeredBy(seen: Seen, task?: TaskId): Promise<readonly TaskId[]> {
    const of = { repository: this.#repository, ...(task === undefined ? {} : { task }) };
    const keys = await this.#ledger.log.since(0, { ...of, types: ["key.committed"] });
    return keys.flatMap((event) =>
      event.type === "key.committed" && event.task !== undefined && isAbout(event.data.key, seen) ? [event.task] : [],
    );
  }
}

const isAbout = (key: string, { id }: Seen): boolean => key.endsWith(`/seen/${id}`);
