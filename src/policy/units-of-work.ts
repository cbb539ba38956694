import { unitOfKey } from "../domain/unit-key.ts";
import { severityRank, type Finding } from "../domain/answers.ts";
import type { ModelName } from "../domain/ids.ts";
import { addCost, type Cost } from "../domain/money.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Severity } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";
import { judgeUnit, type ReviewFacts, type TryEnd, type WorkEnd } from "./outcome.ts";

/** A try of a model for one key. */
export interface ModelTry {
  /** Without its generation. */
  readonly key: string;
  readonly generation: number;
  readonly role: Role;
  readonly round: number;
  readonly promptHash: string;
  readonly model: ModelName;
  readonly end: TryEnd;
  readonly failure: string | null;
  readonly durationMs: number | null;
  readonly cost: Cost;
  readonly tokens: number;
}

/** What a key came to, as far as it says anything of the work. */
export interface KeyResult {
  /** Without its generation. */
  readonly key: string;
  readonly pos: number;
  readonly review: Review | null;
  /** What a person answered; null: nobody was asked. */
  readonly action: string | null;
  /** A model was asked for a change and made none. */
  readonly isNoChange: boolean;
  /** Checks that were red on the work's account. */
  readonly isRed: boolean;
}

/** What a reviewer said of a unit, with all its findings as they stood then. */
export interface Review {
  readonly model: ModelName;
  readonly approved: boolean;
  /** There were to be no more rounds. */
  readonly stopped: boolean;
  readonly findings: readonly Pick<Finding, "id" | "severity" | "state" | "reviewer">[];
}

export interface WorkFacts {
  readonly generation: number;
  /** Of all generations, oldest first. */
  readonly tries: readonly ModelTry[];
  /** Of the present one, oldest first. */
  readonly results: readonly KeyResult[];
  readonly end: WorkEnd;
  /** Keys that the next generation keeps: their units are not over. */
  readonly keep: ReadonlySet<string>;
  /** The model a person chose for the next generation; null: none. */
  readonly chosen: ModelName | null;
  readonly blockOn: Severity;
}

export interface UnitOutcome extends Pick<
  Outcome,
  | "unit"
  | "role"
  | "model"
  | "y"
  | "why"
  | "promptHash"
  | "durationMs"
  | "cost"
  | "tokens"
  | "rounds"
  | "gateFailures"
  | "failure"
  | "person"
> {
  /** Which of the models it is that did this unit in this role, from 1. */
  readonly n: number;
}

/** Turned down so often by reviews, a model was replaced for what it made. */
const patience = 2;

/**
 * The units of work that are over, with what became of each: one for each model that did a unit in a role. A unit is what shares a
 * key up to its rounds: main/S1, main/plan. Tries of earlier generations count where their keys were kept.
 */
export function unitsOf(work: WorkFacts): readonly UnitOutcome[] {
  const newest = new Map<string, number>();
  for (const { key, generation } of work.tries) newest.set(key, Math.max(generation, newest.get(key) ?? 0));
  const committed = new Set(work.results.map(({ key }) => key));
  const living = work.tries.filter(
    ({ key, generation }) => generation === newest.get(key) && (generation === work.generation || committed.has(key)),
  );
  const groups = Map.groupBy(living, ({ key, role }) => `${role} ${unitOfKey(key)}`);
  return [...groups.values()].flatMap((tries) => {
    if (tries.some(({ key }) => work.keep.has(key))) return [];
    const models = [...new Set(tries.map(({ model }) => model))];
    return models.map((model, index) => unitOutcome(work, tries, model, index, models[index + 1] ?? null));
  });
}

function unitOutcome(
  work: WorkFacts,
  tries: readonly ModelTry[],
  model: ModelName,
  index: number,
  next: ModelName | null,
): UnitOutcome {
  const own = tries.filter((one) => one.model === model);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`${model} did nothing`);
  const unit = unitOfKey(first.key);
  const inUnit = work.results.filter(({ key }) => key.startsWith(`${unit}/`));
  const reviews = inUnit.flatMap(({ review }) => review ?? []);
  const { role } = first;
  const isReviewer = role === "code_reviewer" || role === "plan_reviewer";
  const person = verdictIn(inUnit);
  const lastReview = reviews.at(-1);
  const judged = judgeUnit({
    role,
    ends: own.map(({ end }) => end),
    noChange: noChangeOf(work, own),
    replaced: next === null || isReviewer ? null : replacedBy(own, tries, next, inUnit),
    atLimit: lastReview !== undefined && !lastReview.approved && lastReview.stopped,
    person,
    review: isReviewer ? reviewFacts(work, inUnit, model, person) : null,
    end: endFor(work, model),
  });
  const durations = own.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  return {
    ...judged,
    unit: `g${Math.min(...tries.map(({ generation }) => generation))}/${unit}`,
    role,
    model,
    n: index + 1,
    promptHash: last.promptHash,
    durationMs: durations.length === 0 ? null : durations.reduce((sum, one) => sum + one, 0),
    cost: own.map(({ cost }) => cost).reduce(addCost),
    tokens: own.reduce((sum, one) => sum + one.tokens, 0),
    rounds: new Set(own.map(({ round }) => round)).size,
    gateFailures: work.results.filter(({ isRed }) => isRed).length,
    failure: last.failure,
    person: person ?? verdictIn(work.results.filter(({ key }) => /^main\/merge\/\d+\/person$/.test(key))),
  };
}

