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
  /** What the disk says to a write of this engine; null: it has room. */
  readonly fault: (life: Life) => Error | null;
}

/** The ledger as one engine reaches it. Its wake-ups may come late, twice, or not at all. */
export function boundLedger(ledger: Ledger, life: Life, parts: BoundParts): Ledger {
  const { clock, chance, notices } = parts;
  const writing = <T extends object>(ports: T): T =>
    bound(
      life,
      faulty(ports, () => parts.fault(life)),
    );
  const log = bound(life, ledger.log);
  const leases = writing(ledger.leases);
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
      const fault = parts.fault(life);
      if (fault !== null) return Promise.reject(fault);
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
    calls: writing(ledger.calls),
    breakers: writing(ledger.breakers),
    limiter: writing(ledger.limiter),
    decisions: writing(ledger.decisions),
    tasks: bound(life, ledger.tasks),
    runs: bound(life, ledger.runs),
    account: bound(life, ledger.account),
  };
}

/** The same ports, on a disk that may refuse. */
function faulty<T extends object>(ports: T, fault: () => Error | null): T {
  return new Proxy(ports, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]): unknown => {
        const error = fault();
        return error === null ? Reflect.apply(member, target, args) : Promise.reject(error);
      };
    },
  });
}
