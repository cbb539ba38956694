import { LeaseLost } from "../../domain/lease-lost.ts";
import type { RunningCall } from "../ports/adapter.ts";
import { leaseLost } from "../waiting/interrupts.ts";
import type { LimitWatch } from "../waiting/limits.ts";
import type { ApprovalAnswer, ApprovalEvent } from "./approvals.ts";

export interface CallApprovalPorts {
  /** What the agent asks during its call; the signal aborts when the call is over. */
  readonly onApproval: (event: ApprovalEvent, over: AbortSignal) => Promise<ApprovalAnswer>;
  /** The call that asked is over: what was not answered is not waited for any more. */
  readonly onAsked: () => Promise<void>;
}

/** What one attempt asks while it runs. Its time limits stand still meanwhile; its other events go on. */
export class CallApprovals {
  readonly #limits: LimitWatch;
  readonly #ports: CallApprovalPorts;
  readonly #over = new AbortController();
  readonly #pending = new Map<string, Promise<void>>();
  #fault: { readonly error: unknown } | null = null;

  constructor(limits: LimitWatch, ports: CallApprovalPorts) {
    this.#limits = limits;
    this.#ports = ports;
  }

  /** What is asked again under the same id has its answer, or will get it. */
  ask(running: RunningCall, event: ApprovalEvent): void {
    if (!this.#pending.has(event.id)) this.#pending.set(event.id, this.#decide(running, event));
  }

  /** When the call is over. Throws what kept a decision from being made, after which the call was ended. */
  async end(): Promise<void> {
    if (this.#pending.size === 0) return;
    this.#over.abort();
    await Promise.all(this.#pending.values());
    if (this.#fault !== null && this.#fault.error instanceof LeaseLost) throw this.#fault.error;
    await this.#ports.onAsked();
    if (this.#fault !== null) throw this.#fault.error;
  }

  async #decide(running: RunningCall, event: ApprovalEvent): Promise<void> {
    this.#limits.pause();
    try {
      const { decision, message } = await this.#ports.onApproval(event, this.#over.signal);
      if (!this.#over.signal.aborted) running.respond(event.id, decision, message);
    } catch (error) {
      if (this.#over.signal.aborted) return;
      this.#fault ??= { error };
      await running.cancel(error instanceof LeaseLost ? leaseLost : "stop");
    } finally {
      this.#limits.resume();
    }
  }
}
