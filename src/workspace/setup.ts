import { createHash } from "node:crypto";

import type { TaskId } from "../domain/ids.ts";
import { SetupFault } from "../domain/workspace-error.ts";
import { ownVariables, runUserCommand, tailOf } from "../processes/user-command.ts";
import { changedPaths } from "./changed-files.ts";
import { oneLine } from "./commit-message.ts";
import { type Place, tryOutside, wallOf } from "./check-wall.ts";
import { gitList } from "./git.ts";
import { clearIgnored, hasHiddenInputs } from "./hidden-inputs.ts";
import { ignoredPaths } from "./look.ts";
import { bring } from "./make-worktree.ts";
import { dropMark, isTainted, readMark, writeMark } from "./ready-marks.ts";
import { treeOfFiles } from "./staging.ts";
import { beginWithKept, cacheKeyOf, keepMade } from "./setup-cache.ts";
import { stepOf, type WorkspaceContext } from "./workspace-context.ts";
import { isUntouched } from "./untouched.ts";
import { ownTrees, placeOf, type Worktree } from "./worktree-folder.ts";
import { includeIgnored } from "./worktree-include.ts";

const setupTimeoutMs = 15 * 60_000;
const teardownTimeoutMs = 5 * 60_000;

/** Files that say what has to be installed: when one changes, what setup installed may be too old. */
const manifests: readonly string[] = [
  "package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.json deno.lock",
  "requirements*.txt pyproject.toml setup.py setup.cfg poetry.lock uv.lock Pipfile Pipfile.lock environment.yml",
  "Gemfile Gemfile.lock composer.json composer.lock go.mod go.sum Cargo.toml Cargo.lock mix.exs mix.lock",
  "pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts gradle.lockfile libs.versions.toml",
  "*.csproj packages.lock.json Package.swift Package.resolved pubspec.yaml pubspec.lock flake.lock .gitmodules",
  ".tool-versions .nvmrc .node-version .python-version .ruby-version",
].flatMap((line) => line.split(" "));

/** Whether a worktree has been given its ignored files and has once gone through setup. */
export async function isReady(context: WorkspaceContext, worktree: Worktree): Promise<boolean> {
  const needsSetup = hasText(context.options.settings.setup);
  if (needsSetup && (await readMark(context, worktree, "setup")) === null) return false;
  return (await readMark(context, worktree, "included")) !== null;
}

const hasText = (command: string | null): command is string => command !== null && command.trim() !== "";

/** A worktree that is made ready. */
interface Prepared {
  readonly name: TaskId;
  readonly commit: string;
  /** Just filled: nothing else has been in it. */
  readonly isNew?: boolean;
}

/**
 * Copies the ignored files a new worktree is to have and runs setup: where it has not run, and again when its command or
 * a manifest in the index is another than last time. The worktree is at `commit` before and after: what setup writes
 * into files that are not ignored would be taken for the agent's work. Rejects with the end of setup's output; the next
 * try runs it again.
 */
export async function prepare(
  context: WorkspaceContext,
  worktree: Worktree,
  to: Prepared & { readonly branch: string | null },
): Promise<void> {
  await include(context, worktree, to);
  if (!(await runSetup(context, worktree, to))) return;
  if (await isUntouched(context.git, worktree, to.commit)) return;
  const { tree } = await treeOfFiles(context.git, worktree);
  const paths = await changedPaths(context.git, placeOf(worktree), to.commit, tree);
  if (paths.length === 0) return;
  const some = paths.slice(0, 5).map(oneLine).join(", ");
  context.note(
    "warn",
    `setup changed ${paths.length} files that are not ignored; they were put back: ${some}`,
    to.name,
  );
  await bring(context.git, worktree, to.branch, to.commit);
}

/** Makes the next prepare run setup, whatever ran before. */
export async function forgetSetup(context: WorkspaceContext, worktree: Worktree): Promise<void> {
  await dropMark(context, worktree, "setup");
}

