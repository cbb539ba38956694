import type { TaskWork } from "../engine/task/pipeline.ts";
import type { Changed } from "../policy/roadmap.ts";
import { askModel, troubleOf } from "./ask-model.ts";
import { checkBy, checked } from "./checked-answer.ts";
import { decodeChanges } from "./decode-roadmap.ts";
import { supervisorPrompt, type SupervisorQuestion } from "./prompting.ts";
import { supervisedSchema, type Supervised, type SupervisedResult } from "./roadmap-results.ts";
import { follow, revise, type RoadmapStory } from "./roadmap-story.ts";
import { retryUntilResult, type Allowance } from "./retry-until-result.ts";
import type { EndedStage } from "./stage-end.ts";
import type { TaskProgress } from "./task-progress.ts";

/** Asks the supervisor whether the roadmap has to change, and changes it. What is refused is told it once. */
export async function supervise(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  ended: EndedStage,
  reasons: readonly string[],
): Promise<Supervised> {
  const question = { stage: ended.id, reasons, findings: ended.findings, state: story.state };
  const ask = async (round: number, refused: string | null): Promise<Supervised> => {
    const key = `road/after/${ended.name}${round === 1 ? "" : "/again"}`;
    return await retryUntilResult<Supervised>(
      work,
      { key, step: null, state: "QUALITY_GATE", forced: null },
      (tryKey, allowance) => tryOnce(work, progress, story, { ...question, refused }, round, tryKey, allowance),
    );
  };
  const first = await ask(1, null);
  const said = first.changed.kind === "refused" ? await ask(2, first.changed.why) : first;
  follow(story, said.changed);
  return said;
}

async function tryOnce(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  question: SupervisorQuestion,
  round: number,
  key: string,
  allowance: Allowance,
): Promise<SupervisedResult> {
  return await work.task.once(
    key,
    {
      inputs: { tip: progress.tip, reasons: [...question.reasons], refused: question.refused },
      result: supervisedSchema,
      reason: (made) => (made.kind === "supervised" ? `${made.model}: ${wordsOf(made.changed)}` : made.message),
    },
    async (effect): Promise<SupervisedResult> => {
      const result = await askModel(work, progress, effect, {
        role: "supervisor",
        step: null,
        round,
        prompt: await supervisorPrompt(work, progress, round, question),
        allowance,
        exclude: [],
        check: checkBy("the changes do not fit their schema", decodeChanges),
      });
      if (result.kind !== "success") return troubleOf(result);
      const { changes, why } = checked(decodeChanges(result.answer));
      const revised = revise(work, progress, story, { changes, why, by: result.model, who: "model" });
      for (const event of revised.events) effect.record(event);
      const { reasons } = question;
      return {
        kind: "supervised",
        model: result.model,
        reasons: [...reasons],
        why,
        changes: [...changes],
        changed: revised.changed,
      };
    },
  );
}

function wordsOf(changed: Changed): string {
  switch (changed.kind) {
    case "same":
      return "the roadmap stays as it is";
    case "changed":
      return "the roadmap is changed";
    case "refused":
    case "person":
      return changed.why;
  }
}
