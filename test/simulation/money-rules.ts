import type { EventData, RecordedEvent } from "../../src/domain/events.ts";
import { daySpend, runSpend, taskSpend } from "../../state/folds/spend-scope.ts";

/** What must hold of the money in every log: each end of an attempt is settled once, and what may have been spent counts as spent. */
export class MoneyRules {
  readonly violations: string[] = [];
  /** What budgets count, by their names. */
  readonly spent = new Map<string, number>();
  readonly #parents = new Map<string, string | null>();
  readonly #reserved = new Map<string, number>();
  readonly #unsettled = new Map<string, EventData["attempt.ended"]>();

  take(event: RecordedEvent): void {
    const { call } = event;
    if (event.type === "task.added") {
      const { id, parent } = event.data.spec;
      this.#parents.set(`${event.repository}/${id}`, parent ?? null);
    }
    if (event.type === "budget.reserved") this.#reserved.set(event.data.reservation, event.data.micros);
    if (call === undefined) return;
    if (event.type === "attempt.ended") {
      if (this.#unsettled.has(call)) this.#wrong(event, "the end before was never settled");
      this.#unsettled.set(call, event.data);
    }
    if (event.type === "attempt.started" && this.#unsettled.has(call))
      this.#wrong(event, "an attempt begins before the last is settled");
    if (event.type === "budget.settled") this.#settle(event, call, event.data);
  }

  #settle(event: RecordedEvent, call: string, settled: EventData["budget.settled"]): void {
    const ended = this.#unsettled.get(call);
    if (ended === undefined) return this.#wrong(event, "settled, and no attempt has ended");
    this.#unsettled.delete(call);
    const { reservation, cost, notional = false, assumedMicros = 0 } = settled;
    if (JSON.stringify(cost) !== JSON.stringify(ended.cost)) this.#wrong(event, "settled for another cost than it had");
    const reserved = reservation === null ? 0 : this.#reserved.get(reservation);
    if (reserved === undefined) this.#wrong(event, `${reservation} was never reserved, or is settled again`);
    if (reservation !== null) this.#reserved.delete(reservation);
    const isOpen = cost.micros === null || cost.source === "unsettled";
    const assumed = isOpen && !notional ? Math.max(reserved ?? 0, cost.micros ?? 0) : 0;
    if (assumedMicros !== assumed) this.#wrong(event, `${assumedMicros} is assumed where it may be ${assumed}`);
    const counts = notional ? 0 : isOpen ? assumed : (cost.micros ?? 0);
    const scopes = [daySpend(settled.day), event.run === null ? null : runSpend(event.run)];
    if (event.repository !== null && event.task !== undefined) {
      const parent = this.#parents.get(`${event.repository}/${event.task}`) ?? null;
      scopes.push(taskSpend(event.repository, event.task));
      if (parent !== null) scopes.push(taskSpend(event.repository, parent));
    }
    for (const scope of scopes) if (scope !== null) this.spent.set(scope, (this.spent.get(scope) ?? 0) + counts);
  }

  #wrong(event: RecordedEvent, what: string): void {
    this.violations.push(`${event.type} at ${event.pos} (call ${event.call}): ${what}`);
  }
}