/** Whether setup ran. */
async function runSetup(context: WorkspaceContext, worktree: Worktree, to: Prepared): Promise<boolean> {
  const { name } = to;
  const command = context.options.settings.setup;
  if (!hasText(command)) return false;
  const key = await setupKey(context, worktree, command);
  const before = await readMark(context, worktree, "setup");
  if (before === key) return false;
  // Half a copy would look whole to package managers. Nobody has worked there: set-up has never ended.
  const isHalf = before === null && (await readMark(context, worktree, "begun")) !== null;
  if (isHalf) await beginAnew(context, worktree, name);
  else if (before !== null) await beforeAgain(context, worktree, name);
  const isClean = isHalf || to.isNew === true || (before !== null && ownTrees.includes(name));
  const kept = isClean ? await cacheKeyOf(context, worktree, command, manifests) : null;
  if (kept !== null) await writeMark(context, worktree, "begun", "", []);
  const begun = kept === null ? null : await beginWithKept(context, worktree, kept);
  const startedAt = context.clock.now();
  const slot = await context.slotOf(name);
  const runIn = (wall: Place): ReturnType<typeof runUserCommand> =>
    runUserCommand({
      command,
      cwd: worktree.path,
      env: context.options.settings.env,
      parent: context.environment,
      own: ownVariables(name, `${name}/setup`, slot),
      timeoutMs: setupTimeoutMs,
      ...stepOf(context, "setup", name),
      ...wall.options,
    });
  const result = await behindOrOutside(context, worktree, { name, command }, runIn);
  if (!result.ok) {
    throw new SetupFault(`setup failed in ${worktree.path}: ${result.why}`, tailOf(result.output), to.commit);
  }
  const durationMs = Math.max(0, context.clock.now() - startedAt);
  const keeps = kept !== null && begun === null && name !== context.trees.merge;
  const made = keeps ? await keepMade(context, worktree, to.commit, kept) : null;
  const cache = begun !== null ? "used" : made === null ? "none" : "made";
  const task = ownTrees.includes(name) ? null : name;
  context.record({ type: "setup.ended", data: { durationMs, bytes: begun ?? made, cache } }, task);
  await writeMark(context, worktree, "setup", key);
  if (kept !== null) await dropMark(context, worktree, "begun");
  return true;
}

/** What lies there would look as if set-up had made it. Our own worktrees begin anew; an agent's keeps its files, which never count again. */
async function beforeAgain(context: WorkspaceContext, worktree: Worktree, name: TaskId): Promise<void> {
  if (ownTrees.includes(name)) await beginAnew(context, worktree, name);
  else if (
    !(await isTainted(context, worktree)) &&
    (await hasHiddenInputs(context, worktree, await ignoredPaths(context.git, worktree)))
  )
    await writeMark(context, worktree, "tainted", "");
}

async function beginAnew(context: WorkspaceContext, worktree: Worktree, name: TaskId): Promise<void> {
  await clearIgnored(context, worktree);
  await include(context, worktree, { name });
}

/** Only in a worktree in which nobody has worked yet does a failure say that it does not work behind the wall. */
async function behindOrOutside(
  context: WorkspaceContext,
  worktree: Worktree,
  { name, command }: { readonly name: TaskId; readonly command: string },
  runIn: (wall: Place) => ReturnType<typeof runUserCommand>,
): ReturnType<typeof runUserCommand> {
  const wall = await wallOf(context, "setup", command);
  const ran = await runIn(wall);
  const isBehind = ran.sandbox !== undefined && ran.sandbox.kind !== "none";
  const isNew = name !== context.trees.merge && (await readMark(context, worktree, "setup")) === null;
  if (ran.ok || !isBehind || !isNew) return ran;
  const outside = await tryOutside(context, "setup", { name: "setup", command }, async (place) => {
    const value = await runIn(place);
    return { passed: value.ok, value };
  });
  return outside ?? ran;
}

async function include(
  context: WorkspaceContext,
  worktree: Worktree,
  { name, isNew = false }: { readonly name: TaskId; readonly isNew?: boolean },
): Promise<void> {
  if ((await readMark(context, worktree, "included")) !== null) return;
  const { top } = await context.at();
  const { copied, skipped } = await includeIgnored(context.git, top, worktree.path);
  if (copied > 0) context.note("info", `copied ${copied} ignored files into ${worktree.path}`, name);
  if (skipped.length > 0) {
    context.note(
      "warn",
      `left out of ${worktree.path}: ${skipped.slice(0, 5).join("; ")} (${skipped.length} in all)`,
      name,
    );
  }
  await writeMark(context, worktree, "included", "", isNew && copied === 0 ? [] : null);
}

async function setupKey(context: WorkspaceContext, worktree: Worktree, command: string): Promise<string> {
  const patterns = manifests.map((name) => `:(glob)**/${name}`);
  const found = await gitList(context.git, placeOf(worktree), ["ls-files", "--stage", "-z", "--", ...patterns]);
  return createHash("sha256")
    .update(JSON.stringify([command, found]))
    .digest("hex");
}

/** Runs teardown before a worktree goes. What it does wrong is a note and stops nothing. */
export async function tearDown(context: WorkspaceContext, worktree: Worktree, name: TaskId): Promise<void> {
  const command = context.options.settings.teardown;
  if (!hasText(command)) return;
  const wall = await wallOf(context, "setup", context.options.settings.setup ?? command);
  const result = await runUserCommand({
    command,
    cwd: worktree.path,
    env: context.options.settings.env,
    parent: context.environment,
    own: ownVariables(name, `${name}/teardown`, await context.slotOf(name)),
    timeoutMs: teardownTimeoutMs,
    ...stepOf(context, "setup", name),
    ...wall.options,
  });
  if (!result.ok)
    context.note("warn", `teardown failed in ${worktree.path}: ${result.why}\n${tailOf(result.output)}`, name);
}
