import type { CheckSettings } from "../domain/settings.ts";
import type { CheckRequest, TrustInKnown } from "../engine/ports/workspace.ts";
import { detachedWorktree, inOwnWorktree, ownWorktree } from "./check-place.ts";
import { createCheckTurns, type CheckTurns } from "./check-turns.ts";
import { treeOf } from "./commits.ts";
import { tryOutside, wallOf } from "./check-wall.ts";
import { cacheKey, measuredAsJson, readMeasured, runCheck, type CheckRun, type Measured } from "./run-check.ts";
import { createSerialByName } from "./serial.ts";
import type { Services, ServiceSession } from "./standing-services.ts";
import type { WorkspaceContext, WorkspaceDeps } from "./workspace-context.ts";

export type Results = ReadonlyMap<string, Measured>;

export interface Measuring {
  /** Results of a task's checks on its commit, by the checks' names. A red one is not remembered before its verdict: `remember`. */
  measure(request: CheckRequest): Promise<Results>;
  /** What is known of checks on a commit. */
  known(request: CheckRequest): Promise<Results>;
  /** The same in the worktree that is kept for bases, each check alone and twice when it is red. */
  measureBase(request: CheckRequest, trust: TrustInKnown): Promise<Results>;
  remember(request: CheckRequest, results: Results): Promise<void>;
  /** Runs setup at a commit, although it may have run there before. Rejects with its fault. */
  trySetup(commit: string): Promise<void>;
}

export interface MeasureDeps extends Pick<WorkspaceDeps, "cache" | "exclusive" | "turns"> {
  readonly services: Services;
}

/** What all measurements of a workspace share. */
interface Site {
  readonly context: WorkspaceContext;
  readonly deps: MeasureDeps;
  readonly turns: CheckTurns;
  /** Checks that have failed beside others and passed alone. */
  readonly loners: Set<string>;
  /** Bases that were measured, by cache key, with the number of the measurement. */
  readonly bases: Map<string, { readonly n: number; readonly measured: Measured }>;
  /** How often a base was measured. */
  count: number;
}

/** Where checks run. */
interface CheckTree {
  /** A task, or a tree of ours. */
  readonly name: string;
  readonly path: string;
}

/** Checks on a tree, with what there is to know about them so far. */
interface Sheet {
  readonly tree: string;
  readonly request: CheckRequest;
  readonly results: Map<string, Measured>;
}

/**
 * What the cache knows is not run again. Checks run one after the other: in the task's worktree if its files are the commit's,
 * else in a worktree of our own, for which callers wait in turn.
 */
export function createMeasuring(context: WorkspaceContext, deps: MeasureDeps): Measuring {
  const oneAtATime = createSerialByName();
  const turns = deps.turns ?? createCheckTurns();
  const { base: baseTree, merge: mergeTree } = context.trees;
  const site: Site = { context, deps, turns, loners: new Set(), bases: new Map(), count: 0 };
  const sheetOf = async (request: CheckRequest): Promise<Sheet> => {
    const tree = await treeOf(context.git, (await context.at()).place, request.commit);
    return { tree, request, results: new Map() };
  };
  return {
    async measure(request) {
      const { task, commit } = request;
      const sheet = await sheetOf(request);
      if ((await lookUp(site, sheet)).length === 0) return sheet.results;
      const own = await ownWorktree(context, task, commit, sheet.tree);
      if (own !== null) {
        await inOwnWorktree(context, own, task, commit, (path) => measureIn(site, { name: task, path }, sheet));
        return sheet.results;
      }
      return oneAtATime(mergeTree, async () => {
        // Who had the worktree before may have measured the same tree.
        if ((await lookUp(site, sheet)).length === 0) return sheet.results;
        request.signal.throwIfAborted();
        const worktree = await detachedWorktree(context, mergeTree, commit, { setupAgain: false });
        await measureIn(site, { name: mergeTree, path: worktree.path }, sheet);
        return sheet.results;
      });
    },
    async known(request) {
      const sheet = await sheetOf(request);
      await lookUp(site, sheet);
      return sheet.results;
    },
    async measureBase(request, trust) {
      const sheet = await sheetOf(request);
      await lookUp(site, sheet);
      for (const [name, { result }] of sheet.results) if (!trust(name, result)) sheet.results.delete(name);
      if (missingOf(sheet).length === 0) return sheet.results;
      const since = site.count;
      return oneAtATime(baseTree, async () => {
        await takeOver(site, sheet, since);
        if (missingOf(sheet).length === 0) return sheet.results;
        request.signal.throwIfAborted();
        const worktree = await detachedWorktree(context, baseTree, request.commit, { setupAgain: false });
        const at = { name: baseTree, path: worktree.path };
        await withServices(site, at, sheet, async (services) => {
          for (const check of missingOf(sheet)) await measureAlone(site, at, sheet, check, services);
        });
        return sheet.results;
      });
    },
    async remember(request, results) {
      const { tree } = await sheetOf(request);
      for (const check of request.checks) {
        const measured = results.get(check.name);
        if (measured !== undefined) await put(site, { tree, request, results: new Map() }, check, measured);
      }
    },
    trySetup: (commit) =>
      oneAtATime(baseTree, async () => {
        await detachedWorktree(context, baseTree, commit, { setupAgain: true });
      }),
  };
}

