import { taskDigest } from "../../backlog/digest.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { pipelines } from "../../pipeline/pipelines.ts";
import { nextGoalId } from "../inputs/goal-task.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

const mostRaces = 10;

/**
 * Adds a task of the command line to the ledger under the next free id. Two that are added at the same time get different ones.
 * `run`: whose it is until another takes it up; `settingsDigest`: of that run, "" where there is none.
 */
export async function addTask(
  context: RepositoryContext,
  { id: run, settingsDigest }: { readonly id: RunId; readonly settingsDigest: string },
  specOf: (id: TaskId) => TaskSpec,
): Promise<TaskSpec> {
  const { ledger, repository } = context;
  for (let races = 0; ; races += 1) {
    const spec = specOf(await nextGoalId(context));
    const pipelineVersion = pipelines[spec.mode]?.version ?? 0;
    const data = { spec, digest: taskDigest(spec), settingsDigest, pipelineVersion };
    try {
      await ledger.log.append({
        repository: repository.id,
        run,
        events: [{ type: "task.added", task: spec.id, data }],
      });
      return spec;
    } catch (error) {
      if (races >= mostRaces || (await ledger.tasks.get(repository.id, spec.id)) === null) throw error;
    }
  }
}
