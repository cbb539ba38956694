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
  const caps = capsOf(of.settings.budget, spec, request.grantedMicros);
  const under = async (cap: number | null, scope: string): Promise<number | null> =>
    cap === null ? null : leftUnder(cap, { micros: (await account.spend(scope)).micros, reservedMicros: 0 });
  const left: Caps = {
    call: of.capMicros ?? caps.call,
    task: leftUnder(caps.task, { micros: spent.micros, reservedMicros: 0 }),
    run: await under(caps.run, `run:${run}`),
    day: await under(caps.day, `day:${of.day}`),
  };
  return { micros: tightest(left)?.micros ?? null, tokens };
}
