import type { Ledger } from "../../src/engine/ports.ts";
import type { Chance } from "./chance.ts";
import { bound, type Life } from "./life.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How wake-ups reach an engine. */
export interface Notices {
  readonly late: number;
  readonly doubled: number;
  readonly lost: number;
}

/** The ledger as one engine reaches it. Its wake-ups may come late, twice, or not at all. */
export function boundLedger(ledger: Ledger, life: Life, parts: { readonly clock: VirtualClock; readonly chance: Chance; readonly notices: Notices }): Ledger {
  const { clock, chance, notices } = parts;
  const log = bound(life, ledger.log);
  const follow = (listener: () => void): (() => void) => {
    const deliver = (): void => life.notify(listener);
    const unfollow = ledger.log.follow(() => {
      if (chance.is(notices.lost)) return;
      if (chance.is(notices.late)) clock.at(clock.now() + chance.skewed(1, 2_000), deliver);
      else deliver();
      if (chance.is(notices.doubled)) deliver();
    });
    life.onDeath(unfollow);
    return unfollow;
  };
  return {
    log: { append: (batch) => log.append(batch), since: (pos, filter) => log.since(pos, filter), head: () => log.head(), follow },
    leases: bound(life, ledger.leases),
    calls: bound(life, ledger.calls),
    breakers: bound(life, ledger.breakers),
    limiter: bound(life, ledger.limiter),
    decisions: bound(life, ledger.decisions),
    tasks: bound(life, ledger.tasks),
    runs: bound(life, ledger.runs),
    account: bound(life, ledger.account),
  };
}
