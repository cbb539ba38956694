import { assert } from "../../domain/assert.ts";
import type { NewEvent } from "../../domain/events.ts";
import { asksPlace, type RunId } from "../../domain/ids.ts";
import type { AttemptRow, CallRow } from "../../domain/rows.ts";
import type { AttemptParts } from "../attempt/attempt-parts.ts";
import type { CallRequest, CallResult } from "../attempt/call-request.ts";
import { Gateway } from "../call/gateway.ts";
import type { OwnerIdentity } from "../ports/leases.ts";
import { leaseLost, Stopped } from "../waiting/interrupts.ts";
import { LeaseKeeper } from "../waiting/lease-keeper.ts";
import { ModelSlots } from "../waiting/model-slots.ts";
import { Waker } from "../waiting/waker.ts";
import { askTask, type AskTaskParts } from "./ask-task.ts";
import { endDeadAsks } from "./dead-asks.ts";

export interface AskParts extends Omit<AttemptParts, "onSlept" | "modelSlots" | "watched"> {
  readonly owner: OwnerIdentity;
  readonly isDead: (owner: OwnerIdentity) => boolean;
}

/** A call of an ask, with how it stands in the ledger; null: it was never begun. `result` null: it was stopped. */
export interface AskedCall {
  readonly result: CallResult | null;
  readonly row: { readonly call: CallRow; readonly attempts: readonly AttemptRow[] } | null;
}

export interface OpenAsk {
  /** One call, by the same rules as those of tasks. */
  call(request: CallRequest & { readonly giveUpAtMs: number }): Promise<AskedCall>;
  append(events: readonly NewEvent[]): Promise<void>;
}

/**
 * Opens an ask for as long as `work` takes: keeps its lease, tells its calls of a machine that slept, and ends before what dead
 * asks have left. `signal` stops its calls; whatever ends `work`, none of them is left running.
 */
export async function withAsk<T>(
  parts: AskParts,
  id: RunId,
  signal: AbortSignal,
  work: (ask: OpenAsk) => Promise<T>,
): Promise<T> {
  const { ledger, clock, owner, isDead } = parts;
  const lost = new AbortController();
  const over = new AbortController();
  const slept = new Set<(gapMs: number) => void>();
  const keeper = new LeaseKeeper({
    leases: ledger.leases,
    clock,
    repository: asksPlace,
    owner,
    isDead,
    onLost: () => lost.abort(leaseLost),
    onSlept: (gapMs) => slept.forEach((listener) => listener(gapMs)),
  });
  const attempts: AttemptParts = {
    ...parts,
    // It works in no repository.
    watched: (_, work) => work(() => undefined),
    modelSlots: new ModelSlots(() => parts.settings()),
    onSlept: (listener) => {
      slept.add(listener);
      return () => void slept.delete(listener);
    },
  };
  const waker = new Waker(clock);
  const unfollow = ledger.log.follow(() => waker.notify());
  try {
    await endDeadAsks(attempts, { owner, isDead, waker });
    const fence = await keeper.claim(id);
    assert(fence !== null, `the ask ${id} is new and somebody has it`);
    const keeping = keeper.keep(over.signal);
    // A ledger that fails ends the calls before it is told: else their programs would go on without us.
    keeping.catch(() => over.abort());
    const calls = new Calls({ ledger, clock, waker }, new Gateway(attempts), {
      id,
      fence,
      signal: AbortSignal.any([signal, lost.signal, over.signal]),
    });
    try {
      return await work(calls);
    } finally {
      over.abort();
      await calls.ended();
      await keeping;
      await keeper.release(fence);
    }
  } finally {
    unfollow();
  }
}

class Calls implements OpenAsk {
  readonly #parts: AskTaskParts;
  readonly #gateway: Gateway;
  readonly #ask: Omit<Parameters<typeof askTask>[1], "giveUpAtMs">;
  readonly #running = new Set<Promise<unknown>>();

  constructor(parts: AskTaskParts, gateway: Gateway, ask: Omit<Parameters<typeof askTask>[1], "giveUpAtMs">) {
    this.#parts = parts;
    this.#gateway = gateway;
    this.#ask = ask;
  }

  async call(request: CallRequest & { readonly giveUpAtMs: number }): Promise<AskedCall> {
    const running = this.#call(request);
    this.#running.add(running);
    return await running.finally(() => this.#running.delete(running));
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    const { id, fence } = this.#ask;
    await this.#parts.ledger.log.append({ repository: asksPlace, run: id, fence, events });
  }

  /** Resolves when no call runs any more. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #call(request: CallRequest & { readonly giveUpAtMs: number }): Promise<AskedCall> {
    const { giveUpAtMs, key } = request;
    const { ledger } = this.#parts;
    const find = async (): Promise<AskedCall["row"]> => await ledger.calls.find(asksPlace, this.#ask.id, key);
    try {
      const result = await this.#gateway.call(askTask(this.#parts, { ...this.#ask, giveUpAtMs }), request);
      return { result, row: await find() };
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      const row = await find();
      if (row?.call.state === "running") await this.append([cancelledCall(this.#ask.id, row.call)]);
      return { result: null, row: await find() };
    }
  }
}

/** A call that nobody goes on with. */
const cancelledCall = (ask: RunId, { id, model, attempts }: CallRow): NewEvent => ({
  type: "call.ended",
  task: ask,
  call: id,
  data: { outcome: "cancelled", failure: null, model, attempts },
});
