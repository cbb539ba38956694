import type { AskFailureResult, AskResult, AskSpentResult, SynthesisResult } from "../../actions/results/ask.ts";
import type { AskEnd, AskFailure, AskUsage, SynthesisEnd } from "../../domain/ask.ts";
import type { ModelName } from "../../domain/ids.ts";
import { addShownCost, addUsage, noUsage, type Cost, type Usage } from "../../domain/money.ts";
import { costJson, jsonVersion, usageJson } from "./json.ts";

/** `ask`: what scripts read. `synthesis` stands there only where one was wanted. */
export const askJson = (end: AskEnd, scripted: ReadonlySet<ModelName> = new Set()): AskResult => {
  const { usage, cost } = askTotals(end);
  const label = ({ model }: AskUsage) => (scripted.has(model) ? { scripted: true } : {});
  return {
    v: jsonVersion,
    success: end.results.length > 0,
    results: end.results.map((result) => ({
      model: result.model,
      text: result.text,
      ...spendJson(result),
      ...label(result),
    })),
    failures: end.failures.map((failure) => ({ ...failureJson(failure), ...label(failure) })),
    totals: { durationMs: end.durationMs, costUsd: costJson(cost).costUsd, usage: usageJson(usage) },
    ...(end.synthesis === undefined ? {} : { synthesis: synthesisJson(end.synthesis) }),
  };
};

const spendJson = ({ usage, cost, durationMs, attempts }: AskUsage): AskSpentResult => ({
  usage: usageJson(usage),
  ...costJson(cost),
  durationMs,
  attempts,
});

const failureJson = ({ model, error, durationMs, attempts }: AskFailure): AskFailureResult => ({
  model,
  error: { type: error.type, reason: error.reason, retryable: error.retryable, message: error.message },
  durationMs,
  attempts,
});

function synthesisJson(end: SynthesisEnd | null): SynthesisResult {
  if (end === null) return null;
  if ("error" in end) return failureJson(end);
  return { model: end.model, text: end.text, agrees: end.agrees, differs: end.differs, ...spendJson(end) };
}

/** What a whole ask used and cost; nobody asked costs nothing. */
export function askTotals({ results, failures, synthesis }: AskEnd): { readonly usage: Usage; readonly cost: Cost } {
  const asked = [...results, ...failures, ...(synthesis == null ? [] : [synthesis])].filter(
    ({ attempts }) => attempts > 0,
  );
  const costs = asked.map(({ cost }) => cost);
  return {
    usage: asked.map(({ usage }) => usage).reduce(addUsage, noUsage),
    cost: costs.length === 0 ? { micros: 0, source: "reported" } : costs.reduce(addShownCost),
  };
}
