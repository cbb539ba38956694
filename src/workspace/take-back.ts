import type { Integration } from "../engine/ports/workspace.ts";
import { commitOf } from "./commits.ts";
import { gitList } from "./git.ts";
import { moveBack } from "./move-branch.ts";
import { checkBranch, type WorkspaceContext } from "./workspace-context.ts";

/** Takes commits off a branch that nobody else can have, and that nothing was added to. */
export async function takeBack(
  context: WorkspaceContext,
  { branch, from, to }: Parameters<Integration["takeBack"]>[0],
): ReturnType<Integration["takeBack"]> {
  checkBranch(branch);
  const { git } = context;
  const at = await context.at();
  const tip = await commitOf(git, at.place, `refs/heads/${branch}`);
  // One that was cut off before it was written down.
  if (tip === to) return { kind: "moved" };
  if (tip !== from)
    return {
      kind: "blocked",
      why: tip === null ? `there is no branch ${branch}` : `${branch} has moved on since, to ${tip.slice(0, 12)}`,
    };
  const args = ["for-each-ref", "--format=%(refname:short)%00", "--count=1", "--contains", from, "refs/remotes"];
  const [remote] = (await gitList(git, at.place, args)).map((name) => name.trim()).filter((name) => name !== "");
  if (remote !== undefined) return { kind: "blocked", why: `${remote} has it already: others may build on it` };
  const moved = await moveBack(git, at, { branch, from, to, why: `undo the landing of ${from.slice(0, 12)}` });
  return moved.kind === "raced" ? { kind: "blocked", why: `${branch} moved meanwhile` } : moved;
}
