import { defaultSettings } from "../../backlog/settings-defaults.ts";
import type { RepositoryContext } from "./command-context.ts";
import { commandWorkspace } from "./engine-parts.ts";

const mostBytes = 2 * 1024 * 1024;

/** Loads what changed between two commits of the repository. Commits are found without any settings. */
export function diffLoader(context: RepositoryContext): (from: string, to: string) => Promise<string> {
  let workspace: ReturnType<typeof commandWorkspace> | null = null;
  return async (from, to) => {
    workspace ??= commandWorkspace(context, defaultSettings);
    return (await (await workspace).history.diff(from, to, mostBytes)).text;
  };
}