/** Takes over what the cache has; returns the checks without a result. */
async function lookUp(site: Site, sheet: Sheet): Promise<CheckSettings[]> {
  for (const check of missingOf(sheet)) {
    const known = readMeasured(await site.deps.cache.get(await keyOf(site, sheet, check)));
    const { anew } = sheet.request;
    const isOld = anew === "all" || (anew === "red" && known?.result === "fail");
    if (known !== null && !isOld) sheet.results.set(check.name, known);
  }
  return missingOf(sheet);
}

/** What others have measured while this one waited for the worktree is not measured again. */
async function takeOver(site: Site, sheet: Sheet, since: number): Promise<void> {
  for (const check of missingOf(sheet)) {
    const other = site.bases.get(await keyOf(site, sheet, check));
    if (other !== undefined && other.n > since) sheet.results.set(check.name, other.measured);
  }
}

const missingOf = ({ request, results }: Sheet): CheckSettings[] =>
  request.checks.filter(({ name }) => !results.has(name));

const keyOf = ({ context }: Site, { tree, request }: Sheet, check: CheckSettings): Promise<string> =>
  cacheKey(context, tree, check, request.env);

/** What ended by itself would end so again. */
async function put(site: Site, sheet: Sheet, check: CheckSettings, measured: Measured): Promise<void> {
  if (measured.lasting) await site.deps.cache.put(await keyOf(site, sheet, check), measuredAsJson(measured));
}

async function measureIn(site: Site, at: CheckTree, sheet: Sheet): Promise<void> {
  await withServices(site, at, sheet, async (services) => {
    for (const check of missingOf(sheet)) {
      const measured = await runBeside(site, { ...(await runOf(site, at, sheet, check)), services });
      sheet.results.set(check.name, measured);
      if (measured.result !== "fail") await put(site, sheet, check, measured);
    }
  });
}

async function withServices(
  { deps }: Site,
  at: CheckTree,
  { request: { run, commit, base = commit } }: Sheet,
  work: (services: ServiceSession) => Promise<void>,
): Promise<void> {
  const services = deps.services.session({ ...at, run, base });
  try {
    await work(services);
  } finally {
    await services.end();
  }
}

/** What a service that died has done to a check is no result of it. */
function runWithServices({ context, deps }: Site, run: ServedRun): Promise<Measured> {
  const { name, needsServices: needs = [] } = run.check;
  return run.services.during(
    { name, needs, signal: run.signal },
    () => runCheck(context, deps.exclusive, run),
    ({ result }) => result === "fail",
  );
}

type ServedRun = CheckRun & { readonly services: ServiceSession };

/** Beside others; what was red while another ran is run once more alone, and alone from then on if it passes. */
async function runBeside(site: Site, run: ServedRun): Promise<Measured> {
  const { context, turns, loners } = site;
  const { name } = run.check;
  const work = (): Promise<Measured> => runWithServices(site, run);
  if (loners.has(name)) return turns.alone(work, run.signal);
  const { value: first, overlapped } = await turns.shared(work, run.signal);
  if (first.result !== "fail" || !overlapped) return first;
  const second = await turns.alone(work, run.signal);
  if (second.result === "fail") return second;
  loners.add(name);
  context.note(
    "warn",
    `the check ${name} is red beside other checks and green alone, so it runs alone from now on; exclusive: true says so for good`,
    run.name,
  );
  return { ...second, result: "flaky", failures: first.failures };
}

async function measureAlone(
  site: Site,
  at: CheckTree,
  sheet: Sheet,
  check: CheckSettings,
  services: ServiceSession,
): Promise<void> {
  const run = { ...(await runOf(site, at, sheet, check)), services };
  const behind = await twiceWhenRed(site, run);
  const measured = (await outsideInstead(site, run, behind)) ?? behind;
  sheet.results.set(check.name, measured);
  site.count += 1;
  site.bases.set(await keyOf(site, sheet, check), { n: site.count, measured });
}

async function twiceWhenRed(site: Site, run: ServedRun): Promise<Measured> {
  const { turns } = site;
  const work = (): Promise<Measured> => runWithServices(site, run);
  const first = await turns.alone(work, run.signal);
  if (first.result !== "fail") return first;
  const last = await turns.alone(work, run.signal);
  return last.result === "fail" ? last : { ...last, result: "flaky", failures: first.failures };
}

/** Only the base may show that a check does not work behind the wall: what a task has made would show it at will. */
async function outsideInstead(site: Site, run: ServedRun, behind: Measured): Promise<Measured | null> {
  const isBehind = behind.sandbox !== undefined && behind.sandbox.kind !== "none";
  if (behind.result !== "fail" || !isBehind) return null;
  const told = { name: `the check ${run.check.name}`, command: run.check.run };
  return await tryOutside(site.context, "check", told, async (wall) => {
    const work = (): Promise<Measured> => runWithServices(site, { ...run, wall });
    const value = await site.turns.alone(work, run.signal);
    return { passed: value.result !== "fail", value };
  });
}

async function runOf(
  { context }: Site,
  { name, path }: CheckTree,
  { tree, request }: Sheet,
  check: CheckSettings,
): Promise<CheckRun> {
  const { run, task, env, signal } = request;
  return {
    wall: await wallOf(context, "check", check.run),
    check,
    at: path,
    slot: await context.slotOf(name),
    servicesSlot: (check.needsServices ?? []).length === 0 ? null : await context.slotOf(context.trees.services),
    tree,
    env,
    name: task,
    correlation: `${run}/${task}/${check.name}`,
    folder: context.options.checksFolder(run, task),
    signal,
  };
}
