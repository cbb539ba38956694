import { z } from "zod";

import type { Analysis } from "../domain/analysis.ts";
import { splitKey, type Part } from "../domain/parts.ts";
import type { EffectContext } from "../engine/task/durable-task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { isNamed } from "../policy/candidates.ts";
import { criteriaOf } from "../policy/criteria.ts";
import { mayBeSplit, mostParts, specsOfParts, splitOf, type Split } from "../policy/split.ts";
import { splitterPrompt } from "../prompts/splitter.ts";
import { askModel } from "./ask-model.ts";
import { checkBy, checked } from "./checked-answer.ts";
import { decodeSplit } from "./decode-parts.ts";
import type { TaskProgress } from "./task-progress.ts";

const part: z.ZodType<Part> = z.object({
  id: z.string(),
  goal: z.string(),
  covers: z.array(z.string()),
  quote: z.string(),
  files: z.array(z.string()),
  needs: z.array(z.string()),
  complexity: z.number(),
});

const splitSchema: z.ZodType<Split> = z.object({ parts: z.array(part), why: z.string() });

/**
 * The parts a task is done in; none: it is done as a whole. A model is asked only where the task is large enough, and what it proposes
 * is taken whole or not at all. The parts are tasks from the same moment on.
 */
export async function considerSplit(
  work: TaskWork,
  progress: TaskProgress,
  analysis: Pick<Analysis, "complexity" | "features" | "files">,
): Promise<readonly Part[]> {
  const { task } = work;
  const { spec, settings } = task;
  if (!mayBeSplit(spec, analysis, settings)) return [];
  const split = await task.once(
    splitKey,
    {
      // Steps as ledgers have them: there never were any.
      inputs: { complexity: analysis.complexity, steps: null },
      result: splitSchema,
      enters: ({ parts }) => (parts.length > 0 ? "IMPLEMENTING" : null),
      reason: ({ parts, why }) => (parts.length > 0 ? `split into ${parts.length} parts` : `kept whole: ${why}`),
    },
    async (effect) => {
      const { parts, why } = await propose(work, progress, effect, analysis.files);
      effect.record({ type: "task.split", data: { generation: task.generation, parts, why } });
      for (const event of work.parts.added(specsOfParts(spec, parts, settings.budget.taskMicros))) effect.record(event);
      return { parts, why };
    },
  );
  return split.parts;
}

async function propose(
  work: TaskWork,
  progress: TaskProgress,
  effect: EffectContext,
  located: Analysis["files"],
): Promise<Split> {
  const { spec, settings } = work.task;
  const files = located.map(({ path }) => path);
  const role = isNamed(settings, "analyst") ? "analyst" : "planner";
  const result = await askModel(work, progress, effect, {
    role,
    step: null,
    round: 1,
    prompt: splitterPrompt(role, { spec, criteria: criteriaOf(spec), files, most: mostParts }),
    allowance: { forced: null, grantedMicros: 0 },
    exclude: [],
    check: checkBy("the parts do not fit their schema", decodeSplit),
  });
  if (result.kind === "budget") return { parts: [], why: "its budget leaves no room to ask" };
  if (result.kind === "failed") return { parts: [], why: `nobody could say how: ${result.failure.message}` };
  const proposed = checked(decodeSplit(result.answer));
  const known = await work.parts.rows();
  const from = known.reduce((most, { id }) => Math.max(most, Number(id.slice(spec.id.length + 1)) || 0), 0) + 1;
  // Of more parts than there may be none is looked at.
  const ids = proposed.slice(0, mostParts).map((_, place) => `${spec.id}.${from + place}`);
  return splitOf(spec, proposed, { from, taken: await work.parts.taken(ids) });
}
