import type { ModelSettings, Settings } from "../../domain/settings.ts";
import { capsOf, leftUnder, tightest, tokensLeft, type BudgetLeft, type Caps } from "../../policy/budget.ts";
import type { AccountReads } from "../ports/account-reads.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";

/** What a call may still use before a budget ends it; what other calls have reserved is not theirs yet. */
export async function budgetLeft(
  account: Pick<AccountReads, "spend">,
  task: Pick<CallingTask, "spec" | "repository" | "run">,
  request: Pick<CallRequest, "grantedMicros">,
  of: {
    readonly model: ModelSettings;
    readonly settings: Settings;
    readonly day: string;
    readonly capMicros: number | null;
  },
): Promise<BudgetLeft> {
  const { spec, repository, run } = task;
  const spent = await account.spend(`task:${repository}/${spec.id}`);
  const tokens = request.grantedMicros > 0 ? null : tokensLeft(spec, spent.tokens);
  if (of.model.billing !== "metered") return { micros: null, tokens };
  const [inRun, inDay] = [await account.spend(`run:${run}`), await account.spend(`day:${of.day}`)];
  const caps = capsOf(of.settings.budget, spec, request.grantedMicros, {
    run: inRun.raisedMicros ?? 0,
    day: inDay.raisedMicros ?? 0,
  });
  const under = (cap: number | null, { micros }: { readonly micros: number }): number | null =>
    leftUnder(cap, { micros, reservedMicros: 0 });
  const left: Caps = {
    call: of.capMicros ?? caps.call,
    task: under(caps.task, spent),
    run: under(caps.run, inRun),
    day: under(caps.day, inDay),
  };
  return { micros: tightest(left)?.micros ?? null, tokens };
}
