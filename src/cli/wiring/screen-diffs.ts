import { defaultSettings } from "../../backlog/settings-defaults.ts";
import { commandWorkspace } from "./engine-parts.ts";
import type { RepositoryGround } from "./ground.ts";

const mostBytes = 2 * 1024 * 1024;

/** Loads what changed between two commits of the repository. Commits are found without any settings. */
export function diffLoader(ground: RepositoryGround): (from: string, to: string) => Promise<string> {
  let workspace: ReturnType<typeof commandWorkspace> | null = null;
  return async (from, to) => {
    workspace ??= commandWorkspace(ground, defaultSettings);
    return (await (await workspace).history.diff(from, to, mostBytes)).text;
  };
}
