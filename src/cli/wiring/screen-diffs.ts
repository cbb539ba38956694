import type { LoadDiff } from "../../screen/task-diffs.ts";
import { defaultSettings } from "../../backlog/settings-defaults.ts";
import type { Workspace } from "../../engine/ports/workspace.ts";
import type { RepositoryContext } from "./command-context.ts";

const mostBytes = 2 * 1024 * 1024;

/** Loads what changed between two commits of the repository; what reads it is loaded with the first. Commits are found without any settings. */
export function diffLoader(context: RepositoryContext): LoadDiff {
  let workspace: Promise<Pick<Workspace, "history">> | null = null;
  return async (from, to, around) => {
    workspace ??= import("./engine-parts.ts").then(({ commandWorkspace }) =>
      commandWorkspace(context, defaultSettings),
    );
    return (await (await workspace).history.diff(from, to, mostBytes, around)).text;
  };
}
