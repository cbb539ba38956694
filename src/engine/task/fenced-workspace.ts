import type { TaskId } from "../../domain/ids.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { BehindBack } from "../watching/behind-back.ts";
import type { TaskWriter } from "../writing/task-writer.ts";

const whatRuns = { check: "checks", setup: "the making of its worktree" } as const;

interface Fences {
  readonly writer: Pick<TaskWriter, "assertOurs" | "flush">;
  readonly entersBySetup: boolean;
  /** Done before the tip of a branch is built on. */
  readonly beforeTip: (branch: string) => Promise<void>;
}

/**
 * The workspace as one running task uses it: before anything is done to a tree or a branch it is made sure that no other engine
 * has the task. An engine that stood still must not put back files under its successor's feet, and gets LeaseLost. What
 * runs programs of the project is watched; nothing is built on a branch that somebody else has moved (AskFirst).
 */
export function fencedWorkspace(
  workspace: Workspace,
  task: TaskId,
  behindBack: BehindBack,
  { writer, entersBySetup, beforeTip }: Fences,
): Workspace {
  const { trees, snapshots, history, integration, gate } = workspace;
  const first = async <T>(act: () => Promise<T>): Promise<T> => {
    await writer.assertOurs();
    return await act();
  };
  /** What may take its time, or starts programs of the project. */
  const flushed = async <T>(act: () => Promise<T>): Promise<T> => {
    await writer.flush();
    return await first(act);
  };
  const watched = async <T>(kind: "check" | "setup", act: () => Promise<T>): Promise<T> => {
    const done = await behindBack.during({ task, kind, what: whatRuns[kind] }, act);
    behindBack.askFirst(task);
    return done;
  };
  return {
    ...workspace,
    trees: {
      // Without set-up no program of the project runs there.
      enter: (request) =>
        entersBySetup ? flushed(() => watched("setup", () => trees.enter(request))) : first(() => trees.enter(request)),
      commit: (tree, base, message) => first(() => trees.commit(tree, base, message)),
      probe: (branch, base, key) => trees.probe(branch, base, key),
      discard: (tree, commit) => first(() => trees.discard(tree, commit)),
    },
    snapshots: { ...snapshots, take: (tree, reason) => first(() => snapshots.take(tree, reason)) },
    history: {
      ...history,
      tip: async (branch) => {
        await behindBack.trust(task, branch);
        await beforeTip(branch);
        return await history.tip(branch);
      },
    },
    integration: {
      ...integration,
      merge: (request) =>
        flushed(async () => {
          await behindBack.trust(task, request.into);
          return await integration.merge({
            ...request,
            verify: async (commit, base) => {
              const checks = await request.verify(commit, base);
              // The tip it was made on was read before this look: a commit of somebody else is not built on.
              await behindBack.trust(task, request.into);
              return checks;
            },
          });
        }),
      materializeConflict: (tree, withCommit) => first(() => integration.materializeConflict(tree, withCommit)),
    },
    gate: {
      ...gate,
      judgeByBase: (request) => flushed(() => watched("check", () => gate.judgeByBase(request))),
      run: (request) =>
        flushed(async () => {
          await behindBack.lookAtCheckout(task);
          return await watched("check", () => gate.run(request));
        }),
    },
  };
}
