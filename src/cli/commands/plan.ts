import type { PlanResult } from "../../actions/results/plan.ts";
import type { InputOf } from "../../actions/table.ts";
import { buildGraph } from "../../backlog/graph.ts";
import { doneIn } from "../../domain/duration.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Forecast } from "../../domain/forecast.ts";
import { isTerminal, type TaskSpec } from "../../domain/task.ts";
import { likelyChecks } from "../../policy/check-scope.ts";
import { pastLike, typicalMs } from "../../policy/estimate.ts";
import { madeJson } from "../../view/json/analysis-json.ts";
import { costJson, jsonVersion } from "../../view/json/json.ts";
import { roleWord } from "../../view/log/event-lines.ts";
import { counted, money } from "../../view/text/amounts.ts";
import { clean } from "../../view/text/clean.ts";
import { duration } from "../../view/text/durations.ts";
import { displayWidth, pad } from "../../view/text/width.ts";
import { addedTasks, besideBacklog } from "../inputs/beside-backlog.ts";
import { readInputs, readInputsFor, usualFile, type Inputs } from "../inputs/read-inputs.ts";
import { asChosen, chosenNow, type ChosenNow } from "../output/chosen-now.ts";
import { gateCost, type CheckTime } from "../output/gate-cost.ts";
import { expectationFacts } from "../output/expectation-facts.ts";
import { measuredFirst, measuredFirstLine } from "../output/measured-first.ts";
import { expectWork, type Expectation } from "../output/expectation.ts";
import { printHanging } from "../output/print-hanging.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";

interface Plan {
  readonly waves: readonly (readonly string[])[];
  readonly criticalPath: readonly string[];
  readonly expected: Expectation;
  /** Tasks of the backlog, and beside it, that are finished. */
  readonly over: readonly string[];
  readonly checks: readonly CheckTime[];
  /** Null: nobody can say. */
  readonly done: Forecast | null;
  /** Checks that are measured on the base. */
  readonly first: Awaited<ReturnType<typeof measuredFirst>>;
  /** By task, the checks it is likely to have to pass; empty where all tasks have to pass all. */
  readonly checksOf: ReadonlyMap<string, readonly string[]>;
  /** By task, what the rules would do a context-aware one with now. */
  readonly chosen: ReadonlyMap<string, ChosenNow>;
}

/** Waves, critical path, who would do what and why, calls and cost to expect. Starts nothing. */
export const command = (program: Program, input: InputOf<"plan">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const rows = await ledger.tasks.list(repository.id);
    const { inputs, tasks } = await readTasks(context, rows, input.file ?? null);
    const states = new Map(rows.map(({ id, state }) => [id, state]));
    const finished = new Set([...states].filter(([, state]) => isTerminal(state)).map(([id]) => id));
    const open = tasks.filter(({ id }) => !finished.has(id));
    const work = await ledger.tasks.workTimes(repository.id, null);
    const { waves, criticalPath } = buildGraph(open, typicalMs(work.done));
    const all = tasks.map((spec) => ({ id: spec.id, spec, state: states.get(spec.id) ?? "NEW" }));
    const split = new Set(open.flatMap(({ parent }) => parent ?? []));
    const whole = open.filter(({ id }) => !split.has(id));
    const chosen = chosenNow(whole, inputs.settings, await ledger.tasks.past(repository.id));
    const doing = open.map((spec) => asChosen(spec, chosen));
    const expected = expectWork(doing, await expectationFacts(context, inputs.settings));
    const over = tasks.map(({ id }) => id).filter((id) => finished.has(id));
    const checks = await gateCost(ledger, repository.id, inputs.settings);
    const first = await measuredFirst(ledger, repository.id, inputs.settings, open);
    const checksOf = likelyByTask(inputs.settings, open);
    const done =
      pastLike(work.done) === null
        ? null
        : (await import("../wiring/run-forecast.ts")).forecastOf(all, work, inputs.settings);
    const plan: Plan = { waves, criticalPath, expected, over, checks, first, checksOf, chosen, done };
    if (displays.json) program.out.json(planJson(plan));
    else sayPlan(program, plan);
    return 0;
  });

