import type { Failure } from "../../src/domain/failure.ts";
import { microsToUsd } from "../../src/domain/money.ts";
import type { CaseRow } from "./cases.ts";
import type { Expected } from "./expected.ts";
import { expectedOf } from "./expected.ts";

/** How far an instant of a reset may be beside the expected one: programs round it to seconds. */
const slackMs = 5_000;

const outcomeOf = ({ result: { outcome } }: CaseRow): string =>
  outcome.failure === null ? outcome.kind : `${outcome.kind} ${typeOf(outcome.failure)}`;

const typeOf = ({ type, reason }: Failure): string => (reason === null ? type : `${type}/${reason}`);

const tokensOf = ({ result: { usage } }: CaseRow): number => usage.input + usage.output;

/** What is not as expected, a few words each. */
export function faultsOf(row: CaseRow): readonly string[] {
  const expected = expectedOf(row.agent, row.name);
  const { outcome, cost, asked } = row.result;
  const failure = outcome.failure;
  const resetInMs = failure?.resetAtMs == null ? null : failure.resetAtMs - row.startedMs;
  const isReset =
    expected.resetInMs === null
      ? resetInMs === null
      : resetInMs !== null && Math.abs(resetInMs - expected.resetInMs) < slackMs;
  const faults: readonly (readonly [boolean, string])[] = [
    [outcomeOf(row) === expected.outcome, `outcome ${outcomeOf(row)}: ${failure?.message ?? ""}`],
    [isWithin(row.requests, expected.requests), `${row.requests} requests`],
    [(failure?.retryAfterMs ?? null) === expected.waitMs, `wait ${failure?.retryAfterMs ?? "none"}`],
    [isReset, `reset in ${resetInMs ?? "no"} ms`],
    [isWithin(tokensOf(row), expected.tokens), `${tokensOf(row)} tokens instead of ${String(expected.tokens)}`],
    [(cost.micros !== null) === expected.isPriced, `cost ${cost.micros ?? "unknown"}`],
    [asked.length === expected.asked, `${asked.length} questions`],
    [row.left !== "otherwise", "what it left is not as wanted"],
    [row.alive === 0, `${row.alive} processes are left`],
  ];
  return faults.filter(([isSo]) => !isSo).map(([, fault]) => fault);
}

const isWithin = (count: number, wanted: Expected["requests"]): boolean =>
  typeof wanted === "number" ? count === wanted : count >= wanted[0] && count <= wanted[1];

const widths = [9, 17, 32, 32, 10, 9, 7, 10, 7] as const;
const titles = ["agent", "case", "expected", "outcome", "wait/reset", "requests", "tokens", "cost", "ms"];

const lineOf = (cells: readonly string[], end: string): string =>
  `${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(" ")} ${end}`.trimEnd();

export const heading = (): string => lineOf(titles, "ok");

/** One line of the table, with what is not as expected or why something is otherwise than one would wish below it. */
export function linesOf(row: CaseRow): readonly string[] {
  const expected = expectedOf(row.agent, row.name);
  const faults = faultsOf(row);
  const { cost, durationMs } = row.result;
  const requests = `${row.requests}${row.sideRequests === 0 ? "" : `+${row.sideRequests}`}`;
  const cells = [
    row.agent,
    row.title,
    expected.outcome,
    outcomeOf(row),
    waitText(row),
    requests,
    `${tokensOf(row)}`,
    cost.micros === null ? "unknown" : `$${microsToUsd(cost.micros).toFixed(5)}`,
    `${durationMs}`,
  ];
  const below = faults.length > 0 ? faults : expected.note === undefined ? [] : [expected.note];
  return [lineOf(cells, faults.length === 0 ? "yes" : "NO"), ...below.map((text) => `${" ".repeat(10)}${text}`)];
}

function waitText({ result: { outcome }, startedMs }: CaseRow): string {
  const { failure } = outcome;
  if (failure?.retryAfterMs != null) return `${failure.retryAfterMs / 1_000} s`;
  if (failure?.resetAtMs != null) return `in ${Math.round((failure.resetAtMs - startedMs) / 60_000)} min`;
  return "-";
}
