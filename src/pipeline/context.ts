import type { FoundContext } from "../domain/analysis.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { foundContextSchema } from "./results.ts";
import type { TaskProgress } from "./task-progress.ts";

/** What is looked for when files are searched for a task. */
export const contextText = ({ goal, details }: TaskWork["task"]["spec"]): string => `${goal}\n${details ?? ""}`;

/** Searches the files of the task's base for what it is about, once; what was found stands in the prompts from now on. */
export async function findContext(work: TaskWork, progress: TaskProgress): Promise<FoundContext> {
  const { task } = work;
  const request = { commit: progress.base, text: contextText(task.spec) };
  const found = await task.once(
    "main/context",
    { inputs: request, result: foundContextSchema, reason: "context", withNext: true },
    async (effect) => {
      const made = await work.context.find(request, effect.signal);
      effect.signal.throwIfAborted();
      effect.record({ type: "context.found", data: { generation: task.generation, ...made } });
      return made;
    },
  );
  progress.found = found;
  return found;
}
