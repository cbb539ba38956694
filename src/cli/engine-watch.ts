import type { RunSnapshot } from "../view/screen-source.ts";
import { runningEngine } from "./engine-lease.ts";
import { lastRun, type RepositoryGround } from "./ground.ts";

/** How soon an engine that died is noticed. */
const lookMs = 500;

/** Whether the engine of the repository lives, looked at twice a second. */
export class EngineWatch {
  readonly #ground: RepositoryGround;
  readonly #onChange: () => void;
  readonly #over = new AbortController();
  #state: RunSnapshot["engine"] = "absent";

  constructor(ground: RepositoryGround, onChange: () => void) {
    this.#ground = ground;
    this.#onChange = onChange;
  }

  get state(): RunSnapshot["engine"] {
    return this.#state;
  }

  async open(): Promise<void> {
    this.#state = await this.#look();
    void this.#watch();
  }

  close(): void {
    this.#over.abort();
  }

  async #watch(): Promise<void> {
    const { clock } = this.#ground.program;
    while (!this.#over.signal.aborted) {
      await clock.wait(lookMs, this.#over.signal);
      // A ledger that is busy or gone for a moment says nothing about the engine.
      const state = await this.#look().catch(() => this.#state);
      if (state === this.#state) continue;
      this.#state = state;
      this.#onChange();
    }
  }

  async #look(): Promise<RunSnapshot["engine"]> {
    const { program, ledger, repository } = this.#ground;
    if ((await runningEngine(ledger, repository.id, program.clock.now())) !== null) return "alive";
    const run = await lastRun(ledger, repository.id);
    return run?.state === "running" ? "died" : "absent";
  }
}
