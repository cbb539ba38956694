import type { RepositoryId, TaskId } from "../domain/ids.ts";
import type { TaskRow } from "../domain/rows.ts";
import type { TaskReads } from "../engine/ports/task-reads.ts";

/** More changed tasks than this are read as one list. */
const manyTasks = 64;

/** All tasks of a repository in their order. After the first read only those that changed are read again. */
export class TaskRows {
  readonly #tasks: Pick<TaskReads, "list" | "get">;
  readonly #repository: RepositoryId;
  #changed = new Set<TaskId>();
  #all = true;
  #rows: readonly TaskRow[] = [];
  #indexOf = new Map<TaskId, number>();

  constructor(tasks: Pick<TaskReads, "list" | "get">, repository: RepositoryId) {
    this.#tasks = tasks;
    this.#repository = repository;
  }

  changed(task: TaskId): void {
    this.#changed.add(task);
  }

  allChanged(): void {
    this.#all = true;
  }

  /** The same array as before when no row is another. */
  async read(): Promise<readonly TaskRow[]> {
    const changed = this.#changed;
    const all = this.#all || changed.size > manyTasks;
    this.#changed = new Set();
    this.#all = false;
    try {
      if (all) this.#replace(await this.#tasks.list(this.#repository));
      else if (changed.size > 0) await this.#patch([...changed]);
    } catch (error) {
      this.#all = true;
      throw error;
    }
    return this.#rows;
  }

  #replace(rows: readonly TaskRow[]): void {
    if (rows.length === this.#rows.length && rows.every((row, index) => row === this.#rows[index])) return;
    this.#rows = rows;
    this.#indexOf = new Map(rows.map((row, index) => [row.id, index]));
  }

  async #patch(changed: readonly TaskId[]): Promise<void> {
    const found = await Promise.all(changed.map((task) => this.#tasks.get(this.#repository, task)));
    const rows = [...this.#rows];
    let moved = false;
    let differs = false;
    changed.forEach((task, i) => {
      const row = found[i] ?? null;
      const index = this.#indexOf.get(task);
      if (row === null || index === undefined || rows[index]?.position !== row.position)
        moved ||= row !== null || index !== undefined;
      else if (rows[index] !== row) {
        rows[index] = row;
        differs = true;
      }
    });
    if (moved) this.#replace(await this.#tasks.list(this.#repository));
    else if (differs) this.#rows = rows;
  }
}
