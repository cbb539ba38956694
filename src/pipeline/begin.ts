import type { TaskState } from "../domain/task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { branchName } from "../policy/branch-name.ts";
import { baseSchema, startSchema, type BaseResult } from "./results.ts";
import type { TaskProgress } from "./task-progress.ts";

/** Gives the task its branch and tree on the integration branch as it is now. `enters` is the first state of the mode. */
export async function begin(work: TaskWork, enters: TaskState): Promise<TaskProgress> {
  const { task, workspace, run } = work;
  const { git } = task.settings;
  const branch = branchName(git.branchPrefix, task.spec);
  const start = await task.once(
    "main/start",
    { inputs: { branch }, result: startSchema, enters, reason: "started" },
    async (effect) => {
      const commit = (await workspace.history.tip(run.integration)) ?? (await workspace.history.tip(run.base));
      if (commit === null) throw new Error(`the base branch ${run.base} has no commit; commit something on it first`);
      const { tree, snapshot } = await workspace.trees.enter({
        task: task.id,
        branch,
        commit,
        reason: "before starting",
        keep: false,
      });
      if (snapshot !== null)
        effect.record({
          type: "snapshot.made",
          data: { n: snapshot.n, ref: snapshot.ref, commit: snapshot.commit, reason: snapshot.reason },
        });
      effect.record({ type: "task.based", data: { branch, base: commit, worktree: tree.path } });
      return { branch, commit, worktree: tree.path, measured: true };
    },
  );
  return {
    branch,
    worktree: start.worktree,
    measuredFirst: start.measured,
    base: start.commit,
    tip: start.commit,
    plan: null,
    findings: [],
    authors: new Set(),
    steps: new Set(),
    session: null,
    rejections: 0,
    gateFailures: 0,
    agreed: null,
    planned: [],
    environmentFaults: 0,
    words: null,
    forced: null,
    snapshot: null,
    restartReason: task.restartReason,
  };
}

/** Resolves the base when implementing starts: it holds the work of all needs, not what was there when it was planned. */
export async function resolveBase(work: TaskWork, progress: TaskProgress, enters: TaskState): Promise<void> {
  const { task, workspace, run } = work;
  for (let n = 1; ; n += 1) {
    const found = await task.once(
      `main/base/${n}`,
      {
        inputs: { style: task.settings.git.merge },
        result: baseSchema,
        enters: (base: BaseResult) => (base.kind === "base" ? enters : null),
        reason: "its needs are met",
      },
      async (effect): Promise<BaseResult> => {
        const unmerged = task.settings.git.merge === "none";
        const onto = unmerged
          ? run.base
          : (await workspace.history.tip(run.integration)) === null
            ? run.base
            : run.integration;
        const tip = await workspace.history.tip(onto);
        if (tip === null) throw new Error(`the branch ${onto} is gone`);
        const base = await workspace.history.combine(tip, unmerged ? await work.needTips() : [], `base of ${task.id}`);
        if ("conflict" in base) return { kind: "conflict", files: [...base.conflict], with: base.with };
        effect.record({
          type: "task.based",
          data: { branch: progress.branch, base: base.commit, worktree: progress.worktree },
        });
        return { kind: "base", commit: base.commit };
      },
    );
    if (found.kind === "base") {
      progress.base = found.commit;
      progress.tip = found.commit;
      return;
    }
    const given = await task.ask(`main/base/${n}/conflict`, {
      kind: "conflict",
      reason: "needs",
      text: `The needs of ${task.id} do not merge with each other: ${found.files.join(", ")}. Merge them by hand and retry, or abort.`,
      actions: ["retry", "abort"],
      returnState: enters,
      evidence: { files: found.files, with: found.with },
      to: (answer) => (answer.action === "abort" ? null : enters),
    });
    if (given.action === "abort")
      throw new TaskFailed({
        type: "aborted",
        reason: "conflict",
        message: given.text ?? `the needs of ${task.id} conflict`,
      });
  }
}
