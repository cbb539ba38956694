import { z } from "zod";

import { workKinds, type Analysis, type ChosenMode } from "../domain/analysis.ts";
import type { EffectContext } from "../engine/task/durable-task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { analyseTask, modeFacts, withOpinion, type Located } from "../policy/analyse-task.ts";
import { candidatesOf } from "../policy/candidates.ts";
import { keptBody, keptPlan, keptReview } from "../policy/kept-keys.ts";
import { chooseMode } from "../policy/choose-mode.ts";
import { askModel } from "./ask-model.ts";
import { checkBy, checked } from "./checked-answer.ts";
import { decodeOpinion, type Opinion } from "./decode-answers.ts";
import { analystPrompt } from "./prompting.ts";
import type { TaskProgress } from "./task-progress.ts";

const analysisSchema: z.ZodType<Analysis> = z.object({
  complexity: z.number(),
  byRules: z.number(),
  byModel: z.number().nullable(),
  model: z.string().nullable(),
  kind: z.enum(workKinds),
  files: z.array(z.object({ path: z.string(), score: z.number(), symbols: z.array(z.string()) })),
  features: z.record(z.string(), z.union([z.number(), z.string()])),
  why: z.array(z.string()),
});

const chosenSchema: z.ZodType<ChosenMode> = z.object({
  mode: z.enum(["two-loop", "three-loop", "adaptive"]),
  hints: z.boolean(),
  tier: z.enum(["small", "medium", "large"]).nullable(),
  reviewPer: z.enum(["step", "task"]),
  why: z.object({ mode: z.string(), context: z.string(), tier: z.string(), review: z.string() }),
});

/** How hard the task is: by rules, and where a small model may be asked also by that. Committed with what it was made from. */
export async function analyse(work: TaskWork, progress: TaskProgress, located: Located): Promise<Analysis> {
  const { task } = work;
  return await task.once(
    "main/analysis",
    {
      inputs: { tip: progress.tip },
      result: analysisSchema,
      reason: ({ complexity }) => `complexity ${complexity} of 5`,
      withNext: !hasAnalyst(work),
    },
    async (effect) => {
      const ruled = analyseTask(task.spec, located, task.settings, await work.past());
      const asked = hasAnalyst(work) ? await askAnalyst(work, progress, ruled, effect) : null;
      const analysis = asked === null ? ruled : withOpinion(ruled, asked);
      effect.record({ type: "task.analysed", data: { generation: task.generation, analysis } });
      return analysis;
    },
  );
}

/** What the rules make of an analysis: the mode, and what goes with it. */
export async function choose(work: TaskWork, progress: TaskProgress, analysis: Analysis): Promise<ChosenMode> {
  const { task } = work;
  return await task.once(
    "main/mode",
    { inputs: {}, result: chosenSchema, reason: ({ mode }) => `mode ${mode}`, withNext: true },
    (effect) => {
      const chosen = asKept(work, chooseMode(modeFacts(task.spec, task.risk, analysis, task.settings)));
      effect.record({ type: "mode.chosen", data: { generation: task.generation, chosen } });
      return Promise.resolve(chosen);
    },
  );
}

/** Steps that are done go on by what they were planned with, and a plan that is kept is gone by. */
function asKept({ task }: TaskWork, chosen: ChosenMode): ChosenMode {
  const keep = task.restartReason?.keep ?? [];
  const body = keptBody(task.spec.mode, keep);
  if (body === null) {
    const mode = keptPlan(keep);
    const words = "its plan was agreed on before, and it goes on by that";
    return mode === null ? chosen : { ...chosen, mode, why: { ...chosen.why, mode: words } };
  }
  const words = "steps are done already, and the rest goes on as they were planned and reviewed";
  const why = { ...chosen.why, mode: words, review: words };
  return { ...chosen, mode: body, reviewPer: keptReview(keep) ?? chosen.reviewPer, why };
}

/** An opinion is worth a small model's call, never a dear one's. */
function hasAnalyst({ task: { spec, risk, settings } }: TaskWork): boolean {
  return candidatesOf({ role: "analyst", spec, risk, settings }).some(({ model }) => model.tier === "small");
}

/** One call; when it brings nothing the rules stand by themselves, and a note says why. */
async function askAnalyst(
  work: TaskWork,
  progress: TaskProgress,
  { files }: Analysis,
  effect: EffectContext,
): Promise<(Opinion & { readonly model: string }) | null> {
  const result = await askModel(work, progress, effect, {
    role: "analyst",
    step: null,
    round: 1,
    prompt: await analystPrompt(work, files),
    allowance: { forced: null, grantedMicros: 0 },
    exclude: [],
    check: checkBy("the opinion does not fit its schema", decodeOpinion),
    onlyNow: "small",
  });
  if (result.kind === "success") return { ...checked(decodeOpinion(result.answer)), model: result.model };
  const why = result.kind === "failed" ? result.failure.message : "its budget is used up";
  const text = `no analyst's opinion: ${why}; the rules decide`;
  effect.record({ type: "note", data: { level: "info", text } });
  return null;
}
