import type { ReportResult, RepositoryReport } from "../../actions/results/report.ts";
import { brand } from "../../domain/brand.ts";
import { costOf, hasNews } from "../json/report-json.ts";
import { counted, money, tokens } from "./amounts.ts";
import { age, duration, instant, withInstants } from "./durations.ts";
import { questionWord } from "./state-styles.ts";

type Account = RepositoryReport["accounts"][number];

/** How much of each list is shown; the rest is counted. */
const mostShown = 20;

/** What happened in one repository, for a person in a hurry. `since`: "you looked", or another word for it. */
export function reportLines(report: RepositoryReport, since: string, nowMs: number): readonly string[] {
  if (!hasNews(report)) return [`nothing happened since ${since}`, ...nextLines(report)];
  return [
    `since ${since}:`,
    ...part(
      `${report.proven.length} proven`,
      report.proven.map(({ task, goal, proven_by: by }) => [`${task}  ${goal}  by ${by.join(", ")}`]),
    ),
    ...part(
      `${report.unproven.length} unproven: look at it before you land it`,
      report.unproven.map(({ task, goal }) => [`${task}  ${goal}`]),
    ),
    ...part(
      `${counted(report.asked.length, "question")} for you`,
      report.asked.map((one) => [
        `${one.task}  ${one.goal}  ${questionWord[one.kind]}, asked ${age(nowMs - Date.parse(one.askedAt))} ago`,
        `  ${one.command}${one.key === null ? "" : `   then ${one.key}: ${(one.actions[0] ?? "").replaceAll("_", " ")}`}`,
      ]),
    ),
    ...part(
      `${report.reverted.length} reverted`,
      report.reverted.map(({ task, goal }) => [`${task}  ${goal}`]),
    ),
    ...part(
      `${report.failed.length} failed`,
      report.failed.map(({ task, goal, why, command }) => [`${task}  ${goal}  ${why}`, `  ${command}`]),
    ),
    ...part(
      "limits",
      report.limits.map((one) => [limitLine(one, nowMs)]),
    ),
    ...part("cost", report.accounts.map(accountLine)),
    ...nextLines(report),
  ];
}

const nextLines = ({ next }: RepositoryReport): readonly string[] =>
  next.length === 0 ? [] : [`next: ${next.join(", then ")}`];

/** Nothing where there is nothing of it. */
function part(title: string, items: readonly (readonly string[])[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length - mostShown;
  return [
    `  ${title}`,
    ...items.slice(0, mostShown).flatMap((lines) => lines.map((line) => `    ${line}`)),
    ...(more > 0 ? [`    and ${more} more: ${brand.bin} list`] : []),
  ];
}

function limitLine(
  { scope, target, holds, heldMs, until, endless, reason }: RepositoryReport["limits"][number],
  nowMs: number,
): string {
  const often = `${scope} ${target} was held ${holds === 1 ? "once" : `${holds} times`}, ${duration(heldMs)} in all`;
  const now = endless
    ? `; it is until you release it: ${brand.bin} release ${target}`
    : until === null
      ? ""
      : `; until ${instant(Date.parse(until), nowMs)}`;
  return `${often}${now} (${withInstants(reason, nowMs)})`;
}

const accountLine = (one: Account): readonly string[] => [
  `${one.account}  ${counted(one.calls, "call")}, ${tokens(one.usage.total)} tokens, ${one.notional ? "not paid by the token, would have cost " : ""}${money(costOf(one))}`,
];

/** Over all repositories, where there are several. */
export function totalLines({ repositories, totals }: ReportResult): readonly string[] {
  if (repositories.length < 2) return [];
  const parts = (["proven", "unproven", "asked", "reverted", "failed"] as const).flatMap((name) =>
    totals[name] === 0 ? [] : [`${totals[name]} ${name}`],
  );
  return [
    `all ${repositories.length} repositories: ${parts.length === 0 ? "nothing new" : parts.join(", ")}${totals.heldMs === 0 ? "" : `; held for ${duration(totals.heldMs)}`}`,
    ...totals.accounts.flatMap(accountLine).map((line) => `  ${line}`),
  ];
}
