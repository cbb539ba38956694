import { endsEngine, FatalFault } from "../../src/domain/fatal-fault.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { Ledger } from "../../src/engine/ports/ledger.ts";
import type { Workspace } from "../../src/engine/ports/workspace.ts";
import { LedgerFault } from "../../state/connection/ledger-fault.ts";
import { isShared, type Plan } from "./plan.ts";
import { Chance } from "./chance.ts";
import type { Mistake } from "./world.ts";

/** A mistake that somebody could make in the engine or in an adapter, and what the rules say of it. */
export interface PlantedMistake {
  readonly mistake: Mistake;
  /** Whether a seed has what makes the mistake matter. */
  readonly matters: (plan: Plan, seed: string) => boolean;
  /** Where it was seen once: looked at first, as it is mostly seen there. */
  readonly likely: number;
  readonly seen: RegExp;
}

const gitFails = ({ theme }: Plan): boolean => theme === "broken";

/** What a mistake makes of a fault of git; what ends an engine it leaves alone. */
async function otherwise<T, U>(act: () => Promise<T>, instead: () => U | Promise<U>): Promise<T | U> {
  try {
    return await act();
  } catch (error) {
    if (endsEngine(error)) throw error;
    return await instead();
  }
}

const inWorkspace =
  (change: (workspace: Workspace, world: Parameters<Mistake>[1]) => Partial<Workspace>): Mistake =>
  (parts, world) => ({ ...parts, workspace: { ...parts.workspace, ...change(parts.workspace, world) } });

const inLedger =
  (change: (ledger: Ledger, world: Parameters<Mistake>[1]) => Partial<Ledger>): Mistake =>
  (parts, world) => ({ ...parts, ledger: { ...parts.ledger, ...change(parts.ledger, world) } });

/** The fault of the ledger as an error of no kind. */
async function ofNoKind<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    throw error instanceof LedgerFault ? new Error(error.message, { cause: error }) : error;
  }
}

/** A wait since an instant that is still to come counts as over. */
function hasty(clock: Clock): Clock {
  let lastMs = clock.now();
  return {
    now: () => clock.now(),
    async wait(ms, signal) {
      if (clock.now() < lastMs) return;
      lastMs = clock.now();
      await clock.wait(ms, signal);
    },
  };
}

export const planted: Readonly<Record<string, PlantedMistake>> = {
  "a tree is put on another commit though the snapshot of it failed": {
    mistake: inWorkspace(({ trees }, { disk }) => ({
      trees: {
        ...trees,
        enter: (request) =>
          otherwise(
            () => trees.enter(request),
            () => {
              const { task, branch, commit } = request;
              const tree = disk.trees.get(task);
              if (tree === undefined) return trees.enter(request);
              disk.bring(tree, commit);
              return { tree: { task, path: request.task, branch }, snapshot: null };
            },
          ),
      },
    })),
    matters: gitFails,
    likely: 923,
    seen: /is lost/,
  },
  "a branch that cannot be looked at is taken for a repository that is gone": {
    mistake: inWorkspace(({ history }) => ({
      history: {
        ...history,
        tip: (branch) =>
          otherwise(
            () => history.tip(branch),
            () => Promise.reject(new FatalFault("the repository is gone")),
          ),
      },
    })),
    matters: gitFails,
    likely: 35,
    seen: /engine \d+ threw: FatalFault/,
  },
  "what cannot be kept on the way out is tried again until it can": {
    mistake: inWorkspace(({ snapshots }) => ({
      snapshots: {
        ...snapshots,
        take: async (...of) => {
          for (;;) {
            const taken = await otherwise(
              () => snapshots.take(...of),
              () => undefined,
            );
            if (taken !== undefined) return taken;
          }
        },
      },
    })),
    matters: gitFails,
    likely: 80,
    seen: /faults in a row/,
  },
  "a fault of the ledger's disk is taken for one that a task can be asked about": {
    mistake: inLedger(({ log, leases }) => ({
      log: { ...log, append: (batch) => ofNoKind(log.append(batch)) },
      leases: { ...leases, renew: (...of) => ofNoKind(leases.renew(...of)) },
    })),
    matters: ({ ledgerFaults }) => ledgerFaults.length > 0,
    likely: 38,
    seen: /threw: Error: ledger\.db/,
  },
  "a wait is over where the clock was set back": {
    mistake: (parts) => ({ ...parts, clock: hasty(parts.clock) }),
    matters: ({ backs }) => backs > 0,
    likely: 5,
    seen: /turns on the spot/,
  },
  "attempts of every repository are taken for those of one": {
    mistake: inLedger((ledger) => ({
      calls: {
        ...ledger.calls,
        unended: async () => (await Promise.all(["repo", "other"].map((of) => ledger.calls.unended(of)))).flat(),
      },
    })),
    matters: (_plan, seed) => isShared(new Chance(seed)),
    likely: 13,
    seen: /another repository|not running/,
  },
  "a hold on an account is seen by the repository alone that met its limit": {
    mistake: inLedger((ledger, { repository }) => ({
      account: {
        ...ledger.account,
        async holds(of) {
          const set = await ledger.log.since(0, { repository, types: ["hold.set"] });
          const own = set.flatMap((event) => (event.type === "hold.set" ? [event.data.hold.id] : []));
          return (await ledger.account.holds(of)).filter(({ id }) => own.includes(id));
        },
      },
    })),
    matters: (_plan, seed) => isShared(new Chance(seed)),
    likely: 115,
    seen: /is asked while account/,
  },
};
