import type {
  CacheFiguresResult,
  CallFiguresResult,
  GroupFiguresResult,
  StatsResult,
  TaskFiguresResult,
} from "../../actions/results/stats.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { microsToUsd } from "../../domain/money.ts";
import { asksPlace } from "../../domain/ids.ts";
import { taskStates } from "../../domain/task.ts";
import type { OutcomeCount } from "../../engine/ports/outcome-reads.ts";
import { costJson, jsonVersion } from "../../view/json/json.ts";
import { spendJson, spendLines } from "../../view/json/spend-summary.ts";
import { roleWord } from "../../view/log/event-lines.ts";
import { cacheCells, cacheText, type CacheFigures } from "../../view/stats/cache-figures.ts";
import { money } from "../../view/text/amounts.ts";
import { duration } from "../../view/text/durations.ts";
import { taskStyle } from "../../view/text/state-styles.ts";
import { printTable } from "../output/print-table.ts";
import {
  askEvents,
  figureEvents,
  figuresOf,
  type AskFigures,
  type CallFigures,
  type Figures,
  type Named,
  type TaskFigures,
} from "../output/stats-figures.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Figures of all runs of this repository that are kept, and of all asks. */
export const command = (program: Program, _input: InputOf<"stats">, displays: Displays): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    const events = await ledger.log.since(0, { repository: repository.id, types: figureEvents });
    const asks = await ledger.log.since(0, { repository: asksPlace, types: askEvents });
    const figures = figuresOf(events, await ledger.tasks.list(repository.id), asks, program.clock.now());
    const outcomes = await ledger.outcomes.counts(repository.id);
    if (displays.json) program.out.json(figuresJson(figures, outcomes));
    else say(program, figures, outcomes);
    return 0;
  });

const callsJson = ({
  attempts,
  failures,
  errors,
  retries,
  p50Ms,
  p95Ms,
  startupMs,
  cost,
}: CallFigures): CallFiguresResult => ({
  attempts,
  failures,
  errors: { ...errors },
  retries: { ...retries },
  p50Ms,
  p95Ms,
  startupMs,
  ...costJson(cost),
});

const tasksJson = ({
  tasks,
  done,
  failed,
  tasksPerHour,
  costPerTask,
  callsPerTask,
  ...more
}: TaskFigures): TaskFiguresResult => ({
  tasks,
  done,
  failed,
  perHour: tasksPerHour,
  callsPerTask,
  neededPerson: more.neededPerson,
  costPerTaskUsd: costPerTask === null ? null : costJson(costPerTask).costUsd,
  durationMs: more.durationMs,
  phasesMs: { ...more.phases },
});

const cacheJson = ({ input, cacheRead, cacheWrite, savedMicros, unknown, kept }: CacheFigures): CacheFiguresResult => ({
  inputTokens: input,
  cacheRead,
  cacheWrite,
  savedUsd: savedMicros === null ? null : microsToUsd(savedMicros),
  unknown,
  answersKept: kept,
});

const noCache: CacheFigures = { input: 0, cacheRead: 0, cacheWrite: 0, savedMicros: 0, unknown: 0, kept: 0 };

function figuresJson(
  { all, by, spent, asks, forecasts, cache, caches }: Figures,
  outcomes: readonly OutcomeCount[],
): StatsResult {
  const group = ({ name, figures }: Named<TaskFigures>): GroupFiguresResult => ({
    name,
    ...tasksJson(figures),
    ...callsJson(figures.calls),
  });
  return {
    v: jsonVersion,
    errors: { ...all.calls.errors },
    retries: { ...all.calls.retries },
    asks: { ...asks },
    forecasts: { ...forecasts },
    byModel: by.model.map(({ name, figures }) => ({ model: name, ...callsJson(figures) })),
    tasks: tasksJson(all),
    phasesMs: { ...all.phases },
    durations: { p50Ms: all.calls.p50Ms, p95Ms: all.calls.p95Ms, startupMs: all.calls.startupMs },
    ...spendJson(spent),
    cache: {
      ...cacheJson(cache ?? noCache),
      byRole: caches.map((one) => ({ model: one.model, role: one.role, ...cacheJson(one) })),
    },
    byArea: by.area.map(group),
    byRisk: by.risk.map(group),
    byMode: by.mode.map(group),
    outcomes: outcomes.map(({ model, role, held, failed, silent }) => ({ model, role, held, failed, silent })),
  };
}

const ms = (value: number | null): string => (value === null ? "-" : duration(value));
const share = (value: number | null): string => (value === null ? "-" : `${Math.round(value * 100)} %`);
const rate = (value: number | null): string => (value === null ? "-" : value.toFixed(1));
const retried = ({ calls, succeeded }: CallFigures["retries"]): string => (calls === 0 ? "-" : `${succeeded}/${calls}`);

