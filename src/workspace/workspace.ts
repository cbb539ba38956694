import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Snapshot, Snapshots, Tree, Workspace, WorkspaceOptions } from "../engine/ports/workspace.ts";
import { createGate } from "./gate.ts";
import { commitOf } from "./commits.ts";
import { createHistory } from "./history.ts";
import { createIntegration } from "./integration.ts";
import { createPresent } from "./present.ts";
import { removeWorktree } from "./remove-worktree.ts";
import { Services } from "./standing-services.ts";
import { snapshotRef, takeSnapshot, writeFiles } from "./snapshots.ts";
import { createTrees } from "./trees.ts";
import { createWatch } from "./watch/watch.ts";
import { openSite, openTask, type WorkspaceContext, type WorkspaceDeps } from "./workspace-context.ts";
import { checkTask } from "./worktree-folder.ts";

/**
 * Worktrees, commits, merges and checks of one repository, on real git. What the user's repository or tools do wrong is
 * thrown as a WorkspaceError (git's own faults as a GitError); conflicts, red checks and blocked branches are results.
 * Each task's worktree is worked in by one caller at a time.
 */
export function openWorkspace(options: WorkspaceOptions, deps: WorkspaceDeps): Workspace {
  const context = openSite(options, deps);
  const services = new Services(context);
  return {
    trees: createTrees(context),
    snapshots: createSnapshots(context),
    history: createHistory(context),
    integration: createIntegration(context),
    gate: createGate(context, { ...deps, services }),
    watch: createWatch(context),
    present: createPresent(context),
    endServices: () => services.end(),
  };
}

function createSnapshots(context: WorkspaceContext): Snapshots {
  return {
    take: (tree, reason) => take(context, tree, reason),
    restore: (task, n, into) => restore(context, task, n, into),
    remove: (task) => removeWorktree(context, task),
  };
}

async function take(context: WorkspaceContext, tree: Tree, reason: string): Promise<Snapshot | null> {
  const worktree = await openTask(context, tree.task);
  const taken = await takeSnapshot(context.git, worktree, tree.task, reason);
  if (taken === null) return null;
  if (taken.unread !== "") {
    const what = taken.unread.slice(0, 1_000);
    context.note("warn", `${taken.snapshot.ref} is without what git could not read: ${what}`, tree.task);
  }
  return taken.snapshot;
}

async function restore(
  context: WorkspaceContext,
  task: string,
  n: number,
  into: string,
): Promise<{ readonly files: number }> {
  const at = await context.at();
  checkTask(task);
  const commit = await commitOf(context.git, at.place, snapshotRef(task, n));
  if (commit === null) throw new WorkspaceError("git", `${task} has no snapshot ${n}`);
  return { files: await writeFiles(context.git, at, commit, into) };
}
