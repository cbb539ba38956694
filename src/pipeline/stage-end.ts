import type { Finding, PlanStep } from "../domain/answers.ts";
import type { NewEvent } from "../domain/events.ts";
import type { StageId, StageRecord } from "../domain/roadmap.ts";
import type { CheckSettings } from "../domain/settings.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { finish, type PlacedStage } from "../policy/roadmap-state.ts";
import { waivedOf } from "./checks-of.ts";
import { waitOutEnvironment } from "./environment.ts";
import { blockingResults } from "./gate.ts";
import { stageChecksSchema, stageDoneSchema, type StageChecks } from "./roadmap-results.ts";
import type { RoadmapStory } from "./roadmap-story.ts";
import type { TaskProgress } from "./task-progress.ts";

/** One opening of a stage whose steps are done. */
export interface WorkedStage {
  readonly id: StageId;
  readonly opening: number;
  /** ST1.2, for its keys. */
  readonly name: string;
  /** Tip of the branch when it was opened. */
  readonly from: string;
  readonly steps: readonly PlanStep[];
  /** Why units of it were left with open findings. */
  readonly stopped: readonly string[];
}

export interface EndedStage extends WorkedStage {
  /** Of its reviews. */
  readonly findings: readonly Finding[];
  /** Checks that are red and were green before the task's work. */
  readonly failed: StageChecks["failed"];
}

/** Runs the checks of a stage on what it has come to, and closes it with what it hands on to the later ones. */
export async function endStage(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  worked: WorkedStage,
): Promise<EndedStage> {
  const { task, workspace } = work;
  const { id, opening, name, from } = worked;
  const stage = story.state.stages.find((one) => one.id === id);
  if (stage === undefined) throw new Error(`the roadmap has no stage ${id}`);
  const checks = checksOfStage(work, story, stage);
  const red = await runStageChecks(work, progress, checks, name);
  const failed = red.failed.flatMap((check) => {
    const failures = check.failures.filter((failure) => !story.accepted.has(`${check.name}: ${failure}`));
    return failures.length === 0 ? [] : [{ ...check, failures }];
  });
  const findings = findingsOf(progress, worked);
  const owed = story.owed.get(id) ?? [];
  const { tip } = progress;
  const { record } = await task.once(
    `road/done/${name}`,
    { inputs: { from, tip }, result: stageDoneSchema, enters: "QUALITY_GATE", reason: `${id} is done`, withNext: true },
    async (effect) => {
      const diff = from === tip ? null : await workspace.history.diff(from, tip, 0);
      const files = (diff?.files ?? []).map(({ path }) => path);
      const made = recordOf(stage, worked, { files, findings, failed });
      const { generation } = task;
      const move = { stage: id, opening, from: "ACTIVE", to: "DONE", reason: stage.title, tip, record: made } as const;
      effect.record({ type: "stage.moved", data: { generation, ...move } });
      for (const event of settled(progress, owed, name)) effect.record(event);
      return { record: made };
    },
  );
  story.state = finish(story.state, id);
  story.ends.push({ stage: id, opening, tip });
  for (const check of checks)
    if (!failed.some((one) => one.name === check.name)) story.greenAfter.set(check.name, story.ends.length);
  story.rechecks.delete(id);
  story.records.push(record);
  story.owed.delete(id);
  story.troubles.delete(id);
  progress.findings = progress.findings.map((finding) => (owed.includes(finding.id) ? closed(finding) : finding));
  return { ...worked, findings, failed };
}

/** Findings of earlier openings that it was opened again for, and that no review holds open. */
const settled = ({ findings }: TaskProgress, owed: readonly string[], name: string): readonly NewEvent[] =>
  findings
    .filter(({ id, state }) => owed.includes(id) && state === "open")
    .map(({ id }) => ({ type: "finding.closed", data: { id, state: "closed", by: name } }));

const closed = (finding: Finding): Finding => (finding.state === "open" ? { ...finding, state: "closed" } : finding);

function findingsOf({ findings }: TaskProgress, { name, steps }: WorkedStage): readonly Finding[] {
  const subjects = new Set([name, ...steps.map(({ id }) => id)]);
  return findings.filter(({ subject }) => subjects.has(subject));
}

function checksOfStage(
  { task }: TaskWork,
  { rechecks }: RoadmapStory,
  { id, checks }: PlacedStage,
): readonly CheckSettings[] {
  const names = new Set([...checks, ...(rechecks.get(id) ?? [])]);
  return task.settings.checks.filter(({ name }) => names.has(name));
}

async function runStageChecks(
  work: TaskWork,
  progress: TaskProgress,
  checks: readonly CheckSettings[],
  name: string,
): Promise<StageChecks> {
  if (checks.length === 0 || progress.tip === progress.base) return { failed: [], environment: [], service: null };
  for (let n = 1; ; n += 1) {
    const key = `road/checks/${name}/${n}`;
    const run = await runChecksOnce(work, progress, checks, key);
    if (run.environment.length === 0) {
      progress.environmentFaults = 0;
      progress.serviceFaults = 0;
      return run;
    }
    await waitOutEnvironment(work, progress, key, run.environment, run.service);
  }
}

async function runChecksOnce(
  work: TaskWork,
  progress: TaskProgress,
  checks: readonly CheckSettings[],
  key: string,
): Promise<StageChecks> {
  const { task, workspace, run } = work;
  return await task.once(
    key,
    {
      inputs: { commit: progress.tip, base: progress.base, checks: checks.map((check) => check.name) },
      result: stageChecksSchema,
      enters: "QUALITY_GATE",
      reason: ({ failed, environment }) =>
        environment.length > 0
          ? `not to be measured now: ${environment.join(", ")}`
          : failed.length > 0
            ? `red at the end of a stage: ${failed.map((check) => check.name).join(", ")}`
            : "the checks of the stage pass",
    },
    async (effect) => {
      const results = await workspace.gate.run({
        run: run.id,
        task: task.id,
        commit: progress.tip,
        base: progress.base,
        checks,
        env: task.settings.env,
        signal: effect.signal,
        waived: await waivedOf(work, progress),
      });
      for (const result of results) effect.record({ type: "check.ended", data: result });
      const { failed, environment, service } = blockingResults(results);
      return { failed, environment, service };
    },
  );
}

const mostFiles = 20;
const mostSentences = 8;

/** What the later stages are told of it, without a model. */
function recordOf(
  { goal, title, doneWhen }: PlacedStage,
  { id, opening, steps }: WorkedStage,
  seen: Pick<EndedStage, "findings" | "failed"> & { readonly files: readonly string[] },
): StageRecord {
  const { files, findings, failed } = seen;
  const isOpen = findings.some(({ state }) => state === "open") || failed.length > 0;
  const by = steps.map((step) => step.id).join(", ");
  return {
    stage: id,
    opening,
    goal: goal === "" ? title : goal,
    files: files.slice(0, mostFiles),
    findings: findings
      .slice(0, mostSentences)
      .map((finding) => `${finding.id} ${finding.state}: ${short(finding.text)}`),
    failures: failed.slice(0, mostSentences).map(({ name, failures }) => `${name}: ${short(failures.join(", "))}`),
    met: isOpen ? [] : doneWhen.slice(0, mostSentences).map((sentence) => `${short(sentence)} (${by})`),
  };
}

const longest = 160;
const short = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
};