function errorsText(errors: CallFigures["errors"]): string {
  const said = Object.entries(errors).map(([type, count]) => `${type} ${count}`);
  return said.length === 0 ? "none" : said.join(", ");
}

function say(
  program: Program,
  { all, by, spent, asks, forecasts, cache, caches }: Figures,
  outcomes: readonly OutcomeCount[],
): void {
  const { out } = program;
  if (all.tasks === 0 && asks.asks === 0)
    return out.line(`no figures yet: nothing has run or was asked here; see ${brand.bin} run`);
  out.line(`tasks: ${all.done} done, ${all.failed} failed, ${rate(all.tasksPerHour)} an hour`);
  out.line(
    `a done task: ${all.costPerTask === null ? "-" : money(all.costPerTask)}, ${rate(all.callsPerTask)} calls, ${ms(all.durationMs)}; ${share(all.neededPerson)} of tasks needed a person`,
  );
  const { retries } = all.calls;
  out.line(
    `errors: ${errorsText(all.calls.errors)}; ${retries.calls} calls were retried, ${retries.succeeded} of them succeeded`,
  );
  const phases = phasesText(all.phases);
  if (phases !== "") out.line(`time in: ${phases}`);
  if (asks.asks > 0) out.line(asksText(asks));
  if (forecasts.ended > 0)
    out.line(`forecasts: ${forecasts.inRange} of ${forecasts.ended} ended in their range (8 of 10 should)`);
  if (cache !== null) out.line(`cache: ${cacheText(cache)}`);
  for (const line of spendLines(spent)) out.line(line);
  sayModels(program, by.model);
  sayCaches(program, caches);
  sayOutcomes(program, outcomes);
  for (const kind of ["area", "risk", "mode"] as const) sayGroups(program, kind, by[kind]);
}

const phasesText = (phases: TaskFigures["phases"]): string =>
  taskStates
    .flatMap((state) => (phases[state] === undefined ? [] : [`${taskStyle[state].word} ${duration(phases[state])}`]))
    .join(", ");

const asksText = ({ asks, whole, partial, failed, cancelled }: AskFigures): string =>
  `asks: ${asks}; all answered in ${whole}, only some in ${partial}, nobody in ${failed}${cancelled === 0 ? "" : `, ${cancelled} not waited for`}`;

function sayModels(program: Program, models: Figures["by"]["model"]): void {
  if (models.length === 0) return;
  program.out.line();
  printTable(
    program,
    ["MODEL", "ATTEMPTS", "FAILED", "RETRIED", "P50", "P95", "START-UP", "COST", "ERRORS"],
    models.map(({ name, figures }) => [
      name,
      String(figures.attempts),
      String(figures.failures),
      retried(figures.retries),
      ms(figures.p50Ms),
      ms(figures.p95Ms),
      ms(figures.startupMs),
      money(figures.cost),
      errorsText(figures.errors),
    ]),
  );
}

function sayCaches(program: Program, caches: Figures["caches"]): void {
  if (caches.length === 0) return;
  program.out.line();
  printTable(
    program,
    ["MODEL", "WORK", "INPUT", "READ", "WRITTEN", "SAVED", "EARLIER ANSWERS"],
    caches.map(cacheCells),
  );
}

function sayOutcomes(program: Program, outcomes: readonly OutcomeCount[]): void {
  if (outcomes.length === 0) return;
  program.out.line();
  printTable(
    program,
    ["MODEL", "WORK", "UNITS", "HELD", "DID NOT", "SAYS NOTHING"],
    outcomes.map(({ model, role, held, failed, silent }) => [
      model,
      roleWord[role],
      ...[held + failed + silent, held, failed, silent].map(String),
    ]),
  );
}

const groupHeads = ["TASKS", "DONE", "FAILED", "AN HOUR", "PERSON", "TIME", "CALLS", "COST", "RETRIED", "P50", "P95"];

function sayGroups(program: Program, kind: string, groups: readonly Named<TaskFigures>[]): void {
  if (groups.length === 0) return;
  program.out.line();
  printTable(
    program,
    [kind.toUpperCase(), ...groupHeads, "ERRORS", "TIME IN"],
    groups.map(({ name, figures }) => [
      name,
      String(figures.tasks),
      String(figures.done),
      String(figures.failed),
      rate(figures.tasksPerHour),
      share(figures.neededPerson),
      ms(figures.durationMs),
      rate(figures.callsPerTask),
      figures.costPerTask === null ? "-" : money(figures.costPerTask),
      retried(figures.calls.retries),
      ms(figures.calls.p50Ms),
      ms(figures.calls.p95Ms),
      errorsText(figures.calls.errors),
      phasesText(figures.phases),
    ]),
  );
}
