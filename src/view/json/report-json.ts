import type { AccountResult, ReportResult, RepositoryReport } from "../../actions/results/report.ts";
import { brand } from "../../domain/brand.ts";
import { withoutParts } from "../../domain/parts.ts";
import type { RecordedEvent } from "../../domain/events.ts";
import type { TaskId } from "../../domain/ids.ts";
import { addShownCost, addUsage, noUsage, type Cost, type Usage } from "../../domain/money.ts";
import type { Action, Hold, Question } from "../../domain/question.ts";
import type { RunRow, TaskRow } from "../../domain/rows.ts";
import type { CommandSpec } from "../keys/command-spec.ts";
import { viewCommands } from "../keys/view-commands.ts";
import { costJson, iso, jsonVersion, usageJson } from "./json.ts";

/** What a report is made of; `events`: those of `reportTypes` since then, in order. */
export interface ReportFacts {
  readonly path: string;
  readonly nowMs: number;
  readonly sinceMs: number | null;
  readonly run: RunRow | null;
  /** A run is written down as running and nobody runs it. */
  readonly dead: boolean;
  readonly rows: readonly TaskRow[];
  /** A task has not begun and waits for none that has to be done first. */
  readonly startable: boolean;
  /** Done tasks whose merge was undone. */
  readonly reverted: ReadonlySet<TaskId>;
  readonly landed: ReadonlySet<TaskId>;
  /** Without an answer. */
  readonly questions: readonly Question[];
  readonly events: readonly RecordedEvent[];
  /** What holds its models now. */
  readonly holds: readonly Hold[];
}

export const reportTypes = [
  "task.moved",
  "merge.reverted",
  "attempt.ended",
  "budget.settled",
  "hold.set",
  "hold.released",
] as const;

export function repositoryReport(facts: ReportFacts): RepositoryReport {
  const { run, events, reverted, questions } = facts;
  // What a task's parts came to is told of the task.
  const rows = withoutParts(facts.rows);
  const movedTo = (state: string): ReadonlySet<string> =>
    new Set(events.flatMap((one) => (one.type === "task.moved" && one.data.to === state ? [one.task ?? ""] : [])));
  const [doneNow, failedNow] = [movedTo("DONE"), movedTo("FAILED")];
  const undone = new Set(events.flatMap(({ type, task }) => (type === "merge.reverted" ? [task ?? ""] : [])));
  const done = rows.filter(({ id, state }) => state === "DONE" && doneNow.has(id) && !reverted.has(id));
  const named = ({ id, spec }: TaskRow) => ({ task: id, goal: spec.goal });
  const goals = new Map(facts.rows.map(({ id, spec }) => [id, spec.goal]));
  const limits = limitsOf(facts);
  const failed = rows.filter(({ id, state }) => state === "FAILED" && failedNow.has(id));
  return {
    repository: facts.path,
    since: facts.sinceMs === null ? null : iso(facts.sinceMs),
    run: run === null ? null : { id: run.id, state: run.state, exitCode: run.exitCode },
    proven: done.flatMap((row) =>
      row.proof === null || row.proof.proof === "none" ? [] : [{ ...named(row), proven_by: row.proof.provenBy }],
    ),
    unproven: done.filter(({ proof }) => proof === null || proof.proof === "none").map(named),
    asked: questions.map((question) => ({
      task: question.task,
      goal: goals.get(question.task) ?? "",
      kind: question.kind,
      reason: question.reason,
      askedAt: iso(question.askedAt),
      actions: [...question.actions],
      command: `${brand.bin} review ${question.task}`,
      key: keyOf(question.actions[0]),
    })),
    reverted: rows.filter(({ id }) => undone.has(id) && reverted.has(id)).map(named),
    failed: failed.map((row) => ({
      ...named(row),
      why: row.failure === null ? "" : `${row.failure.type}: ${row.failure.message}`,
      command: `${brand.bin} task ${row.id} --retry`,
    })),
    accounts: accountsOf(events),
    limits,
    next: nextOf(facts, limits),
  };
}

/** The key that gives an answer on the screen; null: there is none. */
function keyOf(action: Action | undefined): string | null {
  const all: readonly CommandSpec[] = Object.values(viewCommands);
  return all.find((one) => one.scope === "task" && one.action === action)?.keys[0] ?? null;
}

interface Spent {
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly notional: boolean;
}

const accountJson = (account: string, { calls, usage, cost, notional }: Spent): AccountResult => ({
  account,
  calls,
  usage: usageJson(usage),
  ...costJson(cost),
  notional,
});

function accountsOf(events: readonly RecordedEvent[]): readonly AccountResult[] {
  const accounts = new Map(
    events.flatMap((one) => (one.type === "attempt.ended" ? [[one.data.model, one.data.account] as const] : [])),
  );
  const sums = new Map<string, Spent>();
  for (const { type, data } of events) {
    if (type !== "budget.settled") continue;
    const account = accounts.get(data.model) ?? data.model;
    const before = sums.get(account);
    sums.set(account, {
      calls: (before?.calls ?? 0) + 1,
      usage: addUsage(before?.usage ?? noUsage, data.usage),
      cost: before === undefined ? data.cost : addShownCost(before.cost, data.cost),
      notional: (before?.notional ?? true) && data.notional === true,
    });
  }
  return [...sums].map(([account, spent]) => accountJson(account, spent));
}

