import type { RecordedEvent } from "../../domain/events.ts";
import { totalTokens } from "../../domain/money.ts";
import { proofWords } from "../../domain/proof.ts";
import type { ModelTotals, RunRow, TaskRow } from "../../domain/rows.ts";
import { summarizeSpend, spendLines } from "../../view/json/spend-summary.ts";
import { eventLine } from "../../view/log/event-lines.ts";
import { cacheUses } from "../../view/stats/cache-figures.ts";
import { undoneIn } from "../../view/tasks/derived.ts";
import { money, tokens } from "../../view/text/amounts.ts";
import { clean } from "../../view/text/clean.ts";
import { duration, timeOfDay } from "../../view/text/durations.ts";
import { revertedStyle, taskStyle } from "../../view/text/state-styles.ts";
import { cacheTable } from "./run-log-cache.ts";
import { callsTable } from "./run-log-calls.ts";

/** Text of others as words, never as marks of Markdown or HTML. */
const words = (text: string): string => clean(text, { max: 2_000 }).replace(/[\\`*_{}[\]<>|#~]/g, "\\$&");

/** One event as an item of the run's log; null: it says nothing to a person. */
export function runLogItem(event: RecordedEvent): string | null {
  const line = eventLine(event);
  if (line === null) return null;
  const who = [line.task, line.step]
    .filter((part) => part !== null)
    .map((part) => words(part))
    .join(" ");
  const model = line.model === null ? "" : ` [${words(line.model)}]`;
  const mark = line.level === "info" ? "" : ` **${line.level}**`;
  return `- ${timeOfDay(event.at)}${who === "" ? "" : ` **${who}**`}${model}${mark}: ${words(line.text)}\n`;
}

/** Of most of a ledger, keys and attempts above all, the log of a run says nothing. */
const silent: ReadonlySet<string> = new Set<RecordedEvent["type"]>([
  "key.committed",
  "steps.set",
  "attempt.started",
  "attempt.spawned",
  "attempt.session",
  "budget.reserved",
]);

/** Whether `runLog` is made from an event. */
export const isLogged = ({ type }: RecordedEvent): boolean => !silent.has(type);

/** The begin of a log while its run goes on. */
export const runLogHead = (run: RunRow): string =>
  `# Run ${run.id}\n\n${words(run.repositoryPath)}, base ${words(run.base)} at ${run.baseCommit.slice(0, 12)}, merged into ${words(run.integration)}.\n\n`;

/** The whole log of a run that is over: its sums first, then each task by itself. */
export function runLog(
  run: RunRow,
  rows: readonly TaskRow[],
  totals: readonly ModelTotals[],
  events: readonly RecordedEvent[],
): string {
  const item = (event: RecordedEvent): string => runLogItem(event) ?? "";
  const own = events.filter((event) => event.task === undefined);
  const undone = undoneIn(events);
  const known = new Set(rows.map(({ id }) => id));
  const gone = [...new Set(events.flatMap(({ task }) => (task === undefined || known.has(task) ? [] : [task])))];
  const section = (title: string, task: string): string => {
    const of = events.filter((event) => event.task === task);
    return `\n## ${title}\n\n${of.map(item).join("")}${callsTable(of, words)}`;
  };
  return [
    runLogHead(run),
    `State: ${run.state}${run.exitCode === null ? "" : `, exit code ${run.exitCode}`}${run.endedAt === null ? "" : `, took ${duration(run.endedAt - run.startedAt)}`}.\n`,
    "\n## Summary\n\n| task | state | proof | tries | tokens | cost | merged as |\n|---|---|---|---|---|---|---|\n",
    ...rows.map((row) => taskLine(row, undone.has(row.id))),
    "\n| model | calls | failures | time | tokens | cost |\n|---|---|---|---|---|---|\n",
    ...totals.map(
      (total) =>
        `| ${words(total.model)} | ${total.calls} | ${total.failures} | ${duration(total.durationMs)} | ${tokens(totalTokens(total.usage))} | ${money(total.cost)} |\n`,
    ),
    ...spendLines(summarizeSpend(events)).map((line) => `\n${line}\n`),
    ...cacheTable(cacheUses(events), words),
    "\n## Run\n\n",
    ...own.map(item),
    ...rows.map((row) => section(`${words(row.id)}: ${words(row.spec.goal)}`, row.id)),
    ...gone.map((task) => section(words(task), task)),
  ].join("");
}

const taskLine = (row: TaskRow, undone: boolean): string =>
  `| ${words(row.id)} | ${(undone && row.state === "DONE" ? revertedStyle : taskStyle[row.state]).word} | ${row.proof === null ? "" : words(proofWords(row.proof))} | ${row.attempts} | ${tokens(totalTokens(row.usage))} | ${row.startedAt === null ? "" : money(row.cost)} | ${row.mergeCommit?.slice(0, 12) ?? ""} |\n`;
