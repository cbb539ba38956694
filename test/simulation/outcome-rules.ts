import type { RecordedEvent } from "../../src/domain/events.ts";

interface Known {
  readonly task: string;
  y: 0 | 1 | null;
}

/**
 * What must hold of outcomes: one for each unit of work that is over, of somebody who did it, told together with the end that
 * makes it known; whatever is found out later is added and changes nothing.
 */
export class OutcomeRules {
  readonly violations: string[] = [];
  readonly #known = new Map<string, Known>();
  /** Of calls: their task, generation and role. */
  readonly #calls = new Map<string, { readonly task: string; readonly generation: number; readonly role: string }>();
  /** Who was asked for what in a generation of a task. */
  readonly #asked = new Map<string, Set<string>>();
  readonly #told = new Map<string, Set<string>>();
  readonly #generations = new Map<string, number>();
  readonly #repository: string;

  constructor(repository: string) {
    this.#repository = repository;
  }

  take(event: RecordedEvent): void {
    if (event.repository !== this.#repository) return;
    if (event.type === "outcome.corrected") return this.#correct(event);
    const { task } = event;
    if (task === undefined) return;
    switch (event.type) {
      case "task.begun":
        this.#generations.set(task, event.data.generation);
        break;
      case "call.started":
        this.#calls.set(event.call ?? "", { task, generation: event.data.generation, role: event.data.role });
        break;
      case "attempt.started": {
        const call = this.#calls.get(event.call ?? "");
        if (call !== undefined) added(this.#asked, `${task} g${call.generation}`, `${call.role} ${event.data.model}`);
        break;
      }
      case "outcome.recorded": {
        const { outcome } = event.data;
        const { id, unit, role, model, y } = outcome;
        if (this.#known.has(id)) this.#wrong(event, `the outcome of ${unit} (${role} ${model}) is told twice`);
        this.#known.set(id, { task, y });
        const asked = [...this.#asked].some(([key, who]) => key.startsWith(`${task} g`) && who.has(`${role} ${model}`));
        if (!asked) this.#wrong(event, `${model} was never asked as ${role}`);
        added(this.#told, task, `${role} ${model}`);
        break;
      }
      default:
    }
  }

  /** `done`: tasks that came to their end. */
  atEnd(done: readonly string[]): readonly string[] {
    return done.flatMap((task) => {
      const asked = this.#asked.get(`${task} g${this.#generations.get(task) ?? 0}`) ?? new Set();
      return [...asked].flatMap((who) =>
        this.#told.get(task)?.has(who) === true ? [] : [`${task} is over and says nothing of ${who}`],
      );
    });
  }

  #correct(event: RecordedEvent & { readonly type: "outcome.corrected" }): void {
    const known = this.#known.get(event.data.id);
    if (known === undefined) return this.#wrong(event, `corrects ${event.data.id}, which is not known`);
    if (known.y === event.data.y) this.#wrong(event, `corrects ${event.data.id} to what it is`);
    known.y = event.data.y;
  }

  #wrong(event: RecordedEvent, what: string): void {
    this.violations.push(`${event.type} at ${event.pos} of ${event.task ?? "-"}: ${what}`);
  }
}

function added(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}
