import type { TaskProof } from "../domain/proof.ts";
import type { CommitMessage, Integration, MergeOutcome, Tree, Verify } from "../engine/ports/workspace.ts";
import { bring, mostRaces, verifiedBy } from "./bring.ts";
import { commitText, proofFormat, proofIn } from "./commit-message.ts";
import { materializeConflict, conflictMarkers } from "./conflicts.ts";
import { commitOf, commitTree, isAncestor } from "./commits.ts";
import { commitByKey } from "./find-merges.ts";
import { gitLine } from "./git.ts";
import { takeBack } from "./take-back.ts";
import { mergeTrees, revertTrees, type MergedTree } from "./merge-trees.ts";
import { createBranch, freedomOf, moveBranch } from "./move-branch.ts";
import { pick } from "./pick.ts";
import { createSerialByName } from "./serial.ts";
import { checkBranch, type WorkspaceContext } from "./workspace-context.ts";

export function createIntegration(context: WorkspaceContext): Integration {
  const oneAtATime = createSerialByName();
  return {
    merge: (request) => oneAtATime(request.into, () => merge(context, request)),
    materializeConflict: (tree: Tree, withCommit) => materializeConflict(context, tree, withCommit),
    conflictMarkers: (tree, files) => conflictMarkers(context, tree, files),
    revert: (into, mergeCommit, message) => oneAtATime(into, () => revert(context, into, mergeCommit, message)),
    bring: (request) => oneAtATime(request.into, () => bring(context, request)),
    pick: (request) => oneAtATime(request.into, () => pick(context, request)),
    takeBack: (request) => oneAtATime(request.branch, () => takeBack(context, request)),
  };
}

type MergeRequest = Parameters<Integration["merge"]>[0];

/**
 * A change that is in the branch already becomes a commit without changes: each merged task has one commit of its own
 * that carries its key, so that a probe finds it and a revert of it undoes nobody else's work.
 */
async function merge(context: WorkspaceContext, request: MergeRequest): Promise<MergeOutcome> {
  const { into, base, commit, message } = request;
  checkBranch(into);
  const at = await context.at();
  if ((await commitOf(context.git, at.place, `refs/heads/${into}`)) === null) {
    const why = await createBranch(context.git, at, into, base);
    if (why !== null) return { kind: "blocked", why };
  }
  return addCommit(context, {
    into,
    since: base,
    message,
    makeTree: (tip) => mergeTrees(context.git, at.place, tip, commit),
    parents: (tip) => (request.style === "merge" ? [tip, commit] : [tip]),
    verify: request.verify,
  });
}

interface Addition {
  readonly into: string;
  /** A commit with the key is looked for in what came after this one; null: in all of the branch. */
  readonly since: string | null;
  readonly message: CommitMessage;
  readonly makeTree: (tip: string) => Promise<MergedTree>;
  readonly parents: (tip: string) => readonly string[];
  /** Null: nothing is verified. */
  readonly verify: Verify | null;
}

/** Makes one commit on a branch and moves the branch to it, unless it is there by its key already. */
async function addCommit(context: WorkspaceContext, addition: Addition): Promise<MergeOutcome> {
  const { git } = context;
  const { into, message } = addition;
  const at = await context.at();
  for (let races = 0; races < mostRaces; races += 1) {
    const tip = await commitOf(git, at.place, `refs/heads/${into}`);
    if (tip === null) return { kind: "blocked", why: `there is no branch ${into}` };
    const done = await findByKey(context, addition.since, tip, message.key);
    if (done !== null) return done;
    const freedom = await freedomOf(git, at, into);
    if (freedom.kind === "blocked") return freedom;
    const merged = await addition.makeTree(tip);
    if ("conflict" in merged) return { kind: "conflict", files: merged.conflict, with: tip };
    const parents = addition.parents(tip);
    const commitWith = (proof: TaskProof | null): Promise<string> =>
      commitTree(git, at.place, { tree: merged.tree, parents, text: commitText(message, proof) });
    let made = await commitWith(null);
    const verified = addition.verify === null ? null : await verifiedBy(addition.verify, made, tip);
    if (verified?.kind === "red") return verified;
    const proof = verified?.proof ?? null;
    if (proof !== null) made = await commitWith(proof);
    const moved = await moveBranch(git, at, { branch: into, from: tip, to: made, why: `merge ${message.task}` });
    if (moved.kind === "moved") return { kind: "merged", commit: made, tip, proof };
    if (moved.kind === "blocked") return moved;
  }
  return { kind: "blocked", why: `${into} moved ${mostRaces} times while the merge was made; try again` };
}

async function findByKey(
  context: WorkspaceContext,
  since: string | null,
  tip: string,
  key: string,
): Promise<MergeOutcome | null> {
  const { place } = await context.at();
  const commit = await commitByKey(context.git, place, { since, tip, firstParent: false }, key);
  if (commit === null) return null;
  const before = await commitOf(context.git, place, `${commit}^1`);
  const said = await gitLine(context.git, place, ["log", "-1", proofFormat, commit]);
  return { kind: "merged", commit, tip: before ?? commit, proof: proofIn(said) };
}

async function revert(
  context: WorkspaceContext,
  into: string,
  mergeCommit: string,
  message: CommitMessage,
): Promise<MergeOutcome> {
  checkBranch(into);
  const { place } = await context.at();
  const tip = await commitOf(context.git, place, `refs/heads/${into}`);
  if (tip === null) return { kind: "blocked", why: `there is no branch ${into}` };
  const commit = await commitOf(context.git, place, mergeCommit);
  if (commit === null || !(await isAncestor(context.git, place, commit, tip))) {
    return { kind: "blocked", why: `commit ${mergeCommit} is not in ${into}` };
  }
  if ((await commitOf(context.git, place, `${commit}^1`)) === null) {
    return { kind: "blocked", why: `commit ${commit} is the first one: there is nothing before it` };
  }
  return addCommit(context, {
    into,
    since: commit,
    message,
    makeTree: (now) => revertTrees(context.git, place, now, commit),
    parents: (now) => [now],
    verify: null,
  });
}
