import type { CheckResult } from "../domain/events.ts";
import { proofWords } from "../domain/proof.ts";
import type { CommitMessage } from "../engine/ports/workspace.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { approvalsOf } from "../policy/risk.ts";
import { changeInstead } from "./change-instead.ts";
import { checksOf } from "./checks-of.ts";
import { waitOutEnvironment } from "./environment.ts";
import { failAtGateLimit, type Passed, passGate, provenEvent, regainedEvents } from "./gate.ts";
import { isStill, reasonOf, resultOf } from "./merge-result.ts";
import { agreesToOwnGate, judgeTwice, type Judged } from "./own-gate.ts";
import { mergeSchema, nothing, type MergeResult } from "./results.ts";
import { reviewedWork } from "./reviewed-work.ts";
import { isUnchanged, type TaskProgress, type Unit } from "./task-progress.ts";

/** After so many conflicts in a row a person is asked: others keep changing the same lines. */
const mostConflicts = 3;

/** Checks, a person's yes where one is needed, and the merge; whatever is in the way goes back to the task. */
export async function gateAndMerge(work: TaskWork, progress: TaskProgress): Promise<void> {
  if (isUnchanged(progress)) return await finishUnchanged(work, progress);
  let conflicts = 0;
  for (let n = 1; ; n += 1) {
    const passed = await passGate(work, progress, `main/gate-${n}`);
    const asks = approvalsOf(work.task.spec, work.task.risk).includes("merge");
    if (asks && !(await mayMerge(work, progress, n, passed))) continue;
    if (work.task.settings.git.merge === "none") return await finishUnmerged(work, progress);
    const merged = await mergeWhenClear(work, progress, `main/merge/${n}`);
    switch (merged.kind) {
      case "merged":
        return;
      case "conflict":
        conflicts += 1;
        if (conflicts > mostConflicts) await askAboutConflict(work, n, merged);
        await bringOver(work, progress, `main/conflict-${n}`, merged.with, merged.files, []);
        break;
      case "red":
        progress.gateFailures += 1;
        failAtGateLimit(progress, merged);
        await bringOver(
          work,
          progress,
          `main/update-${n}`,
          merged.with,
          [],
          merged.failed.map((check) => `${check.name}: ${check.failures.join(", ")}\n${check.tail}`),
        );
        break;
      case "own_gate":
        await agreesToOwnGate(work, progress, merged.own, `main/merge/${n}`, `main/change-own-${n}`);
        break;
      case "blocked":
        await askAboutBlocked(work, n, merged.why);
        break;
    }
  }
}

/** Merges as soon as the checks of the merged state can be measured. */
async function mergeWhenClear(
  work: TaskWork,
  progress: TaskProgress,
  key: string,
): Promise<Exclude<MergeResult, { kind: "environment" }>> {
  for (let n = 1; ; n += 1) {
    const own = n === 1 ? key : `${key}/again-${n}`;
    const merged = await merge(work, progress, own);
    if (merged.kind !== "environment") return merged;
    await waitOutEnvironment(work, progress, own, merged.checks, merged.service);
  }
}

async function merge(work: TaskWork, progress: TaskProgress, key: string): Promise<MergeResult> {
  const { task, workspace, run } = work;
  const { merge: style } = task.settings.git;
  const checks = checksOf(work);
  return await task.once(
    key,
    {
      inputs: { commit: progress.tip, into: run.integration, style },
      result: mergeSchema,
      enters: (merged) => (merged.kind === "merged" ? "DONE" : isStill(merged) ? null : "IMPLEMENTING"),
      reason: (merged) => reasonOf(merged, run.integration),
    },
    async (effect): Promise<MergeResult> => {
      const seen: { judged: Judged | null } = { judged: null };
      const message: CommitMessage = {
        task: task.id,
        run: run.id,
        subject: `${task.id}: ${task.spec.goal}`,
        body: task.spec.details ?? "",
        key: `${task.id}/${effect.key}`,
        steps: [...progress.steps],
        models: [...progress.authors],
      };
      const outcome = await workspace.integration.merge({
        task: task.id,
        commit: progress.tip,
        base: progress.base,
        into: run.integration,
        style: style === "merge" ? "merge" : "squash",
        message,
        verify: async (commit, base) => {
          const judged = await judgeTwice(work, progress, { commit, base }, checks, effect);
          seen.judged = judged;
          return judged.own === null ? judged.results : [...judged.results, refusal(judged.own)];
        },
      });
      const own = seen.judged?.own ?? null;
      if (outcome.kind === "red" && own !== null) return { kind: "own_gate", with: outcome.with, own };
      if (outcome.kind === "red")
        for (const check of outcome.checks) effect.record({ type: "check.ended", data: check });
      if (outcome.kind === "conflict")
        effect.record({ type: "merge.conflict", data: { files: outcome.files, with: outcome.with } });
      if (outcome.kind === "merged") {
        const { commit, tip, proof } = outcome;
        effect.record({ type: "merge.done", data: { commit, into: run.integration, key: effect.key, tip } });
        if (proof !== null) effect.record(provenEvent(proof));
        const { results = [], waived = [] } = seen.judged ?? {};
        for (const event of regainedEvents(results, waived)) effect.record(event);
      }
      return resultOf(outcome);
    },
  );
}

