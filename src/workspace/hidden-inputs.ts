import { join } from "node:path";

import { isInputByName } from "../policy/gate-inputs.ts";
import { baseName } from "../policy/shell-commands.ts";
import { runCommand } from "../processes/run-command.ts";
import { gitList } from "./git.ts";
import { newestMark } from "./setup.ts";
import type { WorkspaceContext } from "./workspace-context.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/** What builds, runs of tests and agents leave behind, and what no check takes for anything but that. */
const harmless =
  /^(?:dist|build|out|target|obj|coverage|htmlcov|\.next|\.nuxt|\.svelte-kit|\.turbo|\.parcel-cache|\.nyc_output|\.gradle|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.hypothesis|\.coverage|\.claude|\.codex|\.gemini|\.opencode|\.aider.*|\.idea|\.vscode|\.ds_store|thumbs\.db|.*\.(?:log|pyc|pyo|class|o|tsbuildinfo|swp|tmp))$/i;
const timeoutMs = 60_000;

/**
 * Whether ignored files of a worktree could sway its checks: any that is younger than the set-up, but for what builds leave.
 * No commit has them, so nobody would see them, and a result with them is not the commit's.
 */
export async function hasHiddenInputs(context: WorkspaceContext, worktree: Worktree): Promise<boolean> {
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const ignored = await gitList(context.git, placeOf(worktree), args);
  const suspects = ignored.filter((path) => {
    const name = baseName(path.replace(/\/$/, ""));
    return isInputByName(path) || !harmless.test(name);
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
