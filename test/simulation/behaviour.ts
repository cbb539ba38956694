import { errorTypes, failure, reportedOutcomes, type ErrorReason, type ErrorType } from "../../src/domain/failure.ts";
import type { Json } from "../../src/domain/json.ts";
import type { AdapterOutcome, CallEvent, CallSpec, Capabilities } from "../../src/engine/ports/adapter.ts";
import type { Chance } from "./chance.ts";

/** One thing a model does, some time after the one before. */
export type Act =
  | { readonly afterMs: number; readonly kind: "say"; readonly event: CallEvent }
  | { readonly afterMs: number; readonly kind: "edit"; readonly path: string; readonly text: string }
  | { readonly afterMs: number; readonly kind: "own_commit" }
  /** It asks a person, more than one thing at once if need be, and stands still until all is answered. */
  | { readonly afterMs: number; readonly kind: "ask"; readonly commands: readonly (readonly [id: string, string])[] }
  | { readonly afterMs: number; readonly kind: "die" }
  | { readonly afterMs: number; readonly kind: "hang" };

/** How often models do what they should not. */
export interface Mood {
  readonly error: number;
  readonly outcome: number;
  readonly die: number;
  readonly hang: number;
  readonly slow: number;
  readonly noChange: number;
  readonly ownCommit: number;
  readonly asks: number;
  readonly wrongAnswer: number;
  readonly changes: number;
  readonly readerEdits: number;
  /** How often they change what others change too. */
  readonly shared: number;
  /** When the plan of every account is used up; absent: never. Calls that end in it have begun well. */
  readonly limit?: { readonly fromMs: number; readonly untilMs: number };
  /** How often a task is kept whole, a part needs the one before, and something is called unmet; absent: never. */
  readonly split?: { readonly whole: number; readonly needs: number; readonly unmet: number };
  /** What is answered to a call whatever chance says; null: nothing is set for it. Absent: for none. */
  readonly answers?: (spec: CallSpec) => Json;
}

export const goodMood: Mood = {
  error: 0,
  outcome: 0,
  die: 0,
  hang: 0,
  slow: 0,
  noChange: 0,
  ownCommit: 0,
  asks: 0,
  wrongAnswer: 0,
  changes: 0,
  readerEdits: 0,
  shared: 0.3,
};

export interface Acting {
  readonly chance: Chance;
  readonly mood: Mood;
  readonly spec: CallSpec;
  readonly capabilities: Capabilities;
  readonly nowMs: number;
  readonly metered: boolean;
  /** Files of the tree that have conflict markers. */
  readonly conflicts: readonly string[];
}

/** All that an attempt will do, decided when it begins. */
export function actsOf(acting: Acting): readonly Act[] {
  return untilLimit(workOf(acting), acting);
}

/** What is done before the plan is used up, and then its error. */
function untilLimit(acts: readonly Act[], { mood, nowMs }: Acting): readonly Act[] {
  const { limit } = mood;
  if (limit === undefined) return acts;
  const done: Act[] = [];
  let atMs = nowMs;
  for (const act of acts) {
    atMs += act.afterMs;
    if (atMs >= limit.fromMs && atMs < limit.untilMs) {
      const fault = failure("rate_limit", "the plan is used up", { reason: "plan_limit", resetAtMs: limit.untilMs });
      const outcome: AdapterOutcome = { kind: "error", text: "", answer: null, failure: fault };
      return [...done, { afterMs: act.afterMs, kind: "say", event: { type: "end", outcome } }];
    }
    done.push(act);
  }
  return done;
}

