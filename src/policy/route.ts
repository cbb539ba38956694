import type { AccountUse } from "../domain/account-use.ts";
import type { RouteCandidate } from "../domain/events.ts";
import type { ModelName } from "../domain/ids.ts";
import type { Hold } from "../domain/question.ts";
import type { BreakerRow } from "../domain/rows.ts";
import type { AdapterName, ModelSettings, Settings, Tier } from "../domain/settings.ts";
import type { Risk, Role, TaskSpec } from "../domain/task.ts";
import { candidatesOf, type Named } from "./candidates.ts";
import { compareDistance, distanceOf, distanceText, isReviewer, type Distance } from "./independence.ts";
import { unavailabilityOf } from "./model-availability.ts";
import { spread } from "./spread.ts";

/** Which models a task wants, as far as it may say: of the candidates those of this tier go first. */
export interface WantedTier {
  readonly tier: Tier;
  /** Nobody else is asked at all. */
  readonly only: boolean;
  readonly why: string;
}

/** What is known of the world when a model is chosen. */
export interface RouteFacts {
  /** The adapters that are there, with what they can do. */
  readonly adapters: ReadonlyMap<AdapterName, { readonly implements: boolean }>;
  readonly holds: readonly Hold[];
  readonly breakers: readonly BreakerRow[];
  /** Candidates that are of no more use to this call, with the reason. */
  readonly exhausted: ReadonlyMap<ModelName, string>;
  /** Models whose work a person rejected: asked only when nobody else is left. */
  readonly exclude: readonly ModelName[];
  /** A person's choice; nobody else is asked. */
  readonly forced: ModelName | null;
  /** Models whose work is reviewed. */
  readonly authors: readonly ModelName[];
  /** Why the next tier up goes first; null: it does not. */
  readonly escalate: string | null;
  /** Absent: no tier is wanted. What struggles gets the next tier up instead. */
  readonly tier?: WantedTier;
  /** What is used of the accounts; absent: it matters to nothing. */
  readonly use?: AccountUse;
  /** Who has worked on the task last; absent: nobody. */
  readonly worked?: ModelName | null;
}

export interface RouteQuestion {
  readonly role: Role;
  readonly spec: TaskSpec;
  /** Given or raised. */
  readonly risk: Risk;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly facts: RouteFacts;
}

interface Reasoned {
  /** Everyone who was thought of, best first, excluded ones last. */
  readonly candidates: readonly RouteCandidate[];
  /** One sentence. */
  readonly reason: string;
}

export type Route =
  /** May be asked now, in this order. */
  | (Reasoned & { readonly kind: "use"; readonly models: readonly [ModelName, ...ModelName[]] })
  /** Nobody before that instant; null: before a person releases somebody. */
  | (Reasoned & { readonly kind: "held"; readonly by: "hold" | "breaker"; readonly untilMs: number | null })
  | (Reasoned & { readonly kind: "none" });

interface Resting {
  readonly by: "hold" | "breaker";
  readonly untilMs: number | null;
  readonly why: string;
}

interface Judged {
  readonly model: ModelSettings;
  readonly why: readonly string[];
  readonly excluded: string | null;
  readonly unavailable: Resting | null;
  readonly distance: Distance | null;
  /** How many tiers above the usual one; 0: not above, or nothing escalates. */
  readonly above: number;
}

const tiers: Record<Tier, number> = { small: 0, medium: 1, large: 2 };

/** Who does a piece of work. Every candidate is listed with why it is where it is. */
export function route(question: RouteQuestion): Route {
  const isFit = ({ model }: Named): boolean => unfit(question, model) === null;
  const named = spread(question, namedFor(question), isFit);
  const fit = named.filter(isFit);
  const base = fit[0]?.model ?? null;
  const judged = named.map((candidate) => judge(question, candidate, base, unpaid(fit, candidate)));
  const usable = judged.filter(({ excluded }) => excluded === null).toSorted((a, b) => compare(question, a, b));
  const free = usable.filter(({ unavailable }) => unavailable === null).map(({ model }) => model.name);
  const [first, ...others] = free;
  const candidates = [
    ...usable.map((one) => listed(one, first ?? null)),
    ...judged.filter(({ excluded }) => excluded !== null).map((one) => listed(one, null)),
  ];
  if (first !== undefined) {
    const chosen = candidates.find(({ model }) => model === first);
    return { kind: "use", models: [first, ...others], candidates, reason: `${first}: ${chosen?.why ?? ""}` };
  }
  const next = soonest(usable);
  if (next !== null) return { kind: "held", by: next.by, untilMs: next.untilMs, candidates, reason: next.reason };
  const whys = candidates.map(({ model, why }) => `${model}: ${why}`);
  return { kind: "none", candidates, reason: [`nobody can be asked as ${question.role}`, ...whys].join("; ") };
}

function namedFor(question: RouteQuestion): readonly Named[] {
  const { forced } = question.facts;
  if (forced === null) return candidatesOf(question);
  return question.settings.models
    .filter((model) => model.name === forced)
    .map((model) => ({ model, why: "chosen by a person", listed: true, usual: false }));
}

/** Why this model could never do it. */
function unfit({ role, facts }: RouteQuestion, model: ModelSettings): string | null {
  const adapter = facts.adapters.get(model.adapter);
  if (adapter === undefined) return `its adapter ${model.adapter} is not there`;
  return role === "implementer" && !adapter.implements ? `its adapter ${model.adapter} cannot edit files` : null;
}