interface Held {
  readonly hold: Hold;
  readonly fromMs: number;
  readonly endMs: number | null;
}

/** How often and how long each was held. */
function limitsOf({ events, holds: now, nowMs, sinceMs }: ReportFacts): RepositoryReport["limits"] {
  const holds = new Map(
    now.map((hold): readonly [string, Held] => {
      return [hold.id, { hold, fromMs: Math.max(hold.setAt, sinceMs ?? 0), endMs: hold.untilMs }];
    }),
  );
  for (const { type, at, data } of events) {
    if (type === "hold.set") {
      const fromMs = holds.get(data.hold.id)?.fromMs ?? at;
      holds.set(data.hold.id, { hold: data.hold, fromMs, endMs: data.hold.untilMs });
    }
    const held = type === "hold.released" ? holds.get(data.id) : undefined;
    if (held !== undefined) holds.set(held.hold.id, { ...held, endMs: Math.min(held.endMs ?? at, at) });
  }
  return [...Map.groupBy(holds.values(), ({ hold }) => `${hold.scope} ${hold.target}`).values()].flatMap((all) => {
    const last = all.toSorted((a, b) => a.fromMs - b.fromMs).at(-1);
    if (last === undefined) return [];
    const { scope, target, reason } = last.hold;
    const heldMs = all.reduce(
      (sum, { fromMs, endMs }) => sum + Math.max(0, Math.min(endMs ?? nowMs, nowMs) - fromMs),
      0,
    );
    const until = last.endMs !== null && last.endMs > nowMs ? iso(last.endMs) : null;
    return [{ scope, target, holds: all.length, heldMs, until, endless: last.endMs === null, reason }];
  });
}

function nextOf(facts: ReportFacts, limits: RepositoryReport["limits"]): readonly string[] {
  const { run, rows, questions, reverted, landed } = facts;
  const ready = rows.some(
    ({ id, state, mergeCommit }) => state === "DONE" && mergeCommit !== null && !reverted.has(id) && !landed.has(id),
  );
  const isOver = run === null || run.state === "ended";
  const left = isOver ? facts.startable : facts.dead || run.state === "stopped" || run.state === "waiting";
  return [
    ...(questions.length > 0 ? [`${brand.bin} review`] : []),
    ...limits.flatMap(({ endless, target }) => (endless ? [`${brand.bin} release ${target}`] : [])),
    ...(left && (facts.dead || questions.length === 0 || run?.state === "stopped") ? [`${brand.bin} run`] : []),
    ...(ready ? [`${brand.bin} land`] : []),
  ];
}

/** Whether it says anything that a person has to know. */
export const hasNews = (one: RepositoryReport): boolean =>
  [one.proven, one.unproven, one.asked, one.reverted, one.failed, one.limits].some(({ length }) => length > 0);

export function reportJson(repositories: readonly RepositoryReport[]): ReportResult {
  const sum = (of: (one: RepositoryReport) => number): number => repositories.reduce((all, one) => all + of(one), 0);
  const held = repositories.flatMap(({ limits }) => limits);
  const accounts = Map.groupBy(
    repositories.flatMap((one) => one.accounts),
    ({ account }) => account,
  );
  return {
    v: jsonVersion,
    repositories,
    totals: {
      proven: sum(({ proven }) => proven.length),
      unproven: sum(({ unproven }) => unproven.length),
      asked: sum(({ asked }) => asked.length),
      reverted: sum(({ reverted }) => reverted.length),
      failed: sum(({ failed }) => failed.length),
      held: new Set(held.map(({ scope, target }) => `${scope} ${target}`)).size,
      heldMs: held.reduce((all, { heldMs }) => all + heldMs, 0),
      accounts: [...accounts].map(([, each]) => each.reduce(addAccounts)),
    },
  };
}

const addAccounts = (a: AccountResult, b: AccountResult): AccountResult => ({
  account: a.account,
  calls: a.calls + b.calls,
  usage: {
    input: a.usage.input + b.usage.input,
    output: a.usage.output + b.usage.output,
    cacheRead: a.usage.cacheRead + b.usage.cacheRead,
    cacheWrite: a.usage.cacheWrite + b.usage.cacheWrite,
    reasoning: a.usage.reasoning + b.usage.reasoning,
    total: a.usage.total + b.usage.total,
  },
  ...costJson(addShownCost(costOf(a), costOf(b))),
  notional: a.notional && b.notional,
});

export const costOf = ({ costUsd, costSource }: AccountResult): Cost => ({
  micros: costUsd === null ? null : Math.round(costUsd * 1_000_000),
  source: costSource,
});
