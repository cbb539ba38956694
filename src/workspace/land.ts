import type { Integration } from "../engine/ports/workspace.ts";
import { commitOf, commitTree, isAncestor } from "./commits.ts";
import { mergeTrees } from "./merge-trees.ts";
import { moveBranch } from "./move-branch.ts";
import { checkBranch, type WorkspaceContext } from "./workspace-context.ts";

type Landed = Awaited<ReturnType<Integration["land"]>>;

const mostRaces = 10;

/**
 * Brings one branch to another: as a fast-forward where it can be, else by a merge commit made beside the checkouts. A
 * checkout of the target only ever moves forward to that commit. Conflicts and uncommitted changes move nothing.
 */
export async function land(context: WorkspaceContext, from: string, target: string): Promise<Landed> {
  const { git } = context;
  checkBranch(from);
  checkBranch(target);
  const at = await context.at();
  for (let races = 0; races < mostRaces; races += 1) {
    const source = await commitOf(git, at.place, `refs/heads/${from}`);
    const tip = await commitOf(git, at.place, `refs/heads/${target}`);
    if (source === null) return { kind: "blocked", why: `there is no branch ${from}: nothing was merged yet` };
    if (tip === null) return { kind: "blocked", why: `there is no branch ${target}` };
    if (await isAncestor(git, at.place, source, tip)) return { kind: "landed", commit: tip };
    const to = (await isAncestor(git, at.place, tip, source))
      ? { commit: source }
      : await mergeCommit(context, tip, source, `Merge branch '${from}' into ${target}`);
    if ("conflict" in to) {
      const files = to.conflict.slice(0, 5).join(", ");
      return {
        kind: "blocked",
        why: `${target} and ${from} changed the same lines (${files}); merge ${from} into ${target} by hand`,
      };
    }
    const moved = await moveBranch(git, at, { branch: target, from: tip, to: to.commit, why: `land ${from}` });
    if (moved.kind === "moved") return { kind: "landed", commit: to.commit };
    if (moved.kind === "blocked") return moved;
  }
  return { kind: "blocked", why: `${target} moved ${mostRaces} times meanwhile; try again` };
}

async function mergeCommit(
  context: WorkspaceContext,
  tip: string,
  source: string,
  text: string,
): Promise<{ readonly commit: string } | { readonly conflict: readonly string[] }> {
  const { place } = await context.at();
  const merged = await mergeTrees(context.git, place, tip, source);
  if ("conflict" in merged) return merged;
  return {
    commit: await commitTree(context.git, place, { tree: merged.tree, parents: [tip, source], text: `${text}\n` }),
  };
}
