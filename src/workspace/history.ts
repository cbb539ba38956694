import type { DiffSummary, History } from "../engine/ports/workspace.ts";
import type { TaskId } from "../domain/ids.ts";
import { compare } from "./changed-files.ts";
import { commitOf, isAncestor, treeOf } from "./commits.ts";
import { revision } from "./git.ts";
import { mergeIn } from "./commit-message.ts";
import { mergesBefore } from "./find-merges.ts";
import { leadingOut } from "./led-out.ts";
import { combine } from "./merge-trees.ts";
import { touchedPaths } from "./touched-paths.ts";
import type { WorkspaceContext } from "./workspace-context.ts";
import { writtenSecrets } from "./written-secrets.ts";

export function createHistory(context: WorkspaceContext): History {
  const { git } = context;
  return {
    tip: async (branch) => tipOf(context, branch),
    isAncestor: async (ancestor, commit) => {
      const { place } = await context.at();
      // One that git has thrown away is in no history.
      return (await commitOf(git, place, ancestor)) !== null && isAncestor(git, place, ancestor, commit);
    },
    combine: async (base, tips, label) => combine(git, (await context.at()).place, base, tips, label),
    diff: (from, to, maxBytes, around) => diff(context, from, to, maxBytes, around),
    mergeOf: async (task, goal, before) => mergeOf(context, task, goal, before),
    touched: (from, to) => touchedPaths(context, from, to),
    leadingOut: (from, to) => leadingOut(context, from, to),
    writtenSecrets: (from, to) => writtenSecrets(context, from, to),
    treeOf: async (commit) => treeOf(git, (await context.at()).place, commit),
  };
}

/** A branch of this repository before one a remote is known to have; null: neither. */
async function tipOf(context: WorkspaceContext, branch: string): Promise<string | null> {
  const { place } = await context.at();
  revision(branch);
  const local = await commitOf(context.git, place, `refs/heads/${branch}`);
  return local ?? commitOf(context.git, place, `refs/remotes/${branch}`);
}

async function diff(
  context: WorkspaceContext,
  from: string,
  to: string,
  maxBytes: number,
  around?: number,
): Promise<DiffSummary> {
  const { place } = await context.at();
  const { files, patch, isWhole } = await compare(context.git, place, from, to, around);
  const bytes = Buffer.from(patch);
  if (isWhole && bytes.length <= maxBytes) return { files, text: patch, truncated: false };
  // The last line may have been cut in the middle of a character.
  const begun = bytes.toString("utf8", 0, Math.max(0, maxBytes));
  const whole = begun.slice(0, begun.lastIndexOf("\n") + 1);
  return {
    files,
    text: `${whole}[the rest of the diff is left out: it is longer than ${maxBytes} bytes]\n`,
    truncated: true,
  };
}

async function mergeOf(
  context: WorkspaceContext,
  task: TaskId,
  goal: string,
  before: string,
): Promise<{ readonly commit: string; readonly tip: string } | null> {
  const { place } = await context.at();
  return mergeIn(await mergesBefore(context.git, place, before), task, goal);
}
