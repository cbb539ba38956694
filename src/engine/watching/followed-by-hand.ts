import type { History } from "../ports/workspace.ts";
import type { Difference } from "../ports/watch.ts";

const isCommit = (value: string | null): value is string => value !== null && /^[0-9a-f]{40,64}$/.test(value);

/**
 * Whether somebody has brought an integration branch up to its base just as we would have: forward to it, or by one merge
 * without conflicts in which nothing else was changed.
 */
export async function isFollowedByHand(
  history: Pick<History, "tip" | "isAncestor" | "combine" | "treeOf">,
  base: string,
  { from, to }: Pick<Difference, "from" | "to">,
): Promise<boolean> {
  if (!isCommit(from) || !isCommit(to)) return false;
  const tip = await history.tip(base);
  if (tip === null || (await history.isAncestor(tip, from))) return false;
  if (to === tip) return await history.isAncestor(from, to);
  const is = async (one: string, other: string): Promise<boolean> =>
    (await history.isAncestor(one, other)) && (await history.isAncestor(other, one));
  const isMerge =
    (await is(`${to}^1`, from)) && (await is(`${to}^2`, tip)) && !(await history.isAncestor(`${to}^3`, to));
  if (!isMerge) return false;
  const ours = await history.combine(from, [tip], base);
  return "commit" in ours && (await history.treeOf(ours.commit)) === (await history.treeOf(to));
}
