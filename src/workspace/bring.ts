import type { TaskProof } from "../domain/proof.ts";
import type { BringRequest, Brought, Verify } from "../engine/ports/workspace.ts";
import { proofOf } from "../policy/proof.ts";
import { commitText } from "./commit-message.ts";
import { commitOf, commitTree, isAncestor } from "./commits.ts";
import { mergeKnowing } from "./landed-otherwise.ts";
import { freedomOf, moveBranch } from "./move-branch.ts";
import { checkBranch, type WorkspaceContext } from "./workspace-context.ts";

/** How often it starts over because a branch moved while a commit was made or checked. */
export const mostRaces = 10;

/**
 * Brings a commit into a branch: nothing where it is there, a fast-forward where that can be, else a merge commit that is made
 * beside the checkouts and verified before the branch moves. Conflicts, red checks and uncommitted changes move nothing.
 */
export async function bring(context: WorkspaceContext, request: BringRequest): Promise<Brought> {
  const { git } = context;
  const { commit, into, subject } = request;
  checkBranch(into);
  const at = await context.at();
  for (let races = 0; races < mostRaces; races += 1) {
    const tip = await commitOf(git, at.place, `refs/heads/${into}`);
    if (tip === null) return { kind: "blocked", why: `there is no branch ${into}` };
    if (await isAncestor(git, at.place, commit, tip)) return { kind: "there", tip };
    const made = (await isAncestor(git, at.place, tip, commit))
      ? { kind: "made" as const, commit, proof: null, by: "fast_forward" as const }
      : await mergeOf(context, request, tip);
    if (made.kind !== "made") return made;
    const moved = await moveBranch(git, at, { branch: into, from: tip, to: made.commit, why: subject });
    if (moved.kind === "moved") return { ...made, kind: "brought", from: tip };
    if (moved.kind === "blocked") return moved;
  }
  return { kind: "blocked", why: `${into} moved ${mostRaces} times meanwhile; try again` };
}

type Made = {
  readonly kind: "made";
  readonly commit: string;
  readonly proof: TaskProof | null;
  readonly by: "merge";
};
type Refused = Extract<Brought, { kind: "conflict" | "red" | "blocked" }>;

async function mergeOf(context: WorkspaceContext, request: BringRequest, tip: string): Promise<Made | Refused> {
  const { git } = context;
  const { commit, into, subject, run } = request;
  const at = await context.at();
  // What cannot be moved in the end is not measured first.
  const freedom = await freedomOf(git, at, into);
  if (freedom.kind === "blocked") return freedom;
  const merged = await mergeKnowing(git, at.place, tip, commit);
  if ("conflict" in merged) return { kind: "conflict", files: merged.conflict, with: tip };
  const message = { subject, body: "", run, task: null, key: `bring/${commit}`, steps: [], models: [] };
  const commitWith = (proof: TaskProof | null): Promise<string> =>
    commitTree(git, at.place, { tree: merged.tree, parents: [tip, commit], text: commitText(message, proof) });
  const verified = await verifiedBy(request.verify, await commitWith(null), tip);
  if (verified.kind === "red") return verified;
  const { proof } = verified;
  return { kind: "made", commit: await commitWith(proof), proof, by: "merge" };
}

/** What its checks say of a commit before a branch moves to it. */
export async function verifiedBy(
  verify: Verify,
  made: string,
  tip: string,
): Promise<Extract<Brought, { kind: "red" }> | { readonly kind: "proven"; readonly proof: TaskProof }> {
  const checks = await verify(made, tip);
  const mayMerge = checks.every(({ result }) => result !== "fail" && result !== "environment");
  return mayMerge ? { kind: "proven", proof: proofOf(checks) } : { kind: "red", checks, with: tip };
}
