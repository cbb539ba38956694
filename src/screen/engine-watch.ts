import type { RepositoryId } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { OwnerIdentity } from "../engine/ports/leases.ts";
import type { RunSnapshot } from "../view/screen/screen-source.ts";
import type { ScreenLedger } from "./ledger-reads.ts";

type EngineState = RunSnapshot["engine"];

export interface EngineWatchParts {
  readonly ledger: Pick<ScreenLedger, "leases" | "runs">;
  readonly repository: RepositoryId;
  readonly clock: Clock;
  /** Whether the pid says that this owner is dead; false where it cannot say. */
  readonly isDeadByPid: (owner: OwnerIdentity) => boolean;
  readonly onChange: (state: EngineState) => void;
}

const everyMs = 500;
/** An engine that was asked for may take so long before it has its lease. */
const startMs = 15_000;

/** Whether the engine lives. Looks twice a second while a run is unfinished, so that its death is seen within one. */
export class EngineWatch {
  readonly #parts: EngineWatchParts;
  readonly #end = new AbortController();
  #state: EngineState = "absent";
  #awaitedUntil = Number.NEGATIVE_INFINITY;
  #poked = Promise.withResolvers<void>();

  constructor(parts: EngineWatchParts) {
    this.#parts = parts;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Resolves when it is known for the first time. */
  async start(): Promise<void> {
    const unfinished = await this.#look().catch(() => true);
    void this.#watch(unfinished);
  }

  stop(): void {
    this.#end.abort();
    this.poke();
  }

  /** The run may have begun or ended: look now. */
  poke(): void {
    this.#poked.resolve();
  }

  /** An engine was asked for: until it is there, or it takes too long, nobody calls the old one dead. */
  awaitEngine(): void {
    this.#awaitedUntil = this.#parts.clock.now() + startMs;
    this.#tell(this.#state === "died" ? "absent" : this.#state);
    this.poke();
  }

  /** The engine that was asked for does not come. */
  stopAwaiting(): void {
    this.#awaitedUntil = Number.NEGATIVE_INFINITY;
    this.poke();
  }

  async #watch(isUnfinished: boolean): Promise<void> {
    const { clock } = this.#parts;
    let unfinished = isUnfinished;
    while (!this.#end.signal.aborted) {
      const pause = new AbortController();
      if (unfinished) await Promise.race([clock.wait(everyMs, pause.signal), this.#poked.promise]);
      else await this.#poked.promise;
      pause.abort();
      this.#poked = Promise.withResolvers();
      unfinished = await this.#look().catch(() => true);
    }
  }

  /** Whether to look again soon. */
  async #look(): Promise<boolean> {
    const { ledger, repository, clock } = this.#parts;
    if (await this.#isHeld()) {
      this.#tell("alive");
      return true;
    }
    // In this order: an engine has its lease before its run is open, and ends its run before it gives the lease back.
    const run = (await ledger.runs.runs(repository, 1))[0];
    if (run?.state !== "running") {
      this.#tell("absent");
      return (run !== undefined && run.state !== "ended") || clock.now() < this.#awaitedUntil;
    }
    const isHeld = await this.#isHeld();
    this.#tell(isHeld ? "alive" : clock.now() < this.#awaitedUntil ? "absent" : "died");
    return true;
  }

  async #isHeld(): Promise<boolean> {
    const { ledger, repository, clock, isDeadByPid } = this.#parts;
    const holder = await ledger.leases.holder(repository, "");
    return holder !== null && holder.untilMs > clock.now() && !isDeadByPid(holder.owner);
  }

  #tell(state: EngineState): void {
    if (this.#end.signal.aborted || state === this.#state) return;
    this.#state = state;
    this.#parts.onChange(state);
  }
}
