import type { RecordedEvent } from "../../src/domain/events.ts";
import { isTerminal, type TaskState } from "../../src/domain/task.ts";

interface Known {
  state: TaskState;
  readonly parent: string | null;
}

/** What must hold of tasks that are split, in every log. */
export class PartRules {
  readonly violations: string[] = [];
  readonly #tasks = new Map<string, Known>();

  take(event: RecordedEvent): void {
    if (event.type === "task.added") {
      const { id, parent = null } = event.data.spec;
      const of = parent === null ? undefined : this.#tasks.get(parent);
      if (parent !== null && (of === undefined || of.parent !== null || isTerminal(of.state)))
        this.violations.push(`${id} is a part of ${parent}, which has none`);
      this.#tasks.set(id, { state: "NEW", parent });
    }
    const task = event.task === undefined ? undefined : this.#tasks.get(event.task);
    if (task === undefined || event.task === undefined) return;
    if (event.type === "task.dropped") {
      if (task.parent !== null) this.violations.push(`${event.task} was dropped, and is a part`);
      this.#tasks.delete(event.task);
    }
    if (event.type !== "task.moved" && event.type !== "task.restarted") return;
    task.state = event.data.to;
    if (task.state !== "DONE") return;
    for (const [id, part] of this.#tasks)
      if (part.parent === event.task && !isTerminal(part.state))
        this.violations.push(`${event.task} is done and its part ${id} is ${part.state}`);
  }

  /** When all is over. */
  atEnd(): readonly string[] {
    return [...this.#tasks].flatMap(([id, { state, parent }]) => {
      const of = parent === null ? undefined : this.#tasks.get(parent);
      return of !== undefined && isTerminal(of.state) && !isTerminal(state)
        ? [`${id} is ${state} and outlives ${parent}`]
        : [];
    });
  }
}
