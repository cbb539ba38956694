import type { CheckResult } from "../domain/events.ts";
import type { CheckSettings } from "../domain/settings.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Gate, GateRequest } from "../engine/ports/workspace.ts";
import { createBaseGate } from "./base-gate.ts";
import { lostTests } from "../policy/base-gate.ts";
import { treeOf } from "./git.ts";
import { createMeasuring, type MeasureDeps, type Measuring } from "./measure.ts";
import type { Measured } from "./run-check.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** Gates of several tasks run side by side. No check ever runs in the user's checkout. */
export function createGate(context: WorkspaceContext, deps: MeasureDeps): Gate {
  const measuring = createMeasuring(context, deps);
  const run: Gate["run"] = async (request) => withLost(request, await judge(context, request, measuring), measuring);
  return { run, judgeByBase: createBaseGate(context, run) };
}

/** Names the tests that ran at the base, as far as that is known, and did not run here. */
async function withLost(
  request: GateRequest,
  results: readonly CheckResult[],
  measuring: Measuring,
): Promise<readonly CheckResult[]> {
  const checks = request.checks.filter(({ report }) => report?.kind === "junit");
  if (checks.length === 0) return results;
  const now = await measuring.known({ ...request, checks });
  const before = await measuring.known({ ...request, commit: request.base, checks });
  return results.map((result) => {
    const lost = lostTests(before.get(result.name) ?? null, now.get(result.name) ?? null);
    return lost.length === 0 ? result : { ...result, lost };
  });
}

/** Compares what failed with the base, which is measured only then. */
async function judge(
  context: WorkspaceContext,
  request: GateRequest,
  measuring: Measuring,
): Promise<readonly CheckResult[]> {
  const { commit, checks } = request;
  if (checks.length === 0) return [];
  const tree = await treeOf(context.git, (await context.at()).place, commit);
  let results: ReadonlyMap<string, Measured>;
  try {
    results = await measuring.measure(commit, request, checks, "task");
  } catch (error) {
    if (!isSetup(error)) throw error;
    // Where setup fails at the base too, it is the machine or the project: for a person, not for the implementer.
    await measuring.trySetup(request.base);
    return [brokenSetup(error, tree)];
  }
  const red = checks.filter(({ name }) => results.get(name)?.result === "fail");
  const before = red.length === 0 ? new Map<string, Measured>() : await measureBase(context, request, red, measuring);
  const opened = red.filter(({ name }) => kindOf(before.get(name)) === "none" && kindOf(results.get(name)) !== "none");
  if (opened.length > 0) results = new Map([...results, ...(await measuring.measure(commit, request, opened, "task"))]);
  return checks.flatMap((check) => {
    const measured = results.get(check.name);
    return measured === undefined ? [] : [verdict(check, measured, before.get(check.name), tree)];
  });
}

/** On the base it may have turned out that a check does not work behind the wall. */
const kindOf = (measured: Measured | undefined): string | undefined => measured?.sandbox?.kind;

const isSetup = (error: unknown): error is WorkspaceError => error instanceof WorkspaceError && error.fault === "setup";

async function measureBase(
  context: WorkspaceContext,
  request: GateRequest,
  red: readonly CheckSettings[],
  measuring: Measuring,
): Promise<ReadonlyMap<string, Measured>> {
  const { base, task } = request;
  try {
    return await measuring.measure(base, request, red, "base");
  } catch (error) {
    if (!isSetup(error)) throw error;
    context.note("warn", `the base ${base} could not be measured, so every failure counts: ${error.message}`, task);
    return new Map();
  }
}

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

/** Red at the base with all it fails by: known, and does not block. */
function verdict(check: CheckSettings, measured: Measured, base: Measured | undefined, tree: string): CheckResult {
  const atBase = new Set(base?.result === "fail" ? base.failures : []);
  const newFailures = measured.result === "fail" ? measured.failures.filter((id) => !atBase.has(id)) : [];
  const result = measured.result === "fail" && newFailures.length === 0 ? "known" : measured.result;
  const { durationMs, output, failures, tail, sandbox } = measured;
  const use = sandbox === undefined ? {} : { sandbox };
  return { name: check.name, result, durationMs, output, failures, newFailures, tree, tail, ...use };
}
