import type { ModelName } from "../../domain/ids.ts";
import type { ModelSettings } from "../../domain/settings.ts";
import { inForce, pricesOf, rowFor } from "../../policy/prices.ts";
import { roleWord } from "../../view/log/event-lines.ts";
import { dollars } from "../../view/text/amounts.ts";
import { meanMicros, type Expectation, type ExpectationFacts, type ExpectedRole } from "./expectation.ts";

interface StandIn {
  readonly model: ModelSettings;
  readonly roles: Set<string>;
  /** Those it takes over from, none of which costs by the call. */
  readonly from: Set<ModelName>;
}

/** Metered models that take over where a free model or a plan cannot, each with what that may cost. */
export function paidStandIns(
  { tasks }: Pick<Expectation, "tasks">,
  facts: Pick<ExpectationFacts, "settings" | "history" | "nowMs">,
): readonly string[] {
  const found = new Map<ModelName, StandIn>();
  for (const expected of tasks.flatMap(({ roles }) => roles)) addStandIns(found, expected, facts.settings.models);
  return [...found.values()].map(
    ({ model, roles, from }) =>
      `${model.name} is metered and takes over where ${[...from].join(", ")} cannot (${[...roles].join(", ")}): ${costText(model, facts)}`,
  );
}

function addStandIns(
  found: Map<ModelName, StandIn>,
  { role, candidates }: ExpectedRole,
  models: readonly ModelSettings[],
): void {
  const before: ModelName[] = [];
  for (const { model: name, state } of candidates) {
    const model = models.find((one) => one.name === name);
    if (model === undefined || state === "excluded") continue;
    if (model.billing !== "metered") before.push(name);
    else if (before.length > 0) {
      const known = found.get(name) ?? { model, roles: new Set(), from: new Set() };
      known.roles.add(roleWord[role]);
      for (const one of before) known.from.add(one);
      found.set(name, known);
    }
  }
}

function costText(
  model: ModelSettings,
  { settings, history, nowMs }: Pick<ExpectationFacts, "settings" | "history" | "nowMs">,
): string {
  const mean = meanMicros(model.name, history);
  const rates = rowFor(inForce(pricesOf(model, settings.prices), nowMs), 0)?.microsPerMillion;
  const price =
    mean !== null
      ? `a call of it has cost ${dollars(mean)} so far`
      : rates === undefined
        ? `nobody knows its price (prices.${model.name})`
        : `${dollars(rates.input)} for a million tokens in, ${dollars(rates.output)} out`;
  const { callMicros, taskMicros, runMicros, dayMicros } = settings.budget;
  const caps = [
    [callMicros, "a call"],
    [taskMicros, "a task"],
    [runMicros, "a run"],
    [dayMicros, "a day"],
  ] as const;
  const set = caps.flatMap(([micros, of]) => (micros === null ? [] : [`${dollars(micros)} ${of}`]));
  return `${price}; ${set.length === 0 ? "no budget limits it (budget.run_usd, budget.day_usd)" : `at most ${set.join(", ")} (budget)`}`;
}
