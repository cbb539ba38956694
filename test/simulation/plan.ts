import type { Mood } from "./behaviour.ts";
import type { Chance } from "./chance.ts";

/** What most of a seed's trouble is about, so that rare things meet each other often enough. */
export type Theme = "mixed" | "money" | "whims" | "frozen" | "storm" | "conflicts" | "sick" | "crowded" | "broken";

/** What a seed has in store. */
export interface Plan {
  readonly theme: Theme;
  readonly calmAtMs: number;
  readonly mood: Mood;
  readonly red: number;
  readonly git: number;
  readonly crashes: number;
  readonly freezes: number;
  readonly sleeps: number;
  /** How often the clock is set back. */
  readonly backs: number;
  /** What becomes of the ledger's disk, each for a while. */
  readonly ledgerFaults: readonly ("full" | "io")[];
  /** How often no git command works for a while, as where a worktree is gone. */
  readonly outages: number;
  /** How often the repository is gone for a while, as where it is moved away and back. */
  readonly absences: number;
  /** Odd things that people do. */
  readonly whims: number;
  readonly lossy: boolean;
  /** Whether a dead engine is known to be dead; else its lease has to run out. */
  readonly sameHost: boolean;
  readonly linger: boolean;
  readonly noWait: boolean;
  readonly yesTo: readonly ("plan" | "merge")[];
}

export function planOf(chance: Chance): Plan {
  const theme = chance.weighted<Theme>([
    [5, "mixed"],
    [2, "money"],
    [2, "whims"],
    [2, "frozen"],
    [2, "storm"],
    [1, "conflicts"],
    [1, "sick"],
    [1, "crowded"],
    [2, "broken"],
  ]);
  const often = (most: number): number => (chance.is(0.5) ? 0 : chance.next() * most);
  const plan: Plan = {
    theme,
    calmAtMs: chance.is(0.1) ? 0 : chance.skewed(10_000, 400_000),
    mood: {
      error: often(0.5),
      outcome: often(0.15),
      die: often(0.2),
      hang: often(0.1),
      slow: often(0.2),
      noChange: often(0.2),
      ownCommit: often(0.4),
      asks: often(0.4),
      wrongAnswer: often(0.3),
      changes: often(0.8),
      readerEdits: often(0.4),
      shared: 0.3,
      split: { whole: 0.2, needs: 0.3, unmet: 0.2 },
    },
    red: often(0.4),
    git: often(0.02),
    crashes: chance.is(0.3) ? 0 : chance.between(1, 5),
    freezes: chance.is(0.85) ? 0 : 1,
    sleeps: chance.is(0.8) ? 0 : 1,
    backs: chance.is(0.85) ? 0 : 1,
    ledgerFaults: ledgerFaults(chance, chance.is(0.9) ? 0 : 1),
    outages: chance.is(0.9) ? 0 : 1,
    absences: chance.is(0.95) ? 0 : 1,
    whims: chance.is(0.6) ? 0 : chance.between(1, 4),
    lossy: chance.is(0.4),
    sameHost: chance.is(0.7),
    linger: chance.is(0.3),
    noWait: chance.is(0.2),
    yesTo: chance.some(["plan", "merge"], 0.15),
  };
  return { ...plan, ...themed(theme, plan, chance) };
}

/** Whether a seed has another repository on its ledger. */
export const isShared = (chance: Chance): boolean => chance.fork("shared").is(0.12);

/** The plan of a repository beside another: the clock and the ledger's disk are one, and so are the settings. */
export function besidePlanOf(chance: Chance, { calmAtMs, freezes, sleeps }: Plan): Plan {
  const plan = planOf(chance.fork("plan"));
  const ownFreezes = freezes === 0 ? 0 : plan.freezes;
  return {
    ...plan,
    calmAtMs,
    freezes: ownFreezes,
    sleeps: 0,
    backs: 0,
    ledgerFaults: [],
    lossy: plan.lossy || sleeps > 0,
  };
}

const ledgerFaults = (chance: Chance, count: number): Plan["ledgerFaults"] =>
  Array.from({ length: count }, () => chance.pick(["full", "io"]));

function themed(theme: Theme, plan: Plan, chance: Chance): Partial<Plan> {
  const calmAtMs = chance.skewed(40_000, 300_000);
  switch (theme) {
    case "mixed":
    case "crowded":
      return {};
    case "money":
      return { calmAtMs, crashes: chance.between(0, 4), linger: chance.is(0.7) };
    case "whims":
      return { calmAtMs, whims: chance.between(4, 12), crashes: chance.between(1, 4) };
    case "frozen":
      return { calmAtMs, freezes: chance.between(1, 4), sleeps: chance.between(0, 1), sameHost: chance.is(0.5) };
    case "storm":
      return { calmAtMs, crashes: chance.between(5, 15) };
    case "conflicts":
      return { calmAtMs, mood: { ...plan.mood, shared: 0.9, changes: 0.2 }, red: 0.3 };
    case "broken":
      return {
        calmAtMs,
        git: 0.1,
        ledgerFaults: ledgerFaults(chance, chance.between(0, 3)),
        outages: chance.between(1, 4),
        absences: chance.between(0, 1),
        whims: chance.between(4, 12),
      };
    case "sick":
      return { calmAtMs, mood: { ...plan.mood, error: 0.6, die: 0.2 } };
  }
}