const endFor = ({ end, chosen }: WorkFacts, model: ModelName): WorkEnd =>
  end.kind === "again" && end.by === "other" && chosen !== null && chosen !== model
    ? { kind: "again", by: "model" }
    : end;

function noChangeOf(work: WorkFacts, own: readonly ModelTry[]): "open" | "settled" | null {
  const keys = new Set(own.map(({ key }) => key));
  const last = work.results.findLast(({ key }) => keys.has(key));
  if (last?.isNoChange !== true) return null;
  const question = `${last.key.replace(/\/again$/, "")}/trouble`;
  return work.results.some(({ key, action }) => key === question && action === "approve") ? "settled" : "open";
}

/** Why the next model went on: what the one before it made was turned down, or it could not be asked. */
function replacedBy(
  own: readonly ModelTry[],
  tries: readonly ModelTry[],
  next: ModelName,
  inUnit: readonly KeyResult[],
): "turned_down" | "unavailable" | null {
  const follows = tries.find(({ model }) => model === next);
  const at = inUnit.findIndex(({ key }) => key === follows?.key);
  const before = at < 0 ? inUnit : inUnit.slice(0, at);
  const verdict = verdictIn(before);
  if (verdict === "rejected" || verdict === "retried") return "turned_down";
  if (before.filter(({ review }) => review?.approved === false).length >= patience) return "turned_down";
  return own.at(-1)?.end.outcome === "success" ? null : "unavailable";
}

function reviewFacts(
  work: WorkFacts,
  inUnit: readonly KeyResult[],
  model: ModelName,
  person: Outcome["person"],
): ReviewFacts {
  const states = new Map<string, Finding["state"]>();
  for (const { review } of inUnit)
    for (const { id, severity, state, reviewer } of review?.findings ?? [])
      if (reviewer === model && severityRank[severity] >= severityRank[work.blockOn]) states.set(id, state);
  const count = (wanted: Finding["state"]): number => [...states.values()].filter((state) => state === wanted).length;
  const agreed = person === "changes" || person === "rejected" || person === "took_over";
  const own = inUnit.filter(({ review }) => review?.model === model);
  return {
    blocking: states.size,
    held: count("closed") + (agreed ? count("open") : 0),
    waived: count("waived") + (person === "approved" ? count("open") : 0),
    approved: own.at(-1)?.review?.approved ?? false,
    escaped: escapedFrom(work, own),
  };
}

/** What work failed at that one of these reviews had let pass: of all reviews the last yes before it. */
function escapedFrom({ results }: WorkFacts, own: readonly KeyResult[]): string | null {
  let last: KeyResult | null = null;
  for (const one of results) {
    if (one.review?.approved === true) last = one;
    const why = one.isRed ? "its checks were red" : isNo(one) ? "a person turned it down" : null;
    if (why !== null && last !== null && own.includes(last)) return why;
  }
  return null;
}

/** A person's no to what was reviewed and approved. */
const isNo = ({ key, action }: KeyResult): boolean =>
  /^main\/(?:merge\/\d+\/person|plan\/\d+\/person|.+\/own-gate)$/.test(key) &&
  (action === "request_changes" || action === "reject" || action === "retry");

const verdicts: Readonly<Record<string, Outcome["person"]>> = {
  approve: "approved",
  request_changes: "changes",
  reject: "rejected",
  retry: "retried",
  take_over: "took_over",
};

/** The last word of a person on what was made. Yes to more money, or to trying again, is none. */
function verdictIn(results: readonly KeyResult[]): Outcome["person"] {
  for (const { key, action } of results.toReversed()) {
    if (action === null || !Object.hasOwn(verdicts, action)) continue;
    if (key.endsWith("/person") || (key.endsWith("/trouble") && action === "take_over"))
      return verdicts[action] ?? null;
  }
  return null;
}
