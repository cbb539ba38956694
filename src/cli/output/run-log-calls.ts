import type { RecordedEvent } from "../../domain/events.ts";
import { addShownCost, addUsage, noUsage, totalTokens, type Cost, type Usage } from "../../domain/money.ts";
import type { Role } from "../../domain/task.ts";
import { roleWord } from "../../view/log/event-lines.ts";
import { costWord, money, tokens } from "../../view/text/amounts.ts";
import { duration } from "../../view/text/durations.ts";

interface LoggedCall {
  readonly key: string;
  readonly role: Role;
  models: readonly string[];
  outcome: string;
  tries: number;
  durationMs: number;
  usage: Usage;
  cost: Cost | null;
  prices: readonly string[];
}

/** The calls among events, with what all attempts of each came to. */
function callsIn(events: readonly RecordedEvent[]): readonly LoggedCall[] {
  const calls = new Map<string, LoggedCall>();
  for (const event of events) {
    if (event.call === undefined) continue;
    if (event.type === "call.started") calls.set(event.call, begun(event.data.key, event.data.role));
    const call = calls.get(event.call);
    if (call === undefined) continue;
    if (event.type === "call.ended") call.outcome = event.data.failure?.type ?? event.data.outcome;
    if (event.type !== "attempt.ended") continue;
    const { model, usage, cost, durationMs, counted, outcome, prices = [] } = event.data;
    call.models = [...new Set([...call.models, model])];
    call.tries += Number(counted);
    call.durationMs += durationMs;
    call.usage = addUsage(call.usage, usage);
    call.cost = call.cost === null ? cost : addShownCost(call.cost, cost);
    call.prices = [...new Set([...call.prices, ...prices])];
    call.outcome = outcome;
  }
  return [...calls.values()];
}

const begun = (key: string, role: Role): LoggedCall => ({
  key,
  role,
  models: [],
  outcome: "running",
  tries: 0,
  durationMs: 0,
  usage: noUsage,
  cost: null,
  prices: [],
});

/** Calls as a table of Markdown, each amount with how it is known; "" without calls. `words` makes text of others harmless. */
export function callsTable(events: readonly RecordedEvent[], words: (text: string) => string): string {
  const calls = callsIn(events);
  if (calls.length === 0) return "";
  const lines = calls.map(
    ({ key, role, models, outcome, tries, durationMs, usage, cost, prices }) =>
      `| ${words(key)} | ${roleWord[role]} | ${models.map(words).join(", ")} | ${outcome.replaceAll("_", " ")} | ${tries} | ${duration(durationMs)} | ${tokens(totalTokens(usage))} | ${cost === null ? "" : money(cost)} | ${cost === null ? "" : knownBy(cost, prices, words)} |\n`,
  );
  return `\n| call | work | model | end | tries | time | tokens | cost | known |\n|---|---|---|---|---|---|---|---|---|\n${lines.join("")}`;
}

const knownBy = ({ source }: Cost, prices: readonly string[], words: (text: string) => string): string =>
  `${costWord[source]}${prices.length === 0 ? "" : ` (${prices.map(words).join(", ")})`}`;
