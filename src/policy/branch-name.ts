import type { TaskSpec } from "../domain/task.ts";

/** `<prefix>/AUTH-1-reject-expired-tokens`: prefix, id, and the goal in letters a ref may have, 40 at most. */
export function branchName(prefix: string, spec: Pick<TaskSpec, "id" | "goal">): string {
  const slug = spec.goal
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/g, "");
  return `${prefix}/${spec.id}${slug === "" ? "" : `-${slug}`}`;
}
