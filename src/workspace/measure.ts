import type { CheckSettings } from "../domain/settings.ts";
import type { GateRequest } from "../engine/ports/workspace.ts";
import { detachedWorktree, inOwnWorktree, ownWorktree } from "./check-place.ts";
import { treeOf } from "./git.ts";
import { type Place, tryOutside, wallOf } from "./check-wall.ts";
import { cacheKey, measuredAsJson, readMeasured, runCheck, type Measured } from "./run-check.ts";
import { createSerialByName } from "./serial.ts";
import type { WorkspaceContext, WorkspaceDeps } from "./workspace-context.ts";
import { baseTree, mergeTree } from "./worktree-folder.ts";

type Where = "task" | "base";

export interface Measuring {
  /** Results of checks on a commit, by the checks' names. `base`: in the worktree that is kept for bases. */
  measure(
    commit: string,
    request: GateRequest,
    checks: readonly CheckSettings[],
    where: Where,
  ): Promise<ReadonlyMap<string, Measured>>;
  /** What is known of checks on a commit. */
  known(request: GateRequest): Promise<ReadonlyMap<string, Measured>>;
  /** Runs setup at a commit, although it may have run there before. Rejects with its fault. */
  trySetup(commit: string): Promise<void>;
}

export type MeasureDeps = Pick<WorkspaceDeps, "cache" | "exclusive">;

/** A check and its tree, with what there is to know about them so far. */
interface Sheet {
  readonly tree: string;
  readonly request: GateRequest;
  readonly where: Where;
  readonly checks: readonly CheckSettings[];
  readonly results: Map<string, Measured>;
}

/**
 * What the cache knows is not run again. Checks run one after the other: in the task's
 * worktree if its files are the commit's, else in a worktree of our own, for which callers wait in turn.
 */
export function createMeasuring(context: WorkspaceContext, deps: MeasureDeps): Measuring {
  const oneAtATime = createSerialByName();
  const measure: Measuring["measure"] = async (commit, request, checks, where) => {
    const tree = await treeOf(context.git, (await context.at()).place, commit);
    const sheet: Sheet = { tree, request, where, checks, results: new Map() };
    if ((await lookUp(context, deps, sheet)).length === 0) return sheet.results;
    const own = where === "task" ? await ownWorktree(context, request.task, commit, tree) : null;
    if (own !== null) {
      await inOwnWorktree(context, own, request.task, commit, (path) => measureIn(context, deps, path, sheet));
      return sheet.results;
    }
    const name = where === "task" ? mergeTree : baseTree;
    return oneAtATime(name, async () => {
      // Who had the worktree before may have measured the same tree.
      if ((await lookUp(context, deps, sheet)).length === 0) return sheet.results;
      request.signal.throwIfAborted();
      const worktree = await detachedWorktree(context, name, commit, { setupAgain: false });
      await measureIn(context, deps, worktree.path, sheet);
      return sheet.results;
    });
  };
  const trySetup = (commit: string): Promise<void> =>
    oneAtATime(baseTree, async () => {
      await detachedWorktree(context, baseTree, commit, { setupAgain: true });
    });
  const known: Measuring["known"] = async (request) => {
    const tree = await treeOf(context.git, (await context.at()).place, request.commit);
    const sheet: Sheet = { tree, request, where: "task", checks: request.checks, results: new Map() };
    await lookUp(context, deps, sheet);
    return sheet.results;
  };
  return { measure, known, trySetup };
}

/** Takes over what the cache has; returns the checks without a result. */
async function lookUp(context: WorkspaceContext, deps: MeasureDeps, sheet: Sheet): Promise<CheckSettings[]> {
  for (const check of missingOf(sheet)) {
    const known = readMeasured(await deps.cache.get(await cacheKey(context, sheet.tree, check, sheet.request.env)));
    if (known !== null) sheet.results.set(check.name, known);
  }
  return missingOf(sheet);
}

const missingOf = ({ checks, results }: Sheet): CheckSettings[] => checks.filter(({ name }) => !results.has(name));

async function measureIn(context: WorkspaceContext, deps: MeasureDeps, path: string, sheet: Sheet): Promise<void> {
  const { tree, request, where } = sheet;
  for (const check of missingOf(sheet)) {
    const runIn = (wall: Place): ReturnType<typeof runCheck> =>
      runCheck(context, deps.exclusive, {
        wall,
        check,
        at: path,
        tree,
        env: request.env,
        name: request.task,
        correlation: `${request.run}/${request.task}/${check.name}`,
        folder: context.options.checksFolder(request.run, request.task),
        signal: request.signal,
      });
    const { measured, lasting } = await behindOrOutside(context, check, where, runIn);
    sheet.results.set(check.name, measured);
    if (lasting) await deps.cache.put(await cacheKey(context, tree, check, request.env), measuredAsJson(measured));
  }
}

/** Only the base may show that a check does not work behind the wall: what a task has made would show it at will. */
async function behindOrOutside(
  context: WorkspaceContext,
  check: CheckSettings,
  where: Where,
  runIn: (wall: Place) => ReturnType<typeof runCheck>,
): ReturnType<typeof runCheck> {
  const wall = await wallOf(context, "check", check.run);
  const ran = await runIn(wall);
  const isBehind = ran.measured.sandbox !== undefined && ran.measured.sandbox.kind !== "none";
  if (where === "task" || ran.measured.result !== "fail" || !isBehind) return ran;
  const told = { name: `the check ${check.name}`, command: check.run };
  const outside = await tryOutside(context, "check", told, async (place) => {
    const value = await runIn(place);
    return { passed: value.measured.result !== "fail", value };
  });
  return outside ?? ran;
}