function workOf(acting: Acting): readonly Act[] {
  const { chance, mood, spec, capabilities } = acting;
  const acts: Act[] = [];
  const pause = (): number => (chance.is(mood.slow) ? chance.skewed(5_000, 90_000) : chance.skewed(50, 4_000));
  const say = (event: CallEvent): void => void acts.push({ afterMs: pause(), kind: "say", event });
  if (capabilities.session !== "none") say({ type: "session", session: spec.start.session ?? `s-${spec.attemptKey}` });
  const cost = acting.metered ? chance.between(0, 900_000) : 0;
  const cap =
    capabilities.costControl === "before" || capabilities.costControl === "during" ? spec.budgetLeftMicros : null;
  if (cap !== null && cost > cap) {
    say({ type: "end", outcome: ended("budget") });
    return acts;
  }
  if (chance.is(0.5)) say({ type: "text", text: "I look at it." });
  if (chance.is(mood.hang)) return [...acts, { afterMs: 0, kind: "hang" }];
  if (acting.metered && chance.is(0.9)) {
    const first = Math.floor(cost * chance.next());
    say({ type: "cost", cost: { micros: first, source: "reported" } });
    say({ type: "cost", cost: { micros: cost - first, source: "reported" } });
  }
  if (chance.is(0.7))
    say({ type: "usage", usage: { input: 100, output: 20, cacheRead: 0, cacheWrite: 0, reasoning: 0 }, raw: {} });
  if (chance.is(0.3)) {
    say({ type: "tool", id: "t1", state: "start", name: "run", detail: "tests" });
    if (chance.is(mood.hang / 2)) return [...acts, { afterMs: 0, kind: "hang" }];
    say({ type: "tool", id: "t1", state: "end", name: "run", detail: "tests" });
  }
  acts.push(...editsOf(acting, pause));
  for (const n of [1, 2]) {
    if (!capabilities.approvals || spec.access !== "write" || !chance.is(mood.asks)) continue;
    const ids = chance.is(0.4) ? [`a${n}`, `b${n}`, `c${n}`] : [`a${n}`];
    const commands = ids.map((id) => [id, chance.pick(["make", "make all", "rm -rf /"])] as const);
    acts.push({ afterMs: pause(), kind: "ask", commands });
  }
  if (chance.is(mood.die)) return [...acts, { afterMs: pause(), kind: "die" }];
  say({ type: "end", outcome: outcomeOf(acting) });
  return acts;
}

const paths = ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "test/f.txt"];

function editsOf({ chance, mood, spec, conflicts }: Acting, pause: () => number): readonly Act[] {
  const write = (path: string): Act => ({
    afterMs: pause(),
    kind: "edit",
    path,
    text: `${spec.attemptKey} in ${path}`,
  });
  if (spec.access === "read") return chance.is(mood.readerEdits) ? [write(chance.pick(paths))] : [];
  if (chance.is(mood.noChange)) return [];
  const edited = new Set([
    ...conflicts,
    ...(chance.is(mood.shared) ? [chance.pick(paths)] : []),
    `own/${spec.task}.txt`,
  ]);
  const acts = [...edited].map(write);
  return chance.is(mood.ownCommit)
    ? [...acts, { afterMs: pause(), kind: "own_commit" }, write(`own/${spec.task}-more.txt`)]
    : acts;
}

function outcomeOf(acting: Acting): AdapterOutcome {
  const { chance, mood, spec } = acting;
  if (chance.is(mood.error)) return errorOf(acting);
  if (chance.is(mood.outcome)) return ended(chance.pick(reportedOutcomes));
  if (spec.schema === null) return { kind: "success", text: "done", answer: null, failure: null };
  const answer = chance.is(mood.wrongAnswer) ? { nonsense: true } : answerOf(acting);
  return { kind: "success", text: JSON.stringify(answer), answer, failure: null };
}

const ended = (kind: AdapterOutcome["kind"]): AdapterOutcome => ({ kind, text: "", answer: null, failure: null });

/** A part for each criterion, in a file of its own. */
function partsAnswer({ chance, mood, spec }: Acting): Json {
  const { whole = 0, needs = 0 } = mood.split ?? {};
  const criteria = [...spec.prompt.matchAll(/^(A\d+): (.+)$/gm)].map(([, id = "", text = ""]) => ({ id, text }));
  const parts = criteria.map(({ id, text }, n) => ({
    goal: text,
    covers: [id],
    quote: text,
    files: [`own/part-${n}.txt`],
    needs: n > 0 && chance.is(needs) ? [`P${n}`] : [],
    complexity: 2,
  }));
  return { parts, keep_whole: chance.is(whole) };
}

const asksFor = ({ schema }: CallSpec, key: string): boolean => JSON.stringify(schema ?? {}).includes(`"${key}"`);

