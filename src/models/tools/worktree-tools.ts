import type { SlotUse } from "../../domain/slot.ts";
import type { CheckSettings, EnvSettings } from "../../domain/settings.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Footprints } from "../../engine/ports/footprints.ts";
import type { Enclose } from "../../processes/enclose.ts";
import { withoutServices } from "../../policy/check-scope.ts";
import { deleteTool, editTool, writeTool } from "./change-tools.ts";
import { checkTool, type InTurn } from "./check-tool.ts";
import { readTool } from "./read-tool.ts";
import { listTool, searchTool } from "./search-tools.ts";
import { createWorktreeGit } from "./worktree-git.ts";
import { ToolRefusal, type WorktreeTool } from "./worktree-tool.ts";

export interface WorktreeToolParts {
  /** Absolute path of the worktree. */
  readonly workdir: string;
  /** read: no tool changes anything. */
  readonly access: "read" | "write";
  /** What may be run by its name. */
  readonly checks: readonly CheckSettings[];
  /** What a model is told that it may be, as it is the same in all tasks; absent: `checks`. */
  readonly checkNames?: readonly string[];
  /** Of the settings, for checks. */
  readonly env: EnvSettings;
  readonly task: string;
  readonly correlation: string;
  readonly slot?: SlotUse;
  readonly clock: Clock;
  /** The environment of this program; only a few names of it reach a process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For checks that must not run beside others. */
  readonly inTurn: InTurn;
  /** Keeps which processes of checks there are; absent: nobody does. */
  readonly footprints?: Footprints;
  /** Puts walls around checks; absent: nobody does. */
  readonly enclose?: Enclose;
}

/** What one call may write in all: a model in a loop must not fill the disk. */
const mostWritten = 64 * 1024 * 1024;

/**
 * What a model without tools of its own may do in a worktree: look, change files, run checks by name; never outside, never to
 * git's own files. Made for one call. The tools work one after another in the order in which they were asked, so that a
 * check sees the edits asked for before it.
 */
export function worktreeTools(parts: WorktreeToolParts): readonly WorktreeTool[] {
  const { workdir, access, checks } = parts;
  const git = createWorktreeGit(parts.environment);
  let left = mostWritten;
  const spend = (bytes: number): void => {
    if (bytes > left) throw new ToolRefusal("more was written than one call may write; stop and say so");
    left -= bytes;
  };
  const looking = [listTool, readTool, searchTool].map((make) => make({ workdir, git }));
  const changing = [writeTool, editTool, deleteTool].map((make) => make({ workdir, git, spend }));
  const alone = withoutServices(checks);
  const { checkNames: names = alone.map(({ name }) => name) } = parts;
  const running = names.length === 0 ? [] : [checkTool({ ...parts, checks: alone, names, git })];
  return inOrder(access === "read" ? looking : [...looking, ...changing, ...running]);
}

function inOrder(tools: readonly WorktreeTool[]): readonly WorktreeTool[] {
  let last: Promise<unknown> = Promise.resolve();
  return tools.map((tool) => ({
    ...tool,
    execute(input, signal) {
      const mine = last.then(() => tool.execute(input, signal));
      last = mine.catch(() => undefined);
      return mine;
    },
  }));
}
