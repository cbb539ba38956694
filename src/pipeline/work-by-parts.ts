import { z } from "zod";

import type { Joined, Part } from "../domain/parts.ts";
import type { EffectContext } from "../engine/task/durable-task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { joinedOf, type EndedPart } from "../policy/join-parts.ts";
import { isNamed } from "../policy/candidates.ts";
import { criteriaOf } from "../policy/criteria.ts";
import { joinerPrompt } from "../prompts/joiner.ts";
import { askModel } from "./ask-model.ts";
import { awaitParts } from "./await-parts.ts";
import { checkBy, checked } from "./checked-answer.ts";
import { decodeJoined } from "./decode-parts.ts";
import { gateOfParts, ontoParts } from "./gate-of-parts.ts";
import { gateAndMerge } from "./merge.ts";
import { nothing } from "./results.ts";
import { reviewedWork } from "./reviewed-work.ts";
import { isUnchanged, type TaskProgress } from "./task-progress.ts";

const joinedSchema: z.ZodType<Joined> = z.object({
  summary: z.string(),
  claims: z.array(z.object({ text: z.string(), sources: z.array(z.string()) })),
  unmet: z.array(z.string()),
  model: z.string().nullable(),
});

/**
 * A task that is split: its parts are over, what they come to is held against what was asked for, and the checks pass on the branch
 * that has them all.
 */
export async function workByParts(work: TaskWork, progress: TaskProgress, parts: readonly Part[]): Promise<void> {
  const start = progress.base;
  const rest = await awaitParts(work, parts);
  const own: string[] = [];
  const itself = async (key: string, criteria: readonly string[]): Promise<void> => {
    await doItself(work, progress, key, criteria);
    own.push(...criteria);
  };
  if (rest.length > 0) await itself("main/rest", [...new Set(rest.flatMap(({ covers }) => covers))]);
  for (let n = 1; ; n += 1) {
    const { unmet } = await join(work, progress, `main/joined/${n}`, parts, own);
    if (unmet.length === 0 || (await goesWithout(work, `main/joined/${n}`, unmet))) break;
    await itself(`main/unmet-${n}`, unmet);
  }
  await gateOfParts(work, progress, start);
  if (!isUnchanged(progress)) return await gateAndMerge(work, progress);
  const options = { inputs: {}, result: nothing, enters: "DONE", reason: "its parts are merged" } as const;
  await work.task.once("main/done", options, () => Promise.resolve(null));
}

/** What no part has brought, on the task's own branch, on top of what they have. */
async function doItself(
  work: TaskWork,
  progress: TaskProgress,
  key: string,
  criteria: readonly string[],
): Promise<void> {
  const { spec } = work.task;
  const missing = criteriaOf(spec).filter(({ id }) => criteria.includes(id));
  await ontoParts(work, progress, `${key}/base`);
  progress.session = null;
  await reviewedWork(work, progress, {
    key,
    step: null,
    kind: "step",
    title: `what the parts of ${work.task.id} have not brought`,
    details: missing.map(({ id, text }) => `${id}: ${text}`).join("\n"),
    implementsFirst: true,
    review: true,
    enters: "CODE_REVIEW",
    arrange: null,
    trouble: [],
    conflicts: [],
  });
}

async function join(
  work: TaskWork,
  progress: TaskProgress,
  key: string,
  parts: readonly Part[],
  own: readonly string[],
): Promise<Joined> {
  const { task } = work;
  return await task.once(
    key,
    {
      inputs: { parts: parts.map(({ id }) => id), own: [...own] },
      result: joinedSchema,
      enters: "CODE_REVIEW",
      reason: ({ summary }) => summary,
    },
    async (effect) => {
      const ended: EndedPart[] = [];
      for (const { id, goal, covers } of parts) ended.push({ id, goal, covers, isDone: await work.parts.holds(id) });
      if (own.length > 0)
        ended.push({ id: task.id, goal: "what its parts had not brought", covers: own, isDone: true });
      const joined = await synthesize(work, progress, effect, ended);
      effect.record({ type: "parts.joined", data: { generation: task.generation, ...joined } });
      return joined;
    },
  );
}

/** By the model that is named for it; where none is, or none answers, by rules. */
async function synthesize(
  work: TaskWork,
  progress: TaskProgress,
  effect: EffectContext,
  ended: readonly EndedPart[],
): Promise<Joined> {
  const { spec, settings } = work.task;
  const criteria = criteriaOf(spec);
  const byRules: Joined = { ...joinedOf(criteria, ended), model: null };
  if (!isNamed(settings, "synthesizer")) return byRules;
  const reports = await Promise.all(
    ended.map(async (part) => ({ ...part, said: (await reportOf(work, part)) ?? "Nothing was said of it." })),
  );
  const result = await askModel(work, progress, effect, {
    role: "synthesizer",
    step: null,
    round: 1,
    prompt: joinerPrompt({ spec, criteria, reports }),
    allowance: { forced: null, grantedMicros: 0 },
    exclude: [],
    check: checkBy("what the parts come to does not fit its schema", decodeJoined),
  });
  if (result.kind !== "success") return byRules;
  return { ...joinedOf(criteria, ended, checked(decodeJoined(result.answer))), model: result.model };
}

async function reportOf(work: TaskWork, { id, isDone }: EndedPart): Promise<string | null> {
  if (isDone) return await work.parts.report(id);
  return (await work.parts.get(id))?.failure?.message ?? null;
}

/** Whether a person takes it as done without what is unmet; false: the task does that itself. */
async function goesWithout(work: TaskWork, key: string, unmet: readonly string[]): Promise<boolean> {
  const { task } = work;
  const missing = criteriaOf(task.spec).filter(({ id }) => unmet.includes(id));
  const given = await task.ask(`${key}/person`, {
    kind: "parts",
    reason: "unmet",
    text: `The parts of ${task.id} are over, and ${missing.length === 1 ? "this is" : "these are"} unmet:\n${missing.map(({ id, text }) => `- ${id}: ${text}`).join("\n")}\nApprove: it counts as done without; restart: ${task.id} does it itself now, on top of its parts; or abort: what is merged stays, and the task is given up.`,
    actions: ["approve", "restart", "abort"],
    returnState: "CODE_REVIEW",
    evidence: { unmet: missing.map(({ id, text }) => `${id}: ${text}`) },
    to: ({ action }) => (action === "approve" ? "CODE_REVIEW" : action === "restart" ? "IMPLEMENTING" : null),
  });
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "unmet", message: given.text ?? `aborted by ${given.by}` });
  return given.action === "approve";
}