/** What keeps the branch from moving when only the change's own gate is green. */
const refusal = (own: NonNullable<Judged["own"]>): CheckResult => ({
  name: "gate of the base",
  result: "fail",
  durationMs: 0,
  output: null,
  failures: own.checks.map(({ name }) => name),
  newFailures: own.checks.map(({ name }) => name),
  tree: "",
  tail: "",
});

/** The other side comes into the task's tree; an implementer resolves and a reviewer looks; then the gate again. */
async function bringOver(
  work: TaskWork,
  progress: TaskProgress,
  key: string,
  other: string,
  files: readonly string[],
  red: readonly string[],
): Promise<void> {
  const { task, workspace } = work;
  const unit: Unit = {
    key,
    step: null,
    kind: "conflict",
    title:
      files.length > 0 ? `resolve the conflict in ${files.join(", ")}` : "make the checks pass on the merged state",
    details: "",
    implementsFirst: true,
    review: true,
    enters: "QUALITY_GATE",
    arrange: async (worktree) =>
      void (await workspace.integration.materializeConflict(
        { task: task.id, path: worktree, branch: progress.branch },
        other,
      )),
    trouble: [...files.map((file) => `conflict in ${file}`), ...red],
    conflicts: files,
  };
  progress.session = null;
  await reviewedWork(work, progress, unit);
  // From here on the task's own changes are what it has beyond the other side.
  progress.base = other;
}

async function mayMerge(work: TaskWork, progress: TaskProgress, n: number, passed: Passed): Promise<boolean> {
  const { task } = work;
  const { proof, why } = passed;
  const merges = task.settings.git.merge !== "none";
  const known = [...(proof === null ? [] : [proofWords(proof)]), ...why].map((words) => `; ${words}`).join("");
  const given = await task.ask(`main/merge/${n}/person`, {
    kind: "merge",
    reason: "approval",
    text: `${task.id} is implemented and reviewed${known}. ${merges ? `Merge it into ${work.run.integration}` : `Take it as done on ${progress.branch}, unmerged`}?`,
    actions: ["approve", "request_changes", "reject", "retry", "take_over", "abort"],
    returnState: "QUALITY_GATE",
    evidence: {
      from: progress.base,
      to: progress.tip,
      base: progress.base,
      ...(merges ? { into: work.run.integration } : { branch: progress.branch }),
      risk: task.risk,
      why: [...why],
      ...(proof === null ? {} : { proof: proof.proof, proven_by: [...proof.provenBy] }),
    },
    to: (answer) =>
      answer.action === "approve"
        ? "QUALITY_GATE"
        : answer.action === "request_changes"
          ? "IMPLEMENTING"
          : answer.action === "retry"
            ? "QUALITY_GATE"
            : null,
  });
  if (given.action === "approve") return true;
  await changeInstead(work, progress, `main/change-${n}`, "merge", given);
  return false;
}

async function askAboutConflict(
  work: TaskWork,
  n: number,
  merged: Extract<MergeResult, { kind: "conflict" }>,
): Promise<void> {
  const given = await work.task.ask(`main/merge/${n}/conflict`, {
    kind: "conflict",
    reason: "again",
    text: `${work.task.id} conflicts with ${work.run.integration} again (${merged.files.join(", ")}). Let it try once more, or abort.`,
    actions: ["retry", "abort"],
    returnState: "IMPLEMENTING",
    evidence: { files: [...merged.files], with: merged.with },
    to: (answer) => (answer.action === "abort" ? null : "IMPLEMENTING"),
  });
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "conflict", message: given.text ?? `aborted by ${given.by}` });
}

async function askAboutBlocked(work: TaskWork, n: number, why: string): Promise<void> {
  const given = await work.task.ask(`main/merge/${n}/blocked`, {
    kind: "merge",
    reason: "blocked",
    text: `${work.task.id} cannot be merged: ${why}. Clear the way and retry, or abort.`,
    actions: ["retry", "abort"],
    returnState: "QUALITY_GATE",
    evidence: { why },
    to: (answer) => (answer.action === "abort" ? null : "QUALITY_GATE"),
  });
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "blocked", message: given.text ?? `aborted by ${given.by}` });
}

/** A person said that nothing is needed. */
async function finishUnchanged({ task }: TaskWork, { tip }: TaskProgress): Promise<void> {
  const reason = "nothing was needed";
  const options = { inputs: { commit: tip }, result: nothing, reason };
  await task.once("main/unchanged", { ...options, enters: "QUALITY_GATE" }, () => Promise.resolve(null));
  await task.once("main/done", { ...options, enters: "DONE" }, () => Promise.resolve(null));
}

/** git.merge: none. The approved tip is the result; dependants start from it. */
async function finishUnmerged(work: TaskWork, progress: TaskProgress): Promise<void> {
  await work.task.once(
    "main/done",
    { inputs: { commit: progress.tip }, result: nothing, enters: "DONE", reason: `approved on ${progress.branch}` },
    () => Promise.resolve(null),
  );
}
