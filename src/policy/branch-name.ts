import type { TaskSpec } from "../domain/task.ts";

/**
 * `<prefix>/AUTH-1-reject-expired-tokens`: prefix, id, and the goal in letters a ref may have, 40 at most. One that was merged and
 * begun anew has a branch of its own: `…-again-2`, by its generation.
 */
export function branchName(prefix: string, spec: Pick<TaskSpec, "id" | "goal">, again: number | null = null): string {
  const slug = spec.goal
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/g, "");
  return `${prefix}/${spec.id}${slug === "" ? "" : `-${slug}`}${again === null ? "" : `-again-${again}`}`;
}
