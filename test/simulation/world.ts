import { startEngine, type Engine, type EngineEnd } from "../../src/engine/run/engine.ts";
import type { Backlog } from "../../src/engine/run/backlog-sync.ts";
import type { EngineParts } from "../../src/engine/run/engine-options.ts";
import { FatalFault } from "../../src/domain/fatal-fault.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { LedgerFault } from "../../state/connection/ledger-fault.ts";
import type { OpenLedger } from "../../state/open-ledger.ts";
import { Chance } from "./chance.ts";
import { Disk } from "./disk.ts";
import { type Fate, Host } from "./host.ts";
import type { Life } from "./life.ts";
import { Machine } from "./machine.ts";
import { engineParts, type Surroundings } from "./ports.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export const repository = "repo";

/** An engine as its supervisor sees it. */
export interface Running {
  readonly life: Life;
  readonly engine: Engine;
  end: EngineEnd | null;
}

/** So long an engine may take to end when its ledger fails, or its repository is gone. */
const endsWithinMs = 120_000;
/** So many faults an engine may meet while nothing comes of it: more is one that tries again without end. */
const mostFaultsInARow = 100;

/** A mistake in what an engine is made of, for the rules to find. */
export type Mistake = (parts: EngineParts, world: World) => EngineParts;

export interface WorldOptions {
  readonly seed: string;
  readonly settings: Settings;
  readonly around: Pick<Surroundings, "mood" | "notices" | "gitMs" | "isDead" | "faults">;
  /** Where other repositories are worked on too; absent: nowhere. */
  readonly host?: Host;
  readonly repository?: string;
  readonly mistake?: Mistake | undefined;
}

/** Everything outside of the engines of one repository: its disk, its machine, the ledger. Engines come and go in it. */
export class World {
  readonly host: Host;
  readonly repository: string;
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly disk: Disk;
  readonly machine: Machine;
  readonly ledger: OpenLedger;
  readonly lives: Running[] = [];
  readonly settings: Settings;
  /** Faults of engines themselves. */
  readonly violations: string[] = [];
  /** The repository is not where it was: no engine can go on in it. */
  isGone = false;
  /** When the ledger, or the repository, failed an engine for the first time. */
  readonly #failedAtMs = new Map<Life, number>();
  /** Faults that engines have met since they committed last. */
  readonly #faults = new Map<Life, { readonly commits: number; count: number }>();
  readonly #around: Surroundings;
  readonly #mistake: Mistake;

  constructor(options: WorldOptions) {
    this.host = options.host ?? new Host(options.seed);
    this.repository = options.repository ?? repository;
    this.clock = this.host.clock;
    this.ledger = this.host.ledger;
    this.chance = new Chance(options.seed);
    this.settings = options.settings;
    this.#mistake = options.mistake ?? ((parts) => parts);
    const files = new Map(["a.txt", "b.txt", "c.txt"].map((path) => [path, "as it was"]));
    this.disk = new Disk(files, this.repository === repository ? "c" : `${this.repository}-c`);
    this.machine = new Machine(this.disk, this.host);
    this.#around = {
      repository: this.repository,
      clock: this.clock,
      chance: this.chance,
      ledger: this.ledger,
      disk: this.disk,
      machine: this.machine,
      limits: options.settings.limits,
      ownership: this.#ownership(),
      ...options.around,
      faults: () => ({ ...options.around.faults(), ...(this.isGone ? { git: 1 } : {}) }),
      onFault: (life) => this.#onFault(life),
      present: (life) => {
        if (!this.isGone) return;
        this.#fails(life);
        throw new FatalFault("the repository is gone");
      },
    };
  }

  get nowMs(): number {
    return this.clock.now() - this.host.startMs;
  }

  /** Starts an engine, as the command line would. */
  start(
    backlog: Backlog,
    fate: Fate,
    options: { readonly linger: boolean; readonly noWait: boolean; readonly yesTo: readonly ("plan" | "merge")[] },
    onEnd: (running: Running) => void,
  ): Running {
    const life = this.host.begin(fate);
    const engine = startEngine(this.#mistake(engineParts(this.#around, life), this), {
      repository: this.repository,
      repositoryPath: "/repo",
      version: "1",
      base: "main",
      baseCommit: this.disk.tip("main") ?? "",
      settings: this.settings,
      backlog,
      only: null,
      ...options,
    });
    const running: Running = { life, engine, end: null };
    this.lives.push(running);
    void this.#follow(running, onEnd);
    return running;
  }

  async #follow(running: Running, onEnd: (running: Running) => void): Promise<void> {
    try {
      running.end = await running.engine.end;
      onEnd(running);
    } catch (error) {
      const left = this.machine.callsOf(running.life);
      if (left.length > 0) this.violations.push(`engine ${running.life.owner.pid} ended and left ${left.join(", ")}`);
      // As a process that ends with what its disk said.
      const isFault = error instanceof LedgerFault || error instanceof FatalFault;
      if (isFault && this.#failedAtMs.has(running.life)) return running.life.die();
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.violations.push(`engine ${running.life.owner.pid} threw: ${text}`);
    }
  }

  /** Engines whose ledger has failed, or whose repository is gone, and that go on. */
  lateToEnd(): readonly string[] {
    return [...this.#failedAtMs]
      .filter(([life, atMs]) => life.state === "alive" && this.clock.passedMs - atMs > endsWithinMs)
      .filter(([life]) => this.lives.some((one) => one.life === life && one.end === null))
      .map(
        ([{ owner }]) => `engine ${owner.pid} does not end although its ledger has failed, or its repository is gone`,
      );
  }

  #fails(life: Life): void {
    if (!this.#failedAtMs.has(life)) this.#failedAtMs.set(life, this.clock.passedMs);
  }

  #onFault(life: Life): void {
    const commits = this.host.commitsOf(life);
    const known = this.#faults.get(life);
    const met = known?.commits === commits ? known : { commits, count: 0 };
    this.#faults.set(life, met);
    met.count += 1;
    if (met.count === mostFaultsInARow)
      this.violations.push(`engine ${life.owner.pid} met ${met.count} faults in a row and nothing came of it`);
  }

  #ownership(): Surroundings["ownership"] {
    let owner: Life | null = null;
    return {
      commits: () => this.host.commits,
      isOwner: (life) => owner === life,
      onOwner: (life) => void (owner = life),
      fault: (life, access) => {
        const fault = this.host.faultOf(access);
        if (fault !== null) this.#fails(life);
        return fault;
      },
      onWrongWrite: (what) => void this.violations.push(what),
    };
  }
}
