import type { ModelEntryResult, ModelsResult } from "../../actions/results/model.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { Hold } from "../../domain/question.ts";
import type { BreakerRow, ModelTotals } from "../../domain/rows.ts";
import type { ModelSettings } from "../../domain/settings.ts";
import { holdsOn } from "../../policy/limit-hold.ts";
import { unavailabilityOf, type Unavailability } from "../../policy/model-availability.ts";
import { costJson, isoOrNull, jsonVersion, usageJson } from "../../view/json/json.ts";
import { money } from "../../view/text/amounts.ts";
import { duration, instant } from "../../view/text/durations.ts";
import { breakerStyle } from "../../view/text/state-styles.ts";
import { modelSettings } from "../inputs/read-settings.ts";
import { type AccountState, accountLines, accountStates, accountUse } from "../output/account-lines.ts";
import { printTable } from "../output/print-table.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { lastRun, repositoryHere, withLedger, type CommandContext } from "../wiring/command-context.ts";

/** Health, breakers, holds and cost of each model. */
export const command = (program: Program, _input: InputOf<"models">, displays: Displays): Promise<number> =>
  withLedger(program, async (context) => {
    const { models, accounts } = await modelStates(context);
    if (displays.json) program.out.json(modelsJson(models, accounts));
    else say(program, models, accounts);
    return 0;
  });

interface ModelState {
  readonly model: ModelSettings;
  readonly breaker: BreakerRow | null;
  readonly unavailable: Unavailability | null;
  readonly holds: readonly Hold[];
  /** Of the current or last run here. */
  readonly totals: ModelTotals | null;
}

interface States {
  readonly models: readonly ModelState[];
  readonly accounts: readonly AccountState[];
}

async function modelStates({ program, ledger }: CommandContext): Promise<States> {
  const repository = await repositoryHere(program);
  const settings = await modelSettings(program, repository);
  const run = repository === null ? null : await lastRun(ledger, repository.id);
  const totals = run === null ? [] : await ledger.runs.totals(run.id);
  const breakers = await ledger.breakers.list();
  const now = program.clock.now();
  const holds = await ledger.account.holds(undefined, { settings, nowMs: now });
  const accounts = accountStates(settings, await accountUse(ledger, settings, now), now);
  const models = settings.models.map((model): ModelState => ({
    model,
    breaker: breakers.find((row) => row.model === model.name) ?? null,
    unavailable: unavailabilityOf(model, { holds, breakers, settings: settings.breaker, nowMs: now }),
    holds: holdsOn(model, holds, now),
    totals: totals.find((total) => total.model === model.name) ?? null,
  }));
  return { models, accounts };
}

const stateOf = ({ unavailable, breaker }: ModelState): "ready" | "held" | "resting" | "probing" => {
  if (unavailable !== null) return unavailable.by === "hold" ? "held" : "resting";
  return breaker !== null && breaker.state !== "closed" ? "probing" : "ready";
};

const modelsJson = (models: readonly ModelState[], accounts: readonly AccountState[]): ModelsResult => ({
  v: jsonVersion,
  models: models.map((state) => ({
    ...modelJson(state),
    ...accountJson(accounts.find(({ name }) => name === state.model.account)),
  })),
});

type AccountFields = "windows" | "hours" | "keep" | "parallel";

const accountJson = (account: AccountState | undefined): Pick<ModelEntryResult, AccountFields> => ({
  windows: (account?.windows ?? []).map(({ name, share, resetAtMs, source }) => ({
    name,
    used: share,
    resetAt: isoOrNull(resetAtMs),
    source,
  })),
  hours: account?.hours ?? null,
  keep: account?.keep ?? 0,
  parallel: account?.parallel ?? null,
});

function modelJson(state: ModelState): Omit<ModelEntryResult, AccountFields> {
  const { model, breaker, unavailable, holds, totals } = state;
  return {
    name: model.name,
    adapter: model.adapter,
    model: model.model,
    tier: model.tier,
    billing: model.billing,
    account: model.account,
    provider: model.provider,
    state: stateOf(state),
    reason: unavailable?.reason ?? null,
    until: isoOrNull(unavailable?.untilMs ?? null),
    breaker: {
      state: breaker?.state ?? "closed",
      failures: breaker?.failures ?? 0,
      openedAt: isoOrNull(breaker?.openedAt ?? null),
    },
    holds: holds.map((hold) => ({
      scope: hold.scope,
      target: hold.target,
      reason: hold.reason,
      until: isoOrNull(hold.untilMs),
      by: hold.by,
      resumes: hold.resumes,
    })),
    calls: totals?.calls ?? 0,
    failures: totals?.failures ?? 0,
    usage: totals === null ? null : usageJson(totals.usage),
    ...(totals === null ? { costUsd: null, costSource: "unknown" } : costJson(totals.cost)),
  };
}

function say(program: Program, models: readonly ModelState[], accounts: readonly AccountState[]): void {
  const now = program.clock.now();
  printTable(
    program,
    ["MODEL", "STATE", "ADAPTER", "TIER", "BILLING", "ACCOUNT", "BREAKER", "CALLS", "FAILED", "COST", "WHY"],
    models.map((state) => [
      state.model.name,
      stateText(state, now),
      state.model.adapter,
      state.model.tier,
      state.model.billing,
      state.model.account,
      breakerStyle[state.breaker?.state ?? "closed"].word,
      String(state.totals?.calls ?? 0),
      String(state.totals?.failures ?? 0),
      state.totals === null ? "-" : money(state.totals.cost),
      state.holds.map(({ scope, target, reason }) => `${scope} ${target}: ${reason}`).join("; "),
    ]),
  );
  for (const line of accountLines(accounts, now)) program.out.line(line);
  if (models.some(({ holds }) => holds.some(({ by }) => by !== "settings")))
    program.out.line(`end a hold: ${brand.bin} release MODEL`);
  if (models.some(({ unavailable }) => unavailable?.by === "breaker"))
    program.out.line(`close a breaker: ${brand.bin} models --reset MODEL`);
}

/** held until 20:00, in 3h12m */
function stateText(state: ModelState, now: number): string {
  const word = stateOf(state);
  if (state.unavailable === null) return word;
  const { untilMs } = state.unavailable;
  return untilMs === null
    ? `${word} until you release it`
    : `${word} until ${instant(untilMs, now)}, in ${duration(untilMs - now)}`;
}
