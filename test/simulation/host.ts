import { LedgerFault, LedgerFull } from "../../state/connection/ledger-fault.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { Chance } from "./chance.ts";
import { committing, Died, Life } from "./life.ts";
import type { Agent } from "./machine.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What kills an engine. */
export interface Fate {
  readonly dieAtCommit: { readonly n: number; readonly when: "before" | "after" } | null;
}

export const longLife: Fate = { dieAtCommit: null };

/** What all repositories of a computer share: its time, its processes, and the ledger of its user. */
export class Host {
  readonly startMs = 1_700_000_000_000;
  readonly clock = new VirtualClock(this.startMs);
  readonly ledger: OpenLedger;
  /** All that was ever called, of every repository. */
  readonly agents: Agent[] = [];
  readonly processes = new Map<number, Agent>();
  /** What the disk of the ledger says to engines. full: no write; io: here and there no write and no read. People get through. */
  ledgerFault: "full" | "io" | null = null;
  /** Counts every commit, of engines and of people. */
  commits = 0;
  readonly #lives = new Map<Life, { readonly fate: Fate; commits: number }>();

  readonly #chance: Chance;

  constructor(seed: string) {
    this.#chance = new Chance(seed).fork("ledger's disk");
    this.ledger = openLedger({
      path: ":memory:",
      mode: "engine",
      clock: this.clock,
      random: new Chance(seed).fork("ledger").next,
      onCommit: (when) => this.#onCommit(when),
    });
  }

  /** A new process for an engine. */
  begin(fate: Fate): Life {
    const life = new Life(this.#lives.size + 1, this.clock);
    this.#lives.set(life, { fate, commits: 0 });
    return life;
  }

  commitsOf(life: Life): number {
    return this.#lives.get(life)?.commits ?? 0;
  }

  /** What the disk says to one that reads, or writes; null: it has room, and works. */
  faultOf(access: "read" | "write"): LedgerFault | null {
    if (this.ledgerFault === "io" && this.#chance.is(0.1)) return new LedgerFault("io", "ledger.db", "the disk failed");
    return this.ledgerFault === "full" && access === "write" ? new LedgerFull("ledger.db") : null;
  }

  #onCommit(when: "before" | "after"): void {
    const life = committing();
    const known = life === null ? undefined : this.#lives.get(life);
    if (when === "after") this.commits += 1;
    if (life === null || known === undefined) return;
    if (when === "before") known.commits += 1;
    const { dieAtCommit } = known.fate;
    if (dieAtCommit === null || known.commits !== dieAtCommit.n || dieAtCommit.when !== when) return;
    life.die();
    throw new Died(`at commit ${dieAtCommit.n}`);
  }
}
