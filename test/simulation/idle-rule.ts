import type { TaskRow } from "../../src/domain/rows.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { isTerminal } from "../../src/domain/task.ts";

/** Longer than the minute within which an engine looks again by itself. */
const noticedMs = 75_000;

/** What waits for the engine although nothing is in the way, and for how long. */
export class IdleRule {
  readonly violations: string[] = [];
  #since = new Map<string, number>();
  readonly #settings: Pick<Settings, "limits">;

  constructor(settings: Pick<Settings, "limits">) {
    this.#settings = settings;
  }

  /** The tasks of the run, with whether a living engine holds their lease; only while an engine is at work. */
  look(
    rows: readonly Pick<TaskRow, "id" | "state" | "generation" | "spec">[],
    isOwned: (task: string) => boolean,
    nowMs: number,
  ): void {
    const { limits } = this.#settings;
    const states = new Map(rows.map(({ id, state }) => [id, state]));
    const open = rows.filter(({ state }) => !isTerminal(state));
    const owned = open.filter(({ id, state }) => state !== "AWAITING_HUMAN" && isOwned(id)).length;
    const excused = limits.perArea !== null || limits.schedule === "waves" || limits.awaitingHuman < open.length;
    const idle = open.filter(({ id, state, spec }) => {
      const blocked = state === "NEW" && (excused || spec.needs.some((need) => states.get(need) !== "DONE"));
      return !isOwned(id) && !blocked && (state === "AWAITING_HUMAN" || owned < limits.parallel);
    });
    this.#wait(
      "task",
      idle.map(({ id, state }) => [id, `nobody works on ${id}, which is ${state}`]),
      nowMs,
    );
  }

  /** Holds whose end has passed. */
  holds(over: readonly { readonly id: string }[], nowMs: number): void {
    this.#wait(
      "hold",
      over.map(({ id }) => [id, `the hold ${id} is long over`]),
      nowMs,
    );
  }

  /** No engine is at work, or the machine slept. */
  forget(): void {
    this.#since.clear();
  }

  #wait(kind: string, waiting: readonly (readonly [id: string, what: string])[], nowMs: number): void {
    const names = new Set(waiting.map(([id]) => `${kind} ${id}`));
    for (const name of this.#since.keys()) if (name.startsWith(kind) && !names.has(name)) this.#since.delete(name);
    for (const [id, what] of waiting) {
      const sinceMs = this.#since.get(`${kind} ${id}`) ?? nowMs;
      this.#since.set(`${kind} ${id}`, sinceMs);
      if (nowMs - sinceMs > noticedMs) this.violations.push(what);
    }
  }
}