/** What a run would have: the tasks of the backlog, and what was added beside it; without a backlog only that. */
async function readTasks(
  context: RepositoryContext,
  rows: readonly TaskRow[],
  file: string | null,
): Promise<{ readonly inputs: Inputs; readonly tasks: readonly TaskSpec[] }> {
  const { program, repository } = context;
  const question = { repositoryTop: repository.top, flags: {} };
  const added = file !== null || usualFile(program, repository.top) !== null ? [] : await addedTasks(context);
  const inputs =
    added.length > 0 ? await readInputsFor(program, question, null) : await readInputs(program, { ...question, file });
  // An id that a part has already is that part's; case makes no difference.
  const parts = new Set(rows.flatMap(({ id, spec: { parent } }) => (parent === undefined ? [] : [id.toLowerCase()])));
  const written = inputs.backlog.tasks.map(({ spec }) => spec).filter(({ id }) => !parts.has(id.toLowerCase()));
  const beside = await besideBacklog(context, rows, new Set(written.map(({ id }) => id)));
  return { inputs, tasks: [...written, ...beside.map(({ spec }) => spec)] };
}

/** Nothing to tell where no check is of a part only, and no task names its own. */
function likelyByTask({ checks, areas }: Settings, tasks: readonly TaskSpec[]): Plan["checksOf"] {
  const isSame = checks.every(({ when }) => when === undefined) && tasks.every((task) => task.checks === null);
  const namesOf = (task: TaskSpec): readonly string[] => likelyChecks(checks, task, areas).map(({ name }) => name);
  return new Map(isSame ? [] : tasks.map((task) => [task.id, namesOf(task)]));
}

const planJson = ({
  waves,
  criticalPath,
  expected,
  over,
  checks,
  first,
  checksOf,
  chosen,
  done,
}: Plan): PlanResult => ({
  v: jsonVersion,
  waves,
  criticalPath,
  done: over,
  tasks: expected.tasks.map(({ id, roles, calls, cost }) => ({
    id,
    calls: { ...calls },
    ...costJson(cost),
    roles: roles.map(({ role, model, why }) => ({ role, model, why })),
    ...(checksOf.has(id) ? { checks: checksOf.get(id) } : {}),
    ...(chosen.has(id) ? madeJson(chosen.get(id) ?? {}) : {}),
  })),
  calls: { ...expected.calls },
  ...costJson(expected.cost),
  forecast: done,
  checks: checks.map(({ name, lastMs }) => ({ name, lastMs })),
  measuredFirst: first.map(({ name, lastMs }) => ({ name, lastMs })),
});

function sayPlan({ out }: Program, plan: Plan): void {
  const { waves, criticalPath, expected, over, checks, first, checksOf, chosen, done } = plan;
  if (over.length > 0) out.line(`${counted(over.length, "task")} finished already: ${over.join(", ")}`);
  if (waves.length > 0) out.line(measuredFirstLine(first));
  for (const [index, ids] of waves.entries()) out.line(`wave ${index + 1}: ${ids.join(", ")}`);
  if (criticalPath.length > 1) out.line(`critical path: ${criticalPath.join(" > ")}`);
  const names = expected.tasks.flatMap(({ roles }) => roles.map(({ model }) => model ?? "nobody now"));
  const width = Math.max(0, ...names.map(displayWidth));
  for (const task of expected.tasks) {
    out.line();
    if (task.roles.length === 0) {
      out.line(`${task.id}: in parts, which are told of by themselves`);
      continue;
    }
    out.line(`${task.id}: ${task.calls.least} to ${task.calls.most} calls, ${money(task.cost)}`);
    const now = chosen.get(task.id);
    if (now !== undefined)
      printHanging(
        out,
        "  mode       ",
        clean(`${now.chosenMode.mode}, as its text is now: ${now.chosenMode.why.mode}`),
      );
    for (const { role, model, why } of task.roles)
      printHanging(out, `  ${roleWord[role].padEnd(10)} ${pad(model ?? "nobody now", width)}  `, why);
    const its = checksOf.get(task.id);
    if (its !== undefined)
      out.line(`  checks     ${its.length === 0 ? "none, unless it touches what they are for" : its.join(", ")}`);
  }
  out.line();
  if (checks.length > 0) {
    const times = checks.map(({ name, lastMs }) => (lastMs === null ? name : `${name} (${duration(lastMs)})`));
    printHanging(
      out,
      "",
      `a task that touches tests, set-up or scripts of checks runs those that read them twice: ${times.join(", ")}`,
    );
  }
  if (done !== null) printHanging(out, "", `${doneIn(done)}; as ${done.from} tasks before took, in 8 of 10 cases`);
  out.line(
    `in all ${expected.calls.least} to ${expected.calls.most} calls, ${money(expected.cost)}; nothing was started`,
  );
}
