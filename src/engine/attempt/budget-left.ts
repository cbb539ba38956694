import type { ModelSettings, Settings } from "../../domain/settings.ts";
import { capsOf, leftUnder, tightest, tokensLeft, type BudgetLeft, type Caps } from "../../policy/budget.ts";
import type { AccountReads } from "../ports/account-reads.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";

type Budgeted = Pick<CallingTask, "spec" | "parent" | "repository">;

/** A task, and what it is a part of. */
const line = ({ spec, parent }: Budgeted): readonly CallingTask["spec"][] =>
  parent === undefined ? [spec] : [spec, parent];

/** Tokens a task may still use; a part no more than its parent; null: no cap. */
export async function tokensLeftOf(account: Pick<AccountReads, "spend">, task: Budgeted): Promise<number | null> {
  const left: number[] = [];
  for (const spec of line(task)) {
    const { tokens } = await account.spend(`task:${task.repository}/${spec.id}`);
    left.push(tokensLeft(spec, tokens) ?? Infinity);
  }
  const least = Math.min(...left);
  return least === Infinity ? null : least;
}

async function taskLeft(
  account: Pick<AccountReads, "spend">,
  task: Budgeted,
  capOf: (spec: CallingTask["spec"]) => number | null,
): Promise<number | null> {
  let least: number | null = null;
  for (const spec of line(task)) {
    const { micros } = await account.spend(`task:${task.repository}/${spec.id}`);
    const left = leftUnder(capOf(spec), { micros, reservedMicros: 0 });
    if (left !== null) least = Math.min(least ?? left, left);
  }
  return least;
}

/** What a call may still use before a budget ends it; what other calls have reserved is not theirs yet. */
export async function budgetLeft(
  account: Pick<AccountReads, "spend">,
  task: Pick<CallingTask, "spec" | "parent" | "repository" | "run">,
  request: Pick<CallRequest, "grantedMicros">,
  of: {
    readonly model: ModelSettings;
    readonly settings: Settings;
    readonly day: string;
    readonly capMicros: number | null;
  },
): Promise<BudgetLeft> {
  const { run } = task;
  const tokens = request.grantedMicros > 0 ? null : await tokensLeftOf(account, task);
  if (of.model.billing !== "metered") return { micros: null, tokens };
  const [inRun, inDay] = [await account.spend(`run:${run}`), await account.spend(`day:${of.day}`)];
  const raised = { run: inRun.raisedMicros ?? 0, day: inDay.raisedMicros ?? 0 };
  const caps = capsOf(of.settings.budget, task.spec, request.grantedMicros, raised);
  const under = (cap: number | null, { micros }: { readonly micros: number }): number | null =>
    leftUnder(cap, { micros, reservedMicros: 0 });
  const left: Caps = {
    call: of.capMicros ?? caps.call,
    task: await taskLeft(account, task, (spec) => capsOf(of.settings.budget, spec, request.grantedMicros).task),
    run: under(caps.run, inRun),
    day: under(caps.day, inDay),
  };
  return { micros: tightest(left)?.micros ?? null, tokens };
}