function answerOf(acting: Acting): Json {
  const { chance, mood, spec } = acting;
  const set = mood.answers?.(spec) ?? null;
  if (set !== null) return set;
  if (spec.role === "supervisor")
    return { changes: chance.some(["ST1", "ST2", "ST3"], 0.3).map(changeOf(chance)), why: "so" };
  if (spec.role === "planner" && JSON.stringify(spec.schema).includes("stages")) return roadmapOf(chance);
  if (asksFor(spec, "keep_whole")) return partsAnswer(acting);
  if (asksFor(spec, "claims"))
    return { summary: "together they do it", claims: [], unmet: chance.is(mood.split?.unmet ?? 0) ? ["A1"] : [] };
  if (spec.role === "planner") {
    const steps = Array.from({ length: chance.between(1, 2) }, (_, n) => ({
      id: `x${n}`,
      title: `step ${n + 1}`,
      details: "",
    }));
    return { summary: "a plan", steps, risks: [] };
  }
  if (spec.role === "analyst") return { complexity: chance.between(1, 5), kind: "bug", needs: [], split: false };
  const closed = chance.some(["F1", "F2", "F3", "F4"], 0.5);
  if (!chance.is(mood.changes)) return { verdict: "approve", summary: "good", findings: [], closed };
  const findings = Array.from({ length: chance.between(0, 2) }, () => ({
    ...(chance.is(0.3) ? { id: chance.pick(["F1", "F2", "F9"]) } : {}),
    severity: chance.pick(["blocker", "major", "minor", "nit"]),
    file: chance.pick(paths),
    text: `a flaw ${chance.between(1, 4)}`,
  }));
  return { verdict: chance.is(0.8) ? "changes" : "approve", summary: "not yet", findings, closed };
}

const stepsOf = (chance: Chance): Json[] =>
  Array.from({ length: chance.between(1, 2) }, (_, n) => ({ title: `step ${n + 1}`, details: "", files: [] }));

function roadmapOf(chance: Chance): Json {
  const stages = Array.from({ length: chance.between(1, 3) }, (_, n) => ({
    id: `ST${n + 1}`,
    title: `stage ${n + 1}`,
    goal: "a part",
    files: [],
    needs: n > 0 && chance.is(0.5) ? [`ST${n}`] : [],
    checks: chance.some(["test", "lint", "none"], 0.4),
    done_when: ["it works"],
    steps: stepsOf(chance),
  }));
  return { summary: "a roadmap", facts: [], unknown: [], guesses: [], stages, risks: [] };
}

/** Changes that may be, and some that may not. */
const changeOf =
  (chance: Chance) =>
  (stage: string): Json => {
    const draft = { title: `more of ${stage}`, goal: "", steps: stepsOf(chance) };
    switch (chance.pick(["add", "reopen", "skip", "split", "reorder"])) {
      case "add":
        return { op: "add", into: [draft], after: chance.is(0.5) ? stage : null };
      case "reopen":
        return { op: "reopen", stage, finding: "it is not right yet", steps: [] };
      case "skip":
        return { op: "skip", stage, met_by: chance.is(0.7) ? "ST1" : null };
      case "split":
        return { op: "split", stage, into: [draft, draft] };
      default:
        return { op: "reorder", order: ["ST3", "ST2"] };
    }
  };

const reasons: Readonly<Record<ErrorType, readonly (ErrorReason | null)[]>> = {
  auth: ["bad_key", "forbidden"],
  rate_limit: ["throttled", "per_minute", "per_day", "quota_exhausted", "spend_cap", "plan_limit", null],
  timeout: ["first_chunk", "chunk", null],
  invalid_request: ["bad_request", "context_overflow"],
  api: ["server", "crash", null],
  network: ["offline", "cut", "refused_connection"],
  parse: ["bad_stream", "bad_schema"],
  not_found: ["model", "endpoint"],
  overloaded: [null],
};

function errorOf({ chance, nowMs }: Acting): AdapterOutcome {
  const type = chance.pick(errorTypes);
  const retryAfterMs = chance.is(0.3) ? chance.skewed(100, 120_000) : null;
  const resetAtMs = type === "rate_limit" && chance.is(0.6) ? nowMs + chance.skewed(2_000, 600_000) : null;
  const failed = failure(type, `a model's ${type}`, { reason: chance.pick(reasons[type]), retryAfterMs, resetAtMs });
  return { kind: "error", text: "", answer: null, failure: failed };
}
