import type { CheckSettings } from "../domain/settings.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { nextProbe, type Probe } from "../policy/suspect-stage.ts";
import { waivedOf } from "./checks-of.ts";
import { probeSchema, regressionSchema, type Regression } from "./roadmap-results.ts";
import type { RoadmapStory } from "./roadmap-story.ts";
import type { EndedStage } from "./stage-end.ts";
import type { TaskProgress } from "./task-progress.ts";

/** Of a stage's own change, for the prompt of who is to mend it. */
const mostDiffBytes = 8_000;

/** After which stage each of the red checks of an ended stage turned red, with what mends it is told. */
export async function findRegressions(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  ended: EndedStage,
): Promise<readonly Regression[]> {
  const found: Regression[] = [];
  for (const [index, failed] of ended.failed.entries()) {
    const check = work.task.settings.checks.find(({ name }) => name === failed.name);
    if (check === undefined) continue;
    found.push(
      await findRegression(work, progress, story, { check, ...failed }, `road/cause/${ended.name}/${index + 1}`),
    );
  }
  return found;
}

interface RedCheck {
  readonly check: CheckSettings;
  readonly name: string;
  readonly failures: readonly string[];
  readonly tail: string;
}

async function findRegression(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  red: RedCheck,
  key: string,
): Promise<Regression> {
  const begin = story.greenAfter.get(red.name) ?? 0;
  const tips = [progress.base, ...story.ends.map(({ tip }) => tip)].slice(begin);
  const probes: Probe[] = [];
  let next = nextProbe(tips.length, probes);
  for (; next.kind === "probe"; next = nextProbe(tips.length, probes)) {
    const { tip, confirms } = next;
    const commit = tips[tip] ?? progress.tip;
    const probe = await probeOnce(work, progress, red, { commit, anew: confirms }, `${key}/${probes.length + 1}`);
    probes.push({ tip, ...probe });
  }
  const culprit = next.kind === "culprit" ? next.culprit : null;
  const why = next.kind === "unproven" ? next.why : "";
  const stage = culprit === null ? null : (story.ends[begin + culprit - 1]?.stage ?? null);
  const green = culprit === null ? null : (tips[culprit - 1] ?? null);
  const first = culprit === null ? progress.tip : (tips[culprit] ?? progress.tip);
  const { task, workspace } = work;
  const { name: check, tail } = red;
  const failures = [...red.failures];
  return await task.once(
    `${key}/found`,
    {
      inputs: { stage, red: first },
      result: regressionSchema,
      reason: `${check} is red since ${stage ?? "nobody knows when"}`,
    },
    async (effect) => {
      const { generation } = task;
      effect.record({
        type: "stage.regressed",
        data: { generation, check, failures, stage, green, red: first, runs: probes.length },
      });
      const diff = green === null ? "" : (await workspace.history.diff(green, first, mostDiffBytes)).text;
      return { check, failures, tail, stage, why, diff };
    },
  );
}

/** Whether what fails now fails there too. */
async function probeOnce(
  work: TaskWork,
  progress: TaskProgress,
  { check, failures }: RedCheck,
  at: { readonly commit: string; readonly anew: boolean },
  key: string,
): Promise<Pick<Probe, "red">> {
  const { task, workspace, run } = work;
  return await task.once(
    key,
    {
      inputs: { commit: at.commit, check: check.name, anew: at.anew },
      result: probeSchema,
      reason: ({ red }) => `${check.name} is ${red === true ? "red" : "green"} at ${at.commit.slice(0, 7)}`,
    },
    async (effect) => {
      const results = await workspace.gate.run({
        run: run.id,
        task: task.id,
        commit: at.commit,
        base: progress.base,
        checks: [check],
        env: task.settings.env,
        signal: effect.signal,
        waived: await waivedOf(work, progress),
        ...(at.anew ? { anew: "all" } : {}),
      });
      const result = results.find(({ name }) => name === check.name);
      if (result === undefined || result.result === "environment") return { red: null };
      return { red: result.newFailures.some((failure) => failures.includes(failure)) };
    },
  );
}

/** What a stage is told that is opened again for it. */
export const troubleOfRegression = ({ check, failures, tail, diff }: Regression): string =>
  [
    `${check}: ${failures.slice(0, 20).join(", ")}`,
    tail,
    diff === "" ? "" : `It turned red with this change of the stage:\n${diff}`,
  ]
    .filter((part) => part !== "")
    .join("\n");
