import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { NewEvent } from "../domain/events.ts";
import type { FootprintKind } from "../domain/footprint.ts";
import type { TaskId } from "../domain/ids.ts";
import type { SlotUse } from "../domain/slot.ts";
import type { Json } from "../domain/json.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Footprints } from "../engine/ports/footprints.ts";
import type { WorkspaceOptions } from "../engine/ports/workspace.ts";
import { systemClock } from "../processes/clock.ts";
import type { Enclose } from "../processes/enclose.ts";
import type { UserCommand } from "../processes/user-command.ts";
import type { CheckTurns, ExclusiveLock } from "./check-turns.ts";
import type { RepositoryPlace } from "./checkouts.ts";
import { createGit, type Git } from "./git.ts";
import { takeNewObjects } from "./new-objects.ts";
import { dropOddFiles } from "./odd-files.ts";
import { commonDirOf } from "./repository.ts";
import { GitPins } from "./watch/git-pins.ts";
import { MoveLog } from "./watch/move-log.ts";
import { refMoveOf } from "./watch/ref-moves.ts";
import { checkTask, engineTrees, guarded, openRoot, type OwnTrees, type Worktree } from "./worktree-folder.ts";

/** Results of checks by what they depend on. What it forgets is measured again. */
export interface CheckCache {
  get(key: string): Promise<Json | null>;
  put(key: string, value: Json): Promise<void>;
}

export type Note = (level: "info" | "warn" | "error", text: string, task: TaskId | null) => void;

/** What the world gives to a workspace. Defaults: the machine's clock, this program's environment. */
export interface WorkspaceDeps {
  /** Gets what a person may want to know and no result tells. */
  readonly note: Note;
  readonly cache: CheckCache;
  readonly exclusive: ExclusiveLock;
  /** Keeps what happens beside all tasks; absent: nobody does. */
  readonly record?: (event: NewEvent, task: TaskId | null) => void;
  /** Of all checks that run in this engine, where others run some too; absent: of this workspace's alone. */
  readonly turns?: CheckTurns;
  /** Those of our own that it works in; absent: the engine's. */
  readonly trees?: OwnTrees;
  /** Keeps which processes of checks and setups there are; absent: nobody does. */
  readonly footprints?: Footprints;
  /** The slot of whoever works in a worktree, by its name; absent: there are none. */
  readonly slotOf?: (name: string) => Promise<SlotUse>;
  /** Puts walls around checks and setup; absent: nobody does. */
  readonly enclose?: Enclose;
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One repository as all parts of this folder see it. */
export interface WorkspaceContext {
  readonly git: Git;
  readonly options: WorkspaceOptions;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly note: Note;
  readonly record: (event: NewEvent, task?: TaskId | null) => void;
  readonly footprints: Footprints | null;
  /** What is set over git's settings of now in every command. */
  readonly pins: GitPins;
  readonly enclose: Enclose | null;
  readonly slotOf: (name: string) => Promise<SlotUse | null>;
  readonly trees: OwnTrees;
  readonly cache: CheckCache;
  /** Found when first asked for. Rejects where the repository is gone. */
  readonly at: () => Promise<RepositoryPlace>;
}

export function openSite(options: WorkspaceOptions, deps: WorkspaceDeps): WorkspaceContext {
  const clock = deps.clock ?? systemClock;
  const environment = deps.environment ?? process.env;
  const pins = new GitPins(options.watchFolder);
  const git = createGit({
    environment,
    clock,
    note: (text) => deps.note("info", text, null),
    moves: { log: new MoveLog(options.watchFolder, () => clock.now()), of: refMoveOf },
    pins: () => pins.get(),
  });
  const find = async (): Promise<RepositoryPlace> => {
    const commonDir = options.commonDir ?? (await commonDirOf(git, { cwd: options.repository }));
    const root = await openRoot(options.worktrees);
    return { top: options.repository, commonDir, root, place: { cwd: options.repository, gitDir: commonDir } };
  };
  let found: Promise<RepositoryPlace> | null = null;
  const at = async (): Promise<RepositoryPlace> => {
    found ??= find();
    try {
      return await found;
    } catch (error) {
      found = null;
      throw error;
    }
  };
  const { footprints = null, enclose = null, trees = engineTrees } = deps;
  const slotOf = async (name: string): Promise<SlotUse | null> => (await deps.slotOf?.(name)) ?? null;
  const record = (event: NewEvent, task: TaskId | null = null): void => deps.record?.(event, task);
  const { note, cache } = deps;
  return { git, options, clock, environment, note, record, footprints, enclose, slotOf, trees, cache, pins, at };
}

/** As what a command of the user's is run, for whoever keeps that. */
export const stepOf = (
  { footprints }: WorkspaceContext,
  kind: FootprintKind,
  task: string,
): Pick<UserCommand, "footprint"> => (footprints === null ? {} : { footprint: { kind, task, keeper: footprints } });

const longestLockMs = 2_000;
const lockPollMs = 50;

/**
 * A worktree of ours, checked and free of locks. Whoever worked in it has been ended before we come: a lock that does
 * not go away within 2 s was left by a git that was killed.
 */
export async function openWorktree(context: WorkspaceContext, name: TaskId): Promise<Worktree> {
  const at = await context.at();
  const worktree = await guarded(at.commonDir, at.root, name);
  await dropOddFiles(context, worktree, name);
  await takeNewObjects(context.git, at, worktree);
  for (const lock of ["index.lock", "HEAD.lock"]) {
    const path = join(worktree.gitDir, lock);
    for (let waitedMs = 0; existsSync(path); waitedMs += lockPollMs) {
      if (waitedMs < longestLockMs) {
        await context.clock.wait(lockPollMs);
        continue;
      }
      context.note("warn", `removed ${path}: a git command that was killed had left it`, name);
      await rm(path, { force: true });
    }
  }
  return worktree;
}

/** The worktree of a task, for everything a caller asks about a task. */
export async function openTask(context: WorkspaceContext, task: TaskId): Promise<Worktree> {
  checkTask(task);
  return openWorktree(context, task);
}

const badInBranch = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|(?:^|\/)\.|\.lock(?:\/|$)/;

/** Refuses what git would not take for the name of a branch. */
export function checkBranch(branch: string): void {
  if (branch !== "" && branch !== "@" && branch !== "HEAD" && !badInBranch.test(branch)) return;
  throw new WorkspaceError("guard", `${JSON.stringify(branch)} cannot be the name of a branch`);
}
