import { startEngine, type Engine, type EngineEnd } from "../../src/engine/run/engine.ts";
import type { Backlog } from "../../src/engine/run/backlog-sync.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { LedgerFull } from "../../state/connection/ledger-fault.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { Chance } from "./chance.ts";
import { Disk } from "./disk.ts";
import { committing, Died, Life } from "./life.ts";
import { Machine } from "./machine.ts";
import { engineParts, type Surroundings } from "./ports.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const repository = "repo";
const startMs = 1_700_000_000_000;

/** An engine as its supervisor sees it. */
export interface Running {
  readonly life: Life;
  readonly engine: Engine;
  end: EngineEnd | null;
  commits: number;
}

/** So long an engine may take to end when its ledger fails. */
const endsWithinMs = 120_000;

/** What kills an engine. */
export interface Fate {
  readonly dieAtCommit: { readonly n: number; readonly when: "before" | "after" } | null;
}

export const longLife: Fate = { dieAtCommit: null };

export interface WorldOptions {
  readonly seed: string;
  readonly settings: Settings;
  readonly around: Pick<Surroundings, "mood" | "notices" | "gitMs" | "isDead" | "faults">;
}

/** Everything outside of engines: the clock, the machine, the disk, the ledger. Engines come and go in it. */
export class World {
  readonly startMs = startMs;
  readonly clock = new VirtualClock(startMs);
  readonly chance: Chance;
  readonly disk: Disk;
  readonly machine: Machine;
  readonly ledger: OpenLedger;
  readonly lives: Running[] = [];
  readonly settings: Settings;
  /** Faults of engines themselves. */
  readonly violations: string[] = [];
  /** The disk of the ledger is full: engines cannot write, people can. */
  isFull = false;
  /** When the ledger failed an engine for the first time. */
  readonly #failedAt = new Map<Life, number>();
  /** Counts every commit, of engines and of people. */
  commits = 0;
  /** Told after each commit, with whose it was. */
  onCommitted: (by: Life | null) => void = () => {};
  readonly #around: Surroundings;
  readonly #fates = new Map<Life, { readonly running: { commits: number }; readonly fate: Fate }>();

  constructor(options: WorldOptions) {
    this.chance = new Chance(options.seed);
    this.settings = options.settings;
    this.disk = new Disk(new Map(["a.txt", "b.txt", "c.txt"].map((path) => [path, "as it was"])));
    this.machine = new Machine(this.disk);
    this.ledger = openLedger({
      path: ":memory:",
      mode: "engine",
      clock: this.clock,
      random: this.chance.fork("ledger").next,
      onCommit: (when) => this.#onCommit(when),
      onFollowerError: (error) => void this.violations.push(`a follower threw: ${String(error)}`),
    });
    this.#around = {
      clock: this.clock,
      chance: this.chance,
      ledger: this.ledger,
      disk: this.disk,
      machine: this.machine,
      limits: options.settings.limits,
      ownership: this.#ownership(),
      ...options.around,
    };
  }

  get nowMs(): number {
    return this.clock.now() - startMs;
  }

  /** Starts an engine, as the command line would. */
  start(
    backlog: Backlog,
    fate: Fate,
    options: { readonly linger: boolean; readonly noWait: boolean; readonly yesTo: readonly ("plan" | "merge")[] },
    onEnd: (running: Running) => void,
  ): Running {
    const life = new Life(this.lives.length + 1, this.clock);
    this.#fates.set(life, { running: { commits: 0 }, fate });
    const engine = startEngine(engineParts(this.#around, life), {
      repository,
      repositoryPath: "/repo",
      version: "1",
      base: "main",
      baseCommit: this.disk.tip("main") ?? "",
      settings: this.settings,
      backlog,
      only: null,
      ...options,
    });
    const running: Running = { life, engine, end: null, commits: 0 };
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
      if (error instanceof LedgerFull && this.#failedAt.has(running.life)) return running.life.die();
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.violations.push(`engine ${running.life.owner.pid} threw: ${text}`);
    }
  }

  /** Engines whose ledger has failed and that go on. */
  lateToEnd(): readonly string[] {
    return [...this.#failedAt]
      .filter(([life, atMs]) => life.state === "alive" && this.nowMs - atMs > endsWithinMs)
      .filter(([life]) => this.lives.some((one) => one.life === life && one.end === null))
      .map(([{ owner }]) => `engine ${owner.pid} does not end although its ledger has failed`);
  }

  #ownership(): Surroundings["ownership"] {
    let owner: Life | null = null;
    return {
      commits: () => this.commits,
      isOwner: (life) => owner === life,
      onOwner: (life) => void (owner = life),
      fault: (life) => {
        if (!this.isFull) return null;
        if (!this.#failedAt.has(life)) this.#failedAt.set(life, this.nowMs);
        return new LedgerFull("ledger.db");
      },
      onWrongWrite: (what) => void this.violations.push(`an engine that was replaced wrote ${what}`),
    };
  }

  #onCommit(when: "before" | "after"): void {
    const life = committing();
    const known = life === null ? undefined : this.#fates.get(life);
    if (when === "before" && known !== undefined) known.running.commits += 1;
    const { dieAtCommit } = known?.fate ?? longLife;
    if (when === "after") {
      this.commits += 1;
      this.onCommitted(life);
    }
    if (
      life !== null &&
      dieAtCommit !== null &&
      known?.running.commits === dieAtCommit.n &&
      dieAtCommit.when === when
    ) {
      life.die();
      throw new Died(`at commit ${dieAtCommit.n}`);
    }
  }
}
