import { join } from "node:path";

import { isInputByName } from "../policy/gate-inputs.ts";
import { baseName } from "../policy/shell-commands.ts";
import { runCommand } from "../processes/run-command.ts";
import { gitList } from "./git.ts";
import { newestMark } from "./setup.ts";
import type { WorkspaceContext } from "./workspace-context.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/** Folders of what a project is run with. */
const dependencies = /^(?:node_modules|\.venv|venv|env|vendor|site-packages|\.bundle|\.yarn|\.tox|\.nox|deps)$/i;
const timeoutMs = 60_000;

/**
 * Whether ignored files of a worktree could sway its checks: inputs of a gate, or parts of what set-up installed, that are
 * younger than the set-up. No commit has them, so nobody would see them, and a result with them is not the commit's.
 */
export async function hasHiddenInputs(context: WorkspaceContext, worktree: Worktree): Promise<boolean> {
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const ignored = await gitList(context.git, placeOf(worktree), args);
  const suspects = ignored.filter((path) => {
    const folder = path.endsWith("/");
    return folder ? dependencies.test(baseName(path.slice(0, -1))) : isInputByName(path);
  });
  if (suspects.length === 0) return false;
  const mark = await newestMark(context, worktree);
  if (mark === null) return true;
  const paths = suspects.map((path) => join(worktree.path, path));
  const found = await runCommand({
    argv: ["find", ...paths, "-newercm", mark, ...uninteresting, "!", "-type", "d", "-print", "-quit"],
    cwd: worktree.path,
    env: { PATH: context.environment["PATH"] ?? "" },
    timeoutMs,
    maxBytes: 4_096,
  });
  return found.code !== 0 || found.stdout !== "";
}

/** What runs of tests leave there by themselves. */
const uninteresting: readonly string[] = ["*/.cache/*", "*/.vite*/*", "*/.vitest*", "*/__pycache__/*"].flatMap(
  (path) => ["!", "-path", path],
);
