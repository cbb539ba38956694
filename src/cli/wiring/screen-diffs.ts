import type { LoadDiff } from "../../screen/task-diffs.ts";
import { defaultSettings } from "../../backlog/settings-defaults.ts";
import type { RepositoryContext } from "./command-context.ts";
import { commandWorkspace } from "./engine-parts.ts";

const mostBytes = 2 * 1024 * 1024;

/** Loads what changed between two commits of the repository. Commits are found without any settings. */
export function diffLoader(context: RepositoryContext): LoadDiff {
  let workspace: ReturnType<typeof commandWorkspace> | null = null;
  return async (from, to, around) => {
    workspace ??= commandWorkspace(context, defaultSettings);
    return (await (await workspace).history.diff(from, to, mostBytes, around)).text;
  };
}
