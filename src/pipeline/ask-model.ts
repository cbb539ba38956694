import type { NewEvent } from "../domain/events.ts";
import type { Failure } from "../domain/failure.ts";
import type { ModelName, StepId } from "../domain/ids.ts";
import type { Tier } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";
import type { CallRequest, CallResult } from "../engine/attempt/call-request.ts";
import type { AdapterOutcome } from "../engine/ports/adapter.ts";
import type { EffectContext } from "../engine/task/durable-task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { refusalText } from "../policy/budget.ts";
import { noWords, type Trouble } from "./trouble.ts";
import type { Allowance } from "./retry-until-result.ts";
import type { TaskProgress } from "./task-progress.ts";

export interface ModelCallRequest {
  readonly role: Role;
  readonly step: StepId | null;
  readonly round: number;
  readonly prompt: CallRequest["prompt"];
  readonly allowance: Allowance;
  readonly exclude: readonly ModelName[];
  readonly check: (outcome: AdapterOutcome) => Failure | null;
  /** Only a model of this tier is asked, and only one that is free: nothing is waited for. */
  readonly onlyNow?: Tier;
  /** Puts more into the tree after it was brought to the tip. */
  readonly arrange?: ((worktree: string) => Promise<void>) | null;
}

/** Asks a model inside an effect, in the task's tree at its tip. Readers leave the tree as they found it. */
export async function askModel(
  work: TaskWork,
  progress: TaskProgress,
  effect: EffectContext,
  asking: ModelCallRequest,
): Promise<CallResult> {
  const { task, workspace } = work;
  const writes = asking.role === "implementer";
  const result = await work.call({
    key: effect.key,
    role: asking.role,
    step: asking.step,
    ...(progress.stage === null ? {} : { stage: progress.stage }),
    round: asking.round,
    prompt: asking.prompt,
    workdir: progress.worktree,
    access: writes ? "write" : "read",
    base: progress.tip,
    tree: () => workspace.history.treeOf(progress.tip),
    prepare: async (why) => {
      await enterTree(work, progress, why);
      if (asking.arrange !== undefined && asking.arrange !== null) await asking.arrange(progress.worktree);
    },
    check: asking.check,
    authors: asking.role === "planner" ? [] : [...progress.authors],
    session: writes ? progress.session : null,
    struggles: { rejections: progress.rejections, gateFailures: progress.gateFailures },
    exclude: asking.exclude,
    forced: asking.allowance.forced,
    grantedMicros: asking.allowance.grantedMicros,
    ...tierWanted(progress, asking),
  });
  if (!writes) {
    const paths = await workspace.trees.discard(
      { task: task.id, path: progress.worktree, branch: progress.branch },
      progress.tip,
    );
    if (paths.length > 0) effect.record({ type: "changes.discarded", data: { role: asking.role, paths } });
  }
  return result;
}

function tierWanted({ chosen }: TaskProgress, { onlyNow }: ModelCallRequest): Partial<CallRequest> {
  if (onlyNow !== undefined)
    return { tier: { tier: onlyNow, only: true, why: `only a ${onlyNow} model is asked` }, giveUpAtMs: Infinity };
  return chosen === null || chosen.tier === null
    ? {}
    : { tier: { tier: chosen.tier, only: false, why: chosen.why.tier } };
}

/** The tree at the task's tip and clean; what was there goes into a snapshot that is recorded at once. */
export async function enterTree(
  work: TaskWork,
  progress: Pick<TaskProgress, "branch" | "tip">,
  reason: string,
): Promise<string> {
  const { tree, snapshot } = await work.workspace.trees.enter({
    task: work.task.id,
    branch: progress.branch,
    commit: progress.tip,
    reason,
    keep: false,
  });
  if (snapshot !== null) {
    const { n, ref, commit } = snapshot;
    const event: NewEvent = { type: "snapshot.made", data: { n, ref, commit, reason } };
    await work.record([event]);
  }
  return tree.path;
}

/** A call that brought nothing, as a pipeline's result. */
export function troubleOf(result: Exclude<CallResult, { kind: "success" }>): Trouble {
  if (result.kind === "budget") {
    const { refusal } = result;
    return {
      kind: "trouble",
      what: "budget",
      type: "budget",
      reason: refusal.scope,
      message: refusalText(refusal),
      retryable: false,
      wantedMicros: refusal.wantedMicros,
      ...noWords,
      ...(refusal.budget === undefined ? {} : { budget: refusal.budget }),
      ...(refusal.capMicros === undefined ? {} : { capMicros: refusal.capMicros }),
    };
  }
  const { failure } = result;
  return {
    kind: "trouble",
    what: "models",
    type: failure.type,
    reason: failure.reason,
    message: failure.message,
    retryable: result.retryable,
    wantedMicros: 0,
    ...noWords,
  };
}
