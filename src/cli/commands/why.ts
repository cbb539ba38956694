import type { ConditionResult } from "../../actions/results/condition.ts";
import type { WhyResult } from "../../actions/results/events.ts";
import type { InputOf } from "../../actions/table.ts";
import type { EventData, RecordedEvent } from "../../domain/events.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { obstacleWords } from "../../domain/start-obstacle.ts";
import { brand } from "../../domain/brand.ts";
import { isTerminal } from "../../domain/task.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { analyseTask, namedFiles } from "../../policy/analyse-task.ts";
import { madeJson } from "../../view/json/analysis-json.ts";
import { eventJson } from "../../view/json/json-events.ts";
import { jsonVersion } from "../../view/json/json.ts";
import { roadmapJson } from "../../view/json/roadmap-json.ts";
import { entryOf, currentStyle } from "../../view/tasks/task-entry.ts";
import { reasonsOf, type Made, type Reasons } from "../../view/tasks/reasons.ts";
import { choiceRows } from "../../view/tasks/choice-lines.ts";
import { rowsOfParts } from "../../view/tasks/part-lines.ts";
import { roadmapRows, supervisionsOf, type Supervision } from "../../view/tasks/roadmap-why.ts";
import { reasonOf } from "../../view/tasks/task-row.ts";
import type { WhyRow } from "../../view/tasks/why-row.ts";
import { clean } from "../../view/text/clean.ts";
import { questionPhrase } from "../../view/text/state-styles.ts";
import { findTask } from "../inputs/find-task.ts";
import { conditionResults, printConditions } from "../output/print-conditions.ts";
import { printHanging } from "../output/print-hanging.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";
import { readFacts } from "../wiring/repository-facts.ts";

/** Who was chosen for each piece of a task's work, and why everybody else was not. */
export const command = (program: Program, input: InputOf<"why">, displays: Displays): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    const { out } = program;
    const task = await findTask(ledger, repository.id, input.task);
    const events = await ledger.log.since(0, {
      repository: repository.id,
      task: task.id,
      types: ["route.decided", "risk.raised", "task.split"],
    });
    const detail = await ledger.tasks.detail(repository.id, task.id);
    const made = detail ?? {};
    const reasons = await whyOf(ledger, task, made);
    const stages = await stagesOf(ledger, task, detail?.roadmap);
    const facts = await readFacts(ledger, repository.id, program.clock.now());
    if (displays.json) {
      out.json(whyJson(task.id, { reasons, made, stages }, events, conditionResults(program, facts)));
      return 0;
    }
    const entry = entryOf(task, facts.world);
    const obstacle = facts.now.obstacle(entry);
    const kept = reasonOf(entry, program.clock.now()) ?? (obstacle === null ? null : obstacleWords(obstacle));
    const told: readonly WhyRow[] = [
      ...Object.entries<string>({ ...reasons }).map(([label, text]) => ({ label, text })),
      ...(stages === null ? [] : roadmapRows(stages.roadmap, stages.supervised)),
      ...rowsOfParts(made, lastSplit(events), detail?.analysis?.complexity),
      ...events.flatMap((event) => (event.type === "risk.raised" ? [riskRow(event.data)] : [])),
    ];
    for (const { label = "", text } of told) printHanging(out, label.padEnd(12), clean(text));
    const decided = events.filter((event) => event.type === "route.decided");
    out.line(decided.length === 0 ? `nobody was chosen for ${task.id} yet` : "who does what:");
    for (const { indent = 0, text } of choiceRows(decided, made)) printHanging(out, " ".repeat(indent), clean(text), 4);
    const asked = facts.questions.find((question) => question.task === task.id);
    const now =
      asked === undefined ? kept : `asks for ${questionPhrase[asked.kind]}; see ${brand.bin} review ${task.id}`;
    if (now !== null) printHanging(out, "now: ", `${currentStyle(entry, program.clock.now()).word}, ${now}`);
    if (!isTerminal(task.state)) printConditions(program, facts);
    return 0;
  });

const lastSplit = (events: readonly RecordedEvent[]): EventData["task.split"] | undefined =>
  events.flatMap((event) => (event.type === "task.split" ? [event.data] : [])).at(-1);

const riskRow = ({ from, to, why }: EventData["risk.raised"]): WhyRow => ({
  label: "risk",
  text: `raised from ${from} to ${to}: ${why.join(", ")}`,
});

/** Why it is done as it is; where nobody has looked at it the rules say what they make of its text. */
async function whyOf(ledger: Ledger, task: TaskRow, made: Made): Promise<Reasons> {
  const settings = await ledger.runs.settings(task.settingsDigest);
  const past = await ledger.tasks.past(task.repository);
  const byText = analyseTask(task.spec, namedFiles(task.spec), settings ?? {}, past);
  return reasonsOf(task, made, byText, settings?.review ?? null);
}

interface Stages {
  readonly roadmap: TaskRoadmap;
  readonly supervised: readonly Supervision[];
}

/** The stages of a task, and whether anybody was asked to change them; null: it has none. */
async function stagesOf(ledger: Ledger, task: TaskRow, roadmap: TaskRoadmap | undefined): Promise<Stages | null> {
  if (roadmap === undefined) return null;
  return { roadmap, supervised: supervisionsOf(await ledger.tasks.results(task.repository, task.id, task.generation)) };
}

const whyJson = (
  task: TaskId,
  { reasons, made, stages }: { readonly reasons: Reasons; readonly made: Made; readonly stages: Stages | null },
  events: readonly RecordedEvent[],
  conditions: readonly ConditionResult[],
): WhyResult => ({
  v: jsonVersion,
  task,
  reasons,
  ...madeJson(made),
  decisions: events.flatMap((event) => {
    const line = eventJson(event);
    return line?.type === "route.decided" ? [line] : [];
  }),
  ...(stages === null ? {} : { roadmap: roadmapJson(stages.roadmap), supervised: stages.supervised }),
  conditions,
});
