import type { BaseCheck, RecordedEvent } from "../domain/events.ts";
import type { TaskId } from "../domain/ids.ts";

/** What is read of the log to know after which merges a check was green. */
export const regressionEvents = [
  "merge.done",
  "merge.reverted",
  "task.proven",
  "base.followed",
  "regression.found",
] as const;

/** A commit of the integration branch; `task`: whose merge it is, null: nobody's. */
export interface Tip {
  readonly commit: string;
  readonly task: TaskId | null;
}

/** What came after the last merge at which a check was green. */
export interface Since {
  /** Oldest first: the green merge, all that is known to have come after it, and where the branch is now. */
  readonly tips: readonly Tip[];
  /** What was found out of it since then. */
  readonly known: (RecordedEvent & { readonly type: "regression.found" })[];
}

/**
 * The commits among which a check turned red: from the newest merge whose own checks were green, with this one among them, to where
 * the branch is now. Null: it was never green there, or nothing came after it, so that no merge can be the cause: where it is red at
 * the very commit at which it was green, something on the machine is.
 */
export function sinceGreen(
  events: readonly RecordedEvent[],
  { check, into, now }: { readonly check: string; readonly into: string; readonly now: string },
): Since | null {
  let tips: Tip[] = [];
  let known: Since["known"] = [];
  const merges = new Set<string>();
  const add = (commit: string, task: TaskId | null): void => {
    if (tips.at(-1)?.commit !== commit) tips.push({ commit, task });
  };
  events.forEach((event, index) => {
    if (event.type === "merge.done" && event.data.into === into) {
      merges.add(event.data.commit);
      const proven = events[index + 1];
      const isProof = proven?.type === "task.proven" && proven.pos === event.pos + 1;
      if (isProof && proven.data.provenBy.includes(check)) {
        tips = [{ commit: event.data.commit, task: event.task ?? null }];
        known = [];
      } else if (tips.length > 0) {
        // What it was merged onto may have got there by somebody else.
        add(event.data.tip, null);
        add(event.data.commit, event.task ?? null);
      }
    } else if (tips.length === 0) return;
    // It names no branch: only what was merged here was undone here.
    else if (event.type === "merge.reverted" && merges.has(event.data.of)) add(event.data.commit, null);
    else if (event.type === "base.followed" && event.data.into === into) add(event.data.commit, null);
    else if (event.type === "regression.found" && event.data.check === check) known.push(event);
  });
  if (tips.length === 0) return null;
  add(now, null);
  return tips.length < 2 ? null : { tips, known };
}

/** Whether a check fails by what it failed by when it was found to be red; one whose failures are no ids of tests fails as a whole. */
export const isRedBy = (failures: readonly string[], now: BaseCheck | undefined): boolean =>
  now?.result === "fail" && (!now.named || now.failures.some((id) => failures.includes(id)));

const mostShown = 20;

/** What the models of a task are told that is begun anew, since a check is red by its merge. */
export function reopeningText(found: {
  readonly check: string;
  readonly failures: readonly string[];
  readonly tail: string;
  readonly commit: string;
  readonly diff: string;
}): string {
  const { check, failures, tail, commit, diff } = found;
  return [
    `This task was done and merged as ${commit.slice(0, 12)}, and the check ${check} is red since then. Its work is in the tree: keep what it was for, and make the check pass.`,
    `Failing: ${failures.slice(0, mostShown).join(", ")}`,
    ...(tail.trim() === "" ? [] : [`The end of its output:\n${tail.trim()}`]),
    `What the merge changed:\n${diff}`,
  ].join("\n\n");
}
