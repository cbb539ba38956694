import type { Ledger } from "../../src/engine/ports/ledger.ts";
import type { Chance } from "./chance.ts";
import { bound, type Life } from "./life.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How wake-ups reach an engine. */
export interface Notices {
  readonly late: number;
  readonly doubled: number;
  readonly lost: number;
}

export interface BoundParts {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly notices: Notices;
  /** Counts all commits. */
  readonly commits: () => number;
  readonly isOwner: (life: Life) => boolean;
  readonly onOwner: (life: Life) => void;
  /** An engine that was replaced wrote as if it were not. */
  readonly onWrongWrite: (what: string) => void;
}

/** The ledger as one engine reaches it. Its wake-ups may come late, twice, or not at all. */
export function boundLedger(ledger: Ledger, life: Life, parts: BoundParts): Ledger {
  const { clock, chance, notices } = parts;
  const log = bound(life, ledger.log);
  const leases = bound(life, ledger.leases);
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
  const append: Ledger["log"]["append"] = (batch) =>
    life.guard(() => {
      const before = parts.commits();
      const appended = ledger.log.append(batch);
      const asEngine = batch.fence === undefined || batch.fence.task === "";
      if (asEngine && parts.commits() !== before && !parts.isOwner(life))
        parts.onWrongWrite(batch.events.map(({ type }) => type).join(", "));
      return appended;
    });
  const claim: Ledger["leases"]["claim"] = async (request) => {
    const fence = await leases.claim(request);
    if (fence !== null && request.task === "") parts.onOwner(life);
    return fence;
  };
  return {
    log: { append, since: (pos, filter) => log.since(pos, filter), head: () => log.head(), follow },
    leases: {
      claim,
      renew: (fences, untilMs) => leases.renew(fences, untilMs),
      release: (fence) => leases.release(fence),
      holder: (repository, task) => leases.holder(repository, task),
    },
    calls: bound(life, ledger.calls),
    breakers: bound(life, ledger.breakers),
    limiter: bound(life, ledger.limiter),
    decisions: bound(life, ledger.decisions),
    tasks: bound(life, ledger.tasks),
    runs: bound(life, ledger.runs),
    account: bound(life, ledger.account),
  };
}
