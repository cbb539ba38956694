import type { ApprovalPoint, Risk, TaskSpec } from "../domain/task.ts";
import { testGlobs } from "../domain/test-paths.ts";
import { matchesAny } from "./glob.ts";

export interface ChangedPath {
  readonly path: string;
  readonly state: "added" | "modified" | "deleted" | "renamed";
  /** The old name of what was renamed. */
  readonly from?: string;
  /** A link to a commit of another repository: nobody else may have that commit. */
  readonly isLink?: true;
}

/** The changed paths that a person has to see, by either name of a renamed one. A new test is none: it can only ask for more. */
export const protectedPaths = (changed: readonly ChangedPath[], globs: readonly string[]): readonly string[] =>
  changed.flatMap(({ path, state, from, isLink }) => {
    const names = from === undefined ? [path] : [from, path];
    if (isLink === true) return names;
    if (state === "added" && matchesAny(path, testGlobs)) return [];
    return names.filter((name) => matchesAny(name, globs));
  });

export interface RaisedRisk {
  readonly risk: Risk;
  /** Empty: nothing raises it. */
  readonly why: readonly string[];
}

/**
 * The risk of a task that touched protected paths, whose agent tried to decide what is a person's to decide, that wrote what
 * looks like a key into files, or that brings what leads out of the repository: high, since only there a person has to look before the merge. It never falls again.
 */
export function raisedRisk(
  risk: Risk,
  touched: readonly string[],
  byAgent: readonly string[] = [],
  secrets: readonly string[] = [],
  leading: readonly string[] = [],
): RaisedRisk {
  const why = [
    ...(touched.length === 0 ? [] : [`changes ${listed(touched)}, which no check judges`]),
    ...(byAgent.length === 0 ? [] : [`its agent tried to decide by itself: ${listed(byAgent)}`]),
    ...(secrets.length === 0 ? [] : [`writes what looks like a key or a password into ${listed(secrets)}`]),
    ...(leading.length === 0 ? [] : [`brings what leads out of the repository: ${listed(leading)}`]),
  ];
  return { risk: why.length === 0 ? risk : "high", why };
}

/** Where a person has to say yes: as the task says, and before the merge where the risk is high, given or raised. */
export function approvalsOf(spec: Pick<TaskSpec, "approve">, risk: Risk): readonly ApprovalPoint[] {
  return risk !== "high" || spec.approve.includes("merge") ? spec.approve : [...spec.approve, "merge"];
}

const mostListed = 5;

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  return names.slice(0, mostListed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
