import { join } from "node:path";

import { isInputByName } from "../policy/gate-inputs.ts";
import { baseName } from "../policy/shell-commands.ts";
import { runCommand } from "../processes/run-command.ts";
import { ignoredPaths } from "./look.ts";
import { removeAll } from "./remove-all.ts";
import { forgetReady, readyMark } from "./ready-marks.ts";
import type { WorkspaceContext } from "./workspace-context.ts";
import type { Worktree } from "./worktree-folder.ts";

/** What compilers keep up to date by themselves, and what no check reads. */
const harmless =
  /^(?:target|obj|\.gradle|\.claude|\.codex|\.gemini|\.opencode|\.aider.*|\.idea|\.vscode|\.ds_store|thumbs\.db|.*\.(?:log|class|o|swp|tmp))$/i;

/** What only saves work: it may go at any time, and says what it was made to say if somebody forges it. */
const cacheFolders =
  ".cache .turbo .nx .parcel-cache .nyc_output __pycache__ .pytest_cache .mypy_cache .ruff_cache .hypothesis .vite* .vitest* .jest*";
const cacheFiles = "*.pyc *.pyo *.tsbuildinfo .coverage .eslintcache .stylelintcache";
/** Packages may be called so, too. */
const reportFolders = ["coverage", "htmlcov"].map((name) => [
  "(",
  "-path",
  `*/${name}/*`,
  "!",
  "-path",
  "*/node_modules/*",
  "!",
  "-path",
  "*/site-packages/*",
  ")",
]);
const isCache = [
  ...reportFolders,
  ...cacheFolders.split(" ").map((name) => ["-path", `*/${name}/*`]),
  ...cacheFiles.split(" ").map((name) => ["-name", name]),
].flatMap((test, n) => (n === 0 ? test : ["-o", ...test]));

const timeoutMs = 60_000;

/**
 * Whether ignored files of a worktree could sway its checks: any that is younger than the set-up, but for what compilers leave.
 * No commit has them, so nobody would see them, and a result with them is not the commit's. Young caches are deleted.
 */
export async function hasHiddenInputs(
  context: WorkspaceContext,
  worktree: Worktree,
  ignored: readonly string[],
): Promise<boolean> {
  const suspects = ignored.filter((path) => isInputByName(path) || !harmless.test(baseName(path)));
  if (suspects.length === 0) return false;
  const ready = await readyMark(context, worktree);
  return ready === null || (await findYoung(context, worktree, suspects, ready.file));
}

/**
 * Before checks run in a worktree that is kept from commit to commit: takes away what earlier ones left beside the commit's files,
 * so that the code of one task cannot sway the checks of another. Where they changed what set-up had made, all of it goes, and is
 * made anew.
 */
export async function sweepIgnored(
  context: WorkspaceContext,
  worktree: Worktree,
  paths: readonly string[],
): Promise<void> {
  const ready = await readyMark(context, worktree);
  const made = ready?.made ?? [];
  const isSame = (path: string, other: string): boolean =>
    path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`);
  const isMade = (path: string): boolean => made.some((other) => isSame(path, other));
  const kept = paths.filter(isMade);
  await takeAway(
    context,
    worktree,
    paths.filter((path) => !isMade(path)),
  );
  if (ready === null) return;
  const isWhole = made.every((path) => kept.some((other) => isSame(path, other)));
  if (isWhole && (kept.length === 0 || !(await findYoung(context, worktree, kept, ready.file)))) return;
  await clearIgnored(context, worktree);
}

/** All that git ignores in a worktree goes, and with it what says that it is ready. */
export async function clearIgnored(context: WorkspaceContext, worktree: Worktree): Promise<void> {
  await forgetReady(context, worktree);
  await takeAway(context, worktree, await ignoredPaths(context.git, worktree));
}

async function takeAway(context: WorkspaceContext, worktree: Worktree, paths: readonly string[]): Promise<void> {
  for (const path of paths) await removeAll(context, join(worktree.path, path));
}

/** Whether any of the paths is or holds a file, or a folder put in another's place, that is younger than the mark. Young caches are deleted on the way. */
async function findYoung(
  context: WorkspaceContext,
  worktree: Worktree,
  paths: readonly string[],
  mark: string,
): Promise<boolean> {
  const young = ["-newercm", mark, "!", "-type", "d"];
  // A folder that was moved is as old inside as it was.
  const moved = ["-newercm", mark, "-type", "d", "!", "-newermm", mark, "-print", "-quit"];
  const found = await runCommand({
    argv: [
      "find",
      ...paths.map((path) => `./${path}`),
      ...moved,
      "-o",
      ...young,
      "(",
      "(",
      ...isCache,
      ")",
      "-delete",
      "-o",
      "-print",
      "-quit",
      ")",
    ],
    cwd: worktree.path,
    env: { PATH: context.environment["PATH"] ?? "" },
    timeoutMs,
    maxBytes: 4_096,
  });
  return found.code !== 0 || found.stdout !== "";
}
