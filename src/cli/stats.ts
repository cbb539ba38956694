import { money } from "../view/amounts.ts";
import { duration } from "../view/durations.ts";
import { costJson, jsonVersion } from "../view/json.ts";
import { taskLook } from "../view/look.ts";
import { taskStates } from "../domain/task.ts";
import type { Json } from "../domain/json.ts";
import type { Arguments } from "./arguments.ts";
import { withRepository } from "./ground.ts";
import { printTable } from "./print-table.ts";
import type { Program } from "./program.ts";
import { figureEvents, figuresOf, type Figures, type GroupFigures } from "./stats-figures.ts";

/** Figures of all runs of this repository that are kept. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    const events = await ledger.log.since(0, { repository: repository.id, types: figureEvents });
    const figures = figuresOf(events, await ledger.tasks.list(repository.id));
    if (args.has("json")) program.out.json(figuresJson(figures));
    else say(program, figures);
    return 0;
  });

function figuresJson(figures: Figures): Json {
  const group = ({ name, tasks, done, failed, cost, durationMs }: GroupFigures): Json => ({
    name,
    tasks,
    done,
    failed,
    durationMs,
    ...costJson(cost),
  });
  return {
    v: jsonVersion,
    errors: { ...figures.errors },
    retries: { ...figures.retries },
    byModel: figures.models.map(({ cost, ...model }) => ({ ...model, ...costJson(cost) })),
    tasks: {
      done: figures.done,
      failed: figures.failed,
      perHour: figures.tasksPerHour,
      callsPerTask: figures.callsPerTask,
      neededPerson: figures.neededPerson,
      costUsd: figures.costPerTask === null ? null : costJson(figures.costPerTask).costUsd,
    },
    phasesMs: { ...figures.phases },
    byArea: figures.by.area.map(group),
    byRisk: figures.by.risk.map(group),
    byMode: figures.by.mode.map(group),
  };
}

const ms = (value: number | null): string => (value === null ? "-" : duration(value));
const share = (value: number | null): string => (value === null ? "-" : `${Math.round(value * 100)} %`);
const rate = (value: number | null): string => (value === null ? "-" : value.toFixed(1));

function say(program: Program, figures: Figures): void {
  const { out } = program;
  out.line(`tasks: ${figures.done} done, ${figures.failed} failed, ${rate(figures.tasksPerHour)} an hour`);
  out.line(
    `a done task: ${figures.costPerTask === null ? "-" : money(figures.costPerTask)}, ${rate(figures.callsPerTask)} calls; ${share(figures.neededPerson)} of tasks needed a person`,
  );
  const errors = Object.entries(figures.errors).map(([type, count]) => `${type} ${count}`);
  out.line(
    `errors: ${errors.length === 0 ? "none" : errors.join(", ")}; ${figures.retries.calls} calls were retried, ${figures.retries.succeeded} of them succeeded`,
  );
  const phases = taskStates.flatMap((state) =>
    figures.phases[state] === undefined ? [] : [`${taskLook[state].word} ${duration(figures.phases[state])}`],
  );
  if (phases.length > 0) out.line(`time in: ${phases.join(", ")}`);
  if (figures.models.length > 0) out.line();
  if (figures.models.length > 0) {
    printTable(
      program,
      ["MODEL", "ATTEMPTS", "FAILED", "P50", "P95", "START-UP", "COST"],
      figures.models.map((model) => [
        model.model,
        String(model.attempts),
        String(model.failures),
        ms(model.p50Ms),
        ms(model.p95Ms),
        ms(model.startupMs),
        money(model.cost),
      ]),
    );
  }
  for (const [title, groups] of Object.entries(figures.by)) {
    if (groups.length === 0) continue;
    out.line();
    printTable(
      program,
      [title.toUpperCase(), "TASKS", "DONE", "FAILED", "MEAN TIME", "COST"],
      groups.map((group) => [
        group.name,
        String(group.tasks),
        String(group.done),
        String(group.failed),
        ms(group.durationMs),
        money(group.cost),
      ]),
    );
  }
}
