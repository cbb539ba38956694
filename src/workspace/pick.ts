import type { Brought, PickRequest } from "../engine/ports/workspace.ts";
import { mostRaces, verifiedBy } from "./bring.ts";
import { commitText } from "./commit-message.ts";
import { commitOf, commitTree, isAncestor, treeOf } from "./commits.ts";
import { commitByKey } from "./find-merges.ts";
import { pickTrees } from "./merge-trees.ts";
import { freedomOf, moveBranch } from "./move-branch.ts";
import { checkBranch, type WorkspaceContext } from "./workspace-context.ts";

/**
 * Does to a branch what some commits of another did, each as a commit of its own, once the last is verified. The other branch,
 * `source`, then says that it has them: its files stay as they are, and neither is ever merged with what it has itself. It
 * moves first, so that whatever is cut off in between, the branch is behind it and no more.
 */
export async function pick(context: WorkspaceContext, request: PickRequest): Promise<Brought> {
  const { git } = context;
  const { into, source } = request;
  checkBranch(into);
  const at = await context.at();
  for (let races = 0; races < mostRaces; races += 1) {
    const tip = await commitOf(git, at.place, `refs/heads/${into}`);
    if (tip === null) return { kind: "blocked", why: `there is no branch ${into}` };
    // What comes to it while the checks run is not built on unseen.
    const from = source === null ? null : await commitOf(git, at.place, `refs/heads/${source}`);
    const freedom = await freedomOf(git, at, into);
    if (freedom.kind === "blocked") return freedom;
    const left = await notThere(context, request, tip);
    if (left.commits.length === 0) return { kind: "there", tip };
    const made = await chainOf(context, left, tip);
    if (made.kind !== "made") return made;
    const verified = await verifiedBy(request.verify, made.commit, tip);
    if (verified.kind === "red") return verified;
    const { proof } = verified;
    const last = await chainOf(context, left, tip, proof);
    if (last.kind !== "made") return last;
    const known = source === null ? "moved" : await record(context, { into, source, from, tip, commit: last.commit });
    if (known === "raced") continue;
    if (known !== "moved") return { kind: "blocked", why: known };
    const moved = await moveBranch(git, at, { branch: into, from: tip, to: last.commit, why: request.why });
    if (moved.kind === "moved") return { kind: "brought", commit: last.commit, from: tip, by: "merge", proof };
    if (moved.kind === "blocked") return moved;
  }
  return { kind: "blocked", why: `${into} moved ${mostRaces} times meanwhile; try again` };
}

/** Without those that a command which was cut off has brought there. */
async function notThere({ git, at }: WorkspaceContext, request: PickRequest, tip: string): Promise<PickRequest> {
  const { place } = await at();
  const commits: PickRequest["commits"][number][] = [];
  for (const one of request.commits) {
    const range = { since: one.commit, tip, firstParent: false };
    if ((await commitByKey(git, place, range, one.message.key)) === null) commits.push(one);
  }
  return { ...request, commits };
}

/** The commits anew, one upon the other; the last says what its checks prove. */
async function chainOf(
  context: WorkspaceContext,
  { commits }: PickRequest,
  tip: string,
  proof: Parameters<typeof commitText>[1] = null,
): Promise<{ readonly kind: "made"; readonly commit: string } | Extract<Brought, { kind: "conflict" }>> {
  const { git } = context;
  const { place } = await context.at();
  let commit = tip;
  for (const [index, { commit: of, message }] of commits.entries()) {
    const picked = await pickTrees(git, place, commit, of);
    if ("conflict" in picked) return { kind: "conflict", files: picked.conflict, with: of };
    const text = commitText(message, index === commits.length - 1 ? proof : null);
    commit = await commitTree(git, place, { tree: picked.tree, parents: [commit], text });
  }
  return { kind: "made", commit };
}

/** Says in the history of `source` that it has what stands on the other branch now. Returns why not, in a sentence. */
async function record(
  context: WorkspaceContext,
  {
    into,
    source,
    from,
    tip,
    commit,
  }: {
    readonly into: string;
    readonly source: string;
    /** Where it stood before the checks ran. */
    readonly from: string | null;
    readonly tip: string;
    readonly commit: string;
  },
): Promise<string> {
  const { git } = context;
  const at = await context.at();
  if (from === null) return `there is no branch ${source}`;
  if (!(await isAncestor(git, at.place, tip, from))) return `${source} does not have all of ${into}; try again`;
  const tree = await treeOf(git, at.place, from);
  const why = `Merge branch '${into}' into ${source}`;
  const to = await commitTree(git, at.place, { tree, parents: [from, commit], text: `${why}\n` });
  const moved = await moveBranch(git, at, { branch: source, from, to, why });
  return moved.kind === "blocked" ? moved.why : moved.kind;
}
