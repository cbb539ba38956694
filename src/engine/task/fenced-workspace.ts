import type { Workspace } from "../ports/workspace.ts";

/**
 * The workspace as one running task uses it: before anything is done to a tree or a branch it is made sure that no other engine
 * has the task. An engine that stood still must not put back files under its successor's feet. `check` throws LeaseLost.
 */
export function fencedWorkspace(workspace: Workspace, check: () => Promise<void>): Workspace {
  const { trees, snapshots, integration } = workspace;
  const first = async <T>(act: () => Promise<T>): Promise<T> => {
    await check();
    return await act();
  };
  return {
    ...workspace,
    trees: {
      enter: (request) => first(() => trees.enter(request)),
      commit: (tree, base, message) => first(() => trees.commit(tree, base, message)),
      probe: (branch, base, key) => trees.probe(branch, base, key),
      discard: (tree, commit) => first(() => trees.discard(tree, commit)),
    },
    snapshots: { ...snapshots, take: (tree, reason) => first(() => snapshots.take(tree, reason)) },
    integration: {
      ...integration,
      merge: (request) => first(() => integration.merge(request)),
      materializeConflict: (tree, withCommit) => first(() => integration.materializeConflict(tree, withCommit)),
    },
  };
}
