import type { BaseCheck, CheckResult } from "../domain/events.ts";
import type { CheckSettings } from "../domain/settings.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { CheckRequest, Gate, GateRequest, TrustInKnown } from "../engine/ports/workspace.ts";
import { lostTests } from "../policy/base-gate.ts";
import { checkVerdict, isCovered, isNamed } from "../policy/check-verdict.ts";
import { createBaseGate } from "./base-gate.ts";
import { treeOf } from "./commits.ts";
import { createMeasuring, type MeasureDeps, type Measuring, type Results } from "./measure.ts";
import type { Measured } from "./run-check.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** Whose name the logs and variables of a base's checks have: no task's. */
const baseName = ".base";

/** Gates of several tasks run side by side. No check ever runs in the user's checkout. */
export function createGate(context: WorkspaceContext, deps: MeasureDeps): Gate {
  const measuring = createMeasuring(context, deps);
  const run: Gate["run"] = async (request) =>
    withLost(context, request, await judge(context, request, measuring), measuring);
  return {
    run,
    judgeByBase: createBaseGate(context, run),
    base: (request, trust) => measureBase(context, { ...request, task: baseName }, trust, measuring),
  };
}

/** Names the tests that ran at the base, which is measured where nothing is known of it, and did not run here. */
async function withLost(
  context: WorkspaceContext,
  request: GateRequest,
  results: readonly CheckResult[],
  measuring: Measuring,
): Promise<readonly CheckResult[]> {
  const checks = request.checks.filter(({ report }) => report?.kind === "junit");
  if (checks.length === 0) return results;
  const now = await measuring.known({ ...request, checks });
  const before = await onBase(context, { ...request, checks }, measuring, () => true);
  await measuring.remember({ ...request, commit: request.base, checks }, before);
  return results.map((result) => {
    const lost = lostTests(before.get(result.name) ?? null, now.get(result.name) ?? null);
    return lost.length === 0 ? result : { ...result, lost };
  });
}

async function measureBase(
  context: WorkspaceContext,
  request: CheckRequest,
  trust: TrustInKnown,
  measuring: Measuring,
): ReturnType<Gate["base"]> {
  const tree = await treeOf(context.git, (await context.at()).place, request.commit);
  const results = await measuring.measureBase(request, trust);
  await measuring.remember(request, results);
  return { tree, checks: request.checks.flatMap((check) => baseCheck(check, results.get(check.name))) };
}

function baseCheck(check: CheckSettings, measured: Measured | undefined): readonly BaseCheck[] {
  if (measured === undefined) return [];
  const { result, failures, durationMs, output, tail } = measured;
  const named = isNamed(check, failures);
  return [{ name: check.name, command: check.run, result, named, failures, durationMs, output, tail }];
}

/** Compares what failed with the base, which is measured again then: it may be another thing's fault by now. */
async function judge(
  context: WorkspaceContext,
  request: GateRequest,
  measuring: Measuring,
): Promise<readonly CheckResult[]> {
  const { commit, checks } = request;
  if (checks.length === 0) return [];
  const tree = await treeOf(context.git, (await context.at()).place, commit);
  let results: Results;
  try {
    results = await measuring.measure(request);
  } catch (error) {
    if (!isSetup(error)) throw error;
    // Where setup fails at the base too, it is the machine or the project: for a person, not for the implementer.
    await measuring.trySetup(request.base);
    return [brokenSetup(error, tree)];
  }
  const red = checks.filter(({ name }) => results.get(name)?.result === "fail");
  const bases = red.length === 0 ? noBases : await basesOf(context, { ...request, checks: red }, results, measuring);
  const opened = red.filter(({ name }) => {
    const base = bases.again.get(name) ?? bases.before.get(name);
    return kindOf(base) === "none" && kindOf(results.get(name)) !== "none";
  });
  if (opened.length > 0) results = new Map([...results, ...(await measuring.measure({ ...request, checks: opened }))]);
  const verdicts = checks.flatMap((check) => {
    const own = results.get(check.name);
    return own === undefined ? [] : [verdict(check, own, request, bases, tree)];
  });
  const settled = new Set(verdicts.filter(({ result }) => result !== "environment").map(({ name }) => name));
  await measuring.remember({ ...request, checks: red.filter(({ name }) => settled.has(name)) }, results);
  return verdicts;
}

/** On the base it may have turned out that a check does not work behind the wall. */
const kindOf = (measured: Measured | undefined): string | undefined => measured?.sandbox?.kind;

const isSetup = (error: unknown): error is WorkspaceError => error instanceof WorkspaceError && error.fault === "setup";

/** The base of red checks, as it was known and as it is now. */
interface Bases {
  readonly before: Results;
  readonly again: Results;
}

const noBases: Bases = { before: new Map(), again: new Map() };

async function basesOf(
  context: WorkspaceContext,
  request: GateRequest,
  own: Results,
  measuring: Measuring,
): Promise<Bases> {
  const { base, checks } = request;
  const at = { ...request, commit: base };
  const before = await measuring.known(at);
  const known = new Set(
    checks
      .filter((check) => {
        const [mine, theirs] = [own.get(check.name), before.get(check.name)];
        return mine !== undefined && isCovered(mine, theirs) && mayBeRed(check, request, theirs);
      })
      .map(({ name }) => name),
  );
  const again = await onBase(context, request, measuring, (name) => known.has(name));
  const better = request.checks.filter(({ name }) => !(before.has(name) && again.get(name)?.result === "fail"));
  await measuring.remember({ ...at, checks: better }, again);
  return { before, again };
}

/** Nothing where setup fails there. */
async function onBase(
  context: WorkspaceContext,
  request: GateRequest,
  measuring: Measuring,
  trust: TrustInKnown,
): Promise<Results> {
  const { base, task } = request;
  try {
    return await measuring.measureBase({ ...request, commit: base }, trust);
  } catch (error) {
    if (!isSetup(error)) throw error;
    context.note("warn", `the base ${base} could not be measured, so every failure counts: ${error.message}`, task);
    return new Map();
  }
}

/** Whether a base that is red needs nobody to be asked. */
const mayBeRed = (check: CheckSettings, { waived }: GateRequest, base: Measured | undefined): boolean =>
  waived === null || waived.includes(check.name) || isNamed(check, base?.failures ?? []);

const brokenSetup = (error: WorkspaceError, tree: string): CheckResult => ({
  name: "setup",
  result: "fail",
  durationMs: 0,
  output: null,
  failures: ["setup"],
  newFailures: ["setup"],
  tree,
  tail: `${error.message}\n${error.detail}`,
});

function verdict(
  check: CheckSettings,
  own: Measured,
  request: GateRequest,
  { before, again }: Bases,
  tree: string,
): CheckResult {
  const { durationMs, output, failures, tail, sandbox } = own;
  const judged = checkVerdict({
    own,
    before: before.get(check.name) ?? null,
    again: again.get(check.name) ?? null,
    mayBeKnown: mayBeRed(check, request, again.get(check.name) ?? before.get(check.name)),
    waived: request.waived?.includes(check.name) === true,
    mends: request.mends?.check === check.name ? request.mends.failures : [],
  });
  const use = sandbox === undefined ? {} : { sandbox };
  return { name: check.name, durationMs, output, failures, tail, tree, ...use, ...judged };
}
