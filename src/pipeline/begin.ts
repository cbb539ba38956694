import type { TaskState } from "../domain/task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { branchName } from "../policy/branch-name.ts";
import { baseSchema, nothing, startSchema, type BaseResult, type StartResult } from "./results.ts";
import type { TaskProgress } from "./task-progress.ts";

/**
 * Gives the task its branch and tree on the integration branch as it is now. `enters` is the first state of the mode. Null: it
 * was merged before, by a run of a ledger that is gone, and a person takes that as done.
 */
export async function begin(work: TaskWork, enters: TaskState): Promise<TaskProgress | null> {
  const first = await startOf(work, "main/start", enters, work.task.restartReason === null);
  if (first.merged !== null && (await isTakenAsDone(work, first.merged))) return null;
  const start = first.merged === null ? first : await startOf(work, "main/start/again", enters, false);
  return {
    branch: start.branch,
    worktree: start.worktree,
    measuredFirst: start.measured,
    base: start.commit,
    tip: start.commit,
    chosen: null,
    plan: null,
    found: null,
    stage: null,
    decisions: [],
    findings: [],
    authors: new Set(),
    steps: new Set(),
    session: null,
    rejections: 0,
    gateFailures: 0,
    agreed: null,
    planned: [],
    environmentFaults: 0,
    serviceFaults: 0,
    words: null,
    forced: null,
    snapshot: null,
    restartReason: work.task.restartReason,
  };
}

function startOf(work: TaskWork, key: string, enters: TaskState, looksForMerge: boolean): Promise<StartResult> {
  const { task, workspace, run } = work;
  const { git } = task.settings;
  const branch = branchName(git.branchPrefix, task.spec, task.restartReason?.reopened?.generation ?? null);
  return task.once(
    key,
    {
      inputs: { branch },
      result: startSchema,
      enters: ({ merged }) => (merged === null ? enters : null),
      reason: ({ merged }) => (merged === null ? "started" : "was merged before"),
      withNext: true,
    },
    async (effect): Promise<StartResult> => {
      const commit = (await workspace.history.tip(run.integration)) ?? (await workspace.history.tip(run.base));
      if (commit === null) throw new Error(`the base branch ${run.base} has no commit; commit something on it first`);
      const looks = looksForMerge && git.merge !== "none";
      const merged = looks ? await workspace.history.mergeOf(task.id, task.spec.goal, commit) : null;
      if (merged !== null) return { branch, commit, worktree: "", measured: true, merged };
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
      return { branch, commit, worktree: tree.path, measured: true, merged };
    },
  );
}

/** Work that is merged is not done, and paid, again unless somebody says so. */
async function isTakenAsDone(
  { task, run }: TaskWork,
  { commit, tip }: NonNullable<StartResult["merged"]>,
): Promise<boolean> {
  const given = await task.ask("main/start/merged-before", {
    kind: "other",
    reason: "merged_before",
    text: `${task.id} was merged before, as ${commit.slice(0, 12)}, and this ledger does not know of it: it is not the one of that run. Keep that as its work, do it again (restart), or abort it?`,
    actions: ["keep", "restart", "abort"],
    returnState: "NEW",
    evidence: { commit, into: run.integration },
    to: ({ action }) => (action === "keep" ? "QUALITY_GATE" : action === "restart" ? "NEW" : null),
  });
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "merged_before", message: given.text ?? `aborted by ${given.by}` });
  if (given.action === "restart") return false;
  await task.once(
    "main/merge/before",
    { inputs: { commit }, result: nothing, enters: "DONE", reason: `merged before as ${commit.slice(0, 12)}` },
    (effect) => {
      effect.record({ type: "merge.done", data: { commit, into: run.integration, key: effect.key, tip } });
      return Promise.resolve(null);
    },
  );
  return true;
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
        withNext: true,
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
        // Where the start is of an earlier generation, that may have stood on another base since.
        const isKept = task.restartReason?.keep.includes("main/start") === true;
        if (base.commit !== progress.base || isKept)
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
