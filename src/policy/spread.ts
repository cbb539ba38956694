import type { AccountUse } from "../domain/account-use.ts";
import type { ModelName } from "../domain/ids.ts";
import type { ModelSettings, Settings } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";
import { percent } from "./account-holds.ts";
import { keptSince, usualWindowMs, windowLengths, windowName, windowsNow } from "./account-windows.ts";
import type { Named } from "./candidates.ts";
import { keepsDistance } from "./judges.ts";

/** What a call is taken to use of a window while nobody tells it. */
const assumedShare = 0.01;

type SpreadQuestion = Parameters<typeof keepsDistance>[0] & {
  readonly role: Role;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly facts: {
    readonly forced: ModelName | null;
    readonly authors: readonly ModelName[];
    readonly use?: AccountUse;
    readonly worked?: ModelName | null;
  };
};

/** Accounts of which about as much is left take turns: reviews use plans as well, and would keep them even by themselves. */
const aboutShare = 0.05;

/** How much of an account may still be used, how often it was given work like this of late, and that in words. */
interface Headroom {
  readonly left: number;
  readonly given: number;
  readonly words: string;
}

/**
 * The same candidates with work spread over plans: of implementers that nobody named for just this work, those that are as big
 * as the first and are paid by a plan as well stand in front by what is left of their accounts. Who has worked on the task
 * goes on with it, and nobody whose work would be reviewed less independently goes before the first.
 */
export function spread(
  question: SpreadQuestion,
  named: readonly Named[],
  isFit: (one: Named) => boolean,
): readonly Named[] {
  const { facts, settings, nowMs } = question;
  const { use } = facts;
  if (use === undefined || !isSpread(question)) return named;
  const usual = named.filter((one) => one.usual && isFit(one));
  const [first] = usual;
  if (first?.model.billing !== "subscription") return named;
  const alike = usual.filter(
    (one) =>
      one.model.billing === "subscription" &&
      one.model.tier === first.model.tier &&
      (one === first || keepsDistance(question, first.model, one.model)),
  );
  const accounts = [...new Set(alike.map(({ model }) => model.account))];
  if (accounts.length < 2) return named;
  const rooms = new Map(accounts.map((account) => [account, headroom(account, settings, use, nowMs)]));
  const left = ({ model }: Named): number => Math.ceil((rooms.get(model.account)?.left ?? 0) / aboutShare - 1e-9);
  const given = ({ model }: Named): number => rooms.get(model.account)?.given ?? 0;
  const went = ({ model }: Named): number => Number(model.name === facts.worked);
  const sorted = alike.toSorted((a, b) => went(b) - went(a) || left(b) - left(a) || given(a) - given(b));
  // That nothing of any of them is used says nothing.
  if ([...rooms.values()].every(({ left, given }) => left === 1 && given === 0)) return named;
  const words = [...new Set(sorted.map(({ model }) => model.account))].map((name) => rooms.get(name)?.words ?? "");
  const told = sorted.map((one, index): Named => {
    const why = index === 0 ? words.join(", ") : (rooms.get(one.model.account)?.words ?? "");
    return { ...one, why: [one.why, ...(went(one) === 1 ? ["has worked on it"] : []), why].join("; ") };
  });
  const at = named.indexOf(first);
  const others = (one: Named): boolean => !alike.includes(one);
  return [...named.slice(0, at).filter(others), ...told, ...named.slice(at).filter(others)];
}

const isSpread = ({ role, settings, facts }: Pick<SpreadQuestion, "role" | "settings" | "facts">): boolean =>
  role === "implementer" && settings.spread !== "order" && facts.forced === null;

function headroom(account: string, settings: Settings, use: AccountUse, nowMs: number): Headroom {
  const own = settings.accounts?.[account] ?? {};
  const { keep = 0 } = own;
  const keeps = keep === 0 ? "" : `, of which ${percent(keep)} is kept for you`;
  const [tightest] = windowsNow(account, own, use, nowMs).toSorted((a, b) => b.share - a.share);
  const calls = use.calls.filter((call) => call.account === account);
  const given = calls.filter((call) => call.role === "implementer" && call.startedAt > nowMs - usualWindowMs).length;
  if (tightest !== undefined) {
    const { share, name, source } = tightest;
    // What is running has not told yet what it uses; what is counted here is counted already.
    const running = source === "told" ? calls.filter((call) => call.running).length : 0;
    const counted = source === "counted" ? " (counted here)" : "";
    const words = `${percent(Math.max(0, 1 - share))} of ${account}'s ${name} window left${counted}${keeps}`;
    return { left: 1 - keep - share - running * assumedShare, given, words };
  }
  const span = windowName(usualWindowMs / 60_000);
  const words = `${account} was given ${given === 1 ? "1 change" : `${given} changes`} in ${span} (counted here)${keeps}`;
  return { left: 1 - keep - given * assumedShare, given, words };
}

/** How far back the use of accounts matters to a choice; null: it does not, and is not read. */
export function usedSince(
  settings: Pick<Settings, "models" | "accounts" | "spread">,
  role: Role,
  forced: ModelName | null,
): number | null {
  const keptMs = keptSince(settings);
  const spreads = role === "implementer" && settings.spread !== "order" && forced === null && hasTwoPlans(settings);
  return spreads ? Math.max(usualWindowMs, ...windowLengths(settings)) : keptMs;
}

const hasTwoPlans = ({ models }: Pick<Settings, "models">): boolean =>
  models.some((one) => models.some((other) => isOtherPlan(one, other)));

const isOtherPlan = (one: ModelSettings, other: ModelSettings): boolean =>
  one.billing === "subscription" &&
  other.billing === "subscription" &&
  one.tier === other.tier &&
  one.account !== other.account;
