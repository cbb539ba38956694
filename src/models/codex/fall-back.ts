import type { AdapterOutcome, ApprovalDecision, CallEvent, RunningCall } from "../../engine/ports/adapter.ts";

/**
 * A call that is made once more in another way when its end calls for that: `next` is asked once, with the outcome of the
 * first way, whose end is then not said. One that was cancelled is over.
 */
export class FallBack implements RunningCall {
  readonly #next: (outcome: AdapterOutcome) => RunningCall | null;
  #current: RunningCall;
  #isCancelled = false;

  constructor(first: RunningCall, next: (outcome: AdapterOutcome) => RunningCall | null) {
    this.#current = first;
    this.#next = next;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CallEvent> {
    for await (const event of this.#current) {
      const next = event.type === "end" && !this.#isCancelled ? this.#next(event.outcome) : null;
      if (next === null) {
        yield event;
        continue;
      }
      this.#current = next;
      yield* next;
    }
  }

  async cancel(reason: Parameters<RunningCall["cancel"]>[0]): Promise<void> {
    this.#isCancelled = true;
    await this.#current.cancel(reason);
  }

  respond(id: string, decision: ApprovalDecision, message: string | null): void {
    this.#current.respond(id, decision, message);
  }
}
