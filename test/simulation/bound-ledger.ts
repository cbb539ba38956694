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
  readonly repository: string;
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly notices: Notices;
  /** Counts all commits. */
  readonly commits: () => number;
  readonly isOwner: (life: Life) => boolean;
  readonly onOwner: (life: Life) => void;
  /** An engine wrote as if it were not replaced, or of another repository. */
  readonly onWrongWrite: (what: string) => void;
  /** What the disk says to this engine; null: it has room, and works. */
  readonly fault: (life: Life, access: "read" | "write") => Error | null;
}

/** The ledger as one engine reaches it. Its wake-ups may come late, twice, or not at all. */
export function boundLedger(ledger: Ledger, life: Life, parts: BoundParts): Ledger {
  const { clock, chance, notices } = parts;
  const reaching = <T extends object>(ports: T, access: "read" | "write"): T =>
    bound(
      life,
      faulty(ports, () => parts.fault(life, access)),
    );
  const log = reaching(ledger.log, "read");
  const leases = reaching(ledger.leases, "write");
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
      const fault = parts.fault(life, "write");
      if (fault !== null) return Promise.reject(fault);
      const what = batch.events.map(({ type }) => type).join(", ");
      const before = parts.commits();
      const appended = ledger.log.append(batch);
      const asEngine = batch.fence === undefined || batch.fence.task === "";
      if (asEngine && parts.commits() !== before && !parts.isOwner(life))
        parts.onWrongWrite(`an engine that was replaced wrote ${what}`);
      if (batch.repository !== null && batch.repository !== parts.repository)
        parts.onWrongWrite(`an engine of ${parts.repository} wrote ${what} of ${batch.repository}`);
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
    slots: reaching(ledger.slots, "write"),
    calls: reaching(ledger.calls, "write"),
    breakers: reaching(ledger.breakers, "write"),
    decisions: reaching(ledger.decisions, "write"),
    tasks: reaching(ledger.tasks, "read"),
    runs: reaching(ledger.runs, "read"),
    account: reaching(ledger.account, "read"),
    outcomes: reaching(ledger.outcomes, "read"),
  };
}

/** The same ports, on a disk that may fail. */
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