/**
 * Whose place a metered model may not take: that of a plan which goes before it, and that of a free model where the user did
 * not name the metered one for this role. Null: it may be asked, also where what goes first is metered itself.
 */
function unpaid(fit: readonly Named[], { model, listed }: Named): ModelSettings | null {
  if (model.billing !== "metered" || fit[0]?.model.billing === "metered") return null;
  const before = fit.slice(
    0,
    fit.findIndex((one) => one.model === model),
  );
  return before.find((one) => one.model.billing === "subscription" || !listed)?.model ?? null;
}

function judge(
  question: RouteQuestion,
  { model, why }: Named,
  base: ModelSettings | null,
  unpaid: ModelSettings | null,
): Judged {
  const { role, settings, facts } = question;
  const reviews = isReviewer(role) && facts.authors.length > 0 && settings.review.independent !== "off";
  const distance = reviews ? distanceOf(model, facts.authors, settings.models) : null;
  const escalates = facts.escalate !== null && facts.forced === null && !isReviewer(role) && base !== null;
  const above = escalates ? Math.max(0, tiers[model.tier] - tiers[base.tier]) : 0;
  const reasons = [
    why,
    ...(distance === null ? [] : [distanceText(distance, model)]),
    ...(above === 0 ? [] : [`${model.tier} because ${facts.escalate}`]),
    ...(isWanted(facts, model) ? [facts.tier?.why ?? ""] : []),
    ...(facts.exclude.includes(model.name) && facts.forced === null ? ["last, as its work was rejected"] : []),
  ];
  return {
    model,
    why: reasons,
    excluded: excluded(question, model, unpaid, distance),
    unavailable: restNow(question, model),
    distance,
    above,
  };
}

/** Why it is not asked this time, whatever the time is. */
function excluded(
  question: RouteQuestion,
  model: ModelSettings,
  unpaid: ModelSettings | null,
  distance: Distance | null,
): string | null {
  const { settings, facts } = question;
  const never = unfit(question, model);
  if (never !== null) return never;
  const exhausted = facts.exhausted.get(model.name);
  if (exhausted !== undefined) return exhausted;
  if (facts.forced !== null) return null;
  if (facts.tier?.only === true && model.tier !== facts.tier.tier) return facts.tier.why;
  if (distance !== null && distance !== "provider" && settings.review.independent === "require") {
    return `${distanceText(distance, model)} (review.independent: require)`;
  }
  if (unpaid === null || settings.budget.meteredFallback) return null;
  return `metered, where ${unpaid.name} is ${unpaid.billing} (budget.metered_fallback: false)`;
}

/** Why it is not asked now. */
function restNow({ settings, facts, nowMs }: RouteQuestion, model: ModelSettings): Resting | null {
  const unavailable = unavailabilityOf(model, {
    holds: facts.holds,
    breakers: facts.breakers,
    settings: settings.breaker,
    nowMs,
  });
  if (unavailable === null) return null;
  const { by, untilMs, what, reason } = unavailable;
  const end = untilText(untilMs);
  return { by, untilMs, why: by === "hold" ? `${what} is held ${end}: ${reason ?? ""}` : `${what} rests ${end}` };
}

/** Rejected ones last, then the most independent, then the next tier up where something escalates, else the wanted one; else as named. */
function compare({ facts }: RouteQuestion, a: Judged, b: Judged): number {
  const rejected = (one: Judged): number => Number(facts.exclude.includes(one.model.name));
  const wanted = (one: Judged): number => Number(!isWanted(facts, one.model));
  return rejected(a) - rejected(b) || furtherOff(a, b) || tierUp(a.above) - tierUp(b.above) || wanted(a) - wanted(b);
}

/** Whether a model goes before others for its tier. */
const isWanted = ({ tier, escalate, forced }: RouteFacts, model: ModelSettings): boolean =>
  tier !== undefined && escalate === null && forced === null && model.tier === tier.tier;

const furtherOff = (a: Judged, b: Judged): number =>
  a.distance === null || b.distance === null ? 0 : compareDistance(a.distance, b.distance);

/** The nearest tier above first, then the others as they are. */
const tierUp = (above: number): number => (above === 0 ? tiers.large + 1 : above);

function listed(one: Judged, first: ModelName | null): RouteCandidate {
  const model = one.model.name;
  if (one.excluded !== null) return { model, state: "excluded", why: one.excluded };
  if (one.unavailable !== null) return { model, state: "held", why: one.unavailable.why };
  return { model, state: model === first ? "chosen" : "next", why: one.why.join("; ") };
}

/** Who is free again first. A rest of a single candidate is said like any other: nothing is cooled down in silence. */
function soonest(
  usable: readonly Judged[],
): { readonly by: Resting["by"]; readonly untilMs: number | null; readonly reason: string } | null {
  let found: { readonly model: ModelName; readonly unavailable: Resting } | null = null;
  for (const { model, unavailable } of usable) {
    if (
      unavailable !== null &&
      (found === null || (unavailable.untilMs ?? Infinity) < (found.unavailable.untilMs ?? Infinity))
    ) {
      found = { model: model.name, unavailable };
    }
  }
  if (found === null) return null;
  return {
    by: found.unavailable.by,
    untilMs: found.unavailable.untilMs,
    reason: `${found.model}: ${found.unavailable.why}`,
  };
}

const untilText = (untilMs: number | null): string =>
  untilMs === null ? "until a person releases it" : `until ${new Date(untilMs).toISOString()}`;
