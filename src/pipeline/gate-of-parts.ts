import { z } from "zod";

import { ServiceFault } from "../domain/workspace-error.ts";
import type { CheckResult } from "../domain/events.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { proofOf } from "../policy/proof.ts";
import { checksOf, waivedOf } from "./checks-of.ts";
import { waitOutEnvironment } from "./environment.ts";
import { blockingResults, failAtGateLimit, fixUnit, provenEvent, regainedEvents } from "./gate.ts";
import { withoutService } from "./own-gate.ts";
import { reviewedWork } from "./reviewed-work.ts";
import { isUnchanged, type TaskProgress } from "./task-progress.ts";

const tipSchema = z.object({ commit: z.string() });
const verdictSchema = z.object({
  green: z.boolean(),
  failed: z.array(z.object({ name: z.string(), failures: z.array(z.string()), tail: z.string() })),
  environment: z.array(z.string()),
  service: z.string().nullable(),
});

/** Sets the task's branch onto what its parts have brought together; what it has of its own already stays. */
export async function ontoParts(work: TaskWork, progress: TaskProgress, key: string): Promise<void> {
  if (!isUnchanged(progress)) return;
  const { task, workspace, run } = work;
  const { branch, worktree } = progress;
  const { commit } = await task.once(
    key,
    { inputs: {}, result: tipSchema, reason: "on top of its parts" },
    async (effect) => {
      const tip = (await workspace.history.tip(run.integration)) ?? progress.base;
      effect.record({ type: "task.based", data: { branch, base: tip, worktree } });
      return { commit: tip };
    },
  );
  progress.base = commit;
  progress.tip = commit;
}

/**
 * The checks on what has all parts. What is red there and was not where the task began goes to an implementer on the task's own
 * branch.
 */
export async function gateOfParts(work: TaskWork, progress: TaskProgress, start: string): Promise<void> {
  const { task, workspace, run } = work;
  const checks = checksOf(work);
  for (let n = 1; ; n += 1) {
    const key = `main/parts-gate/${n}`;
    await ontoParts(work, progress, `${key}/base`);
    const gate = await task.once(
      key,
      {
        inputs: { commit: progress.tip, base: start, checks: checks.map(({ name }) => name) },
        result: verdictSchema,
        enters: ({ green, environment }) => (green || environment.length > 0 ? "QUALITY_GATE" : "IMPLEMENTING"),
        reason: ({ green, failed, environment }) =>
          green
            ? "its parts pass the checks together"
            : environment.length > 0
              ? `not to be measured now: ${environment.join(", ")}`
              : `red together: ${failed.map(({ name }) => name).join(", ")}`,
      },
      async (effect) => {
        const waived = await waivedOf(work, progress);
        const { env } = task.settings;
        const commits = { commit: progress.tip, base: start };
        const request = { run: run.id, task: task.id, ...commits, checks, env, signal: effect.signal, waived };
        const results = checks.length === 0 ? [] : await workspace.gate.run(request).catch(resultsWithout);
        for (const result of results) effect.record({ type: "check.ended", data: result });
        const { green, failed, environment, service } = blockingResults(results);
        if (green) effect.record(provenEvent(proofOf(results)));
        for (const event of regainedEvents(results, waived)) effect.record(event);
        return { green, failed, environment, service };
      },
    );
    if (gate.environment.length > 0) {
      await waitOutEnvironment(work, progress, key, gate.environment, gate.service);
      continue;
    }
    if (gate.green) return;
    progress.gateFailures += 1;
    failAtGateLimit(progress, gate);
    progress.session = null;
    await reviewedWork(work, progress, fixUnit(`main/fix-parts-${n}`, gate));
  }
}

function resultsWithout(error: unknown): readonly CheckResult[] {
  if (error instanceof ServiceFault) return [withoutService(error)];
  throw error;
}
