import type { CheckResult } from "../domain/events.ts";
import type { CheckSettings } from "../domain/settings.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Gate } from "../engine/workspace.ts";
import { treeOf } from "./git.ts";
import { createMeasure, type GateRequest, type Measure, type MeasureDeps } from "./measure.ts";
import type { Measured } from "./run-check.ts";
import type { Site } from "./site.ts";

/** Gates of several tasks run side by side. No check ever runs in the user's checkout. */
export function createGate(site: Site, deps: MeasureDeps): Gate {
  const measure = createMeasure(site, deps);
  return { run: (request) => judge(site, request, measure) };
}

/** Compares what failed with the base, which is measured only then. */
async function judge(site: Site, request: GateRequest, measure: Measure): Promise<readonly CheckResult[]> {
  const { commit, checks } = request;
  if (checks.length === 0) return [];
  const tree = await treeOf(site.git, (await site.at()).place, commit);
  let results: ReadonlyMap<string, Measured>;
  try {
    results = await measure(commit, request, checks, "task");
  } catch (error) {
    if (!isSetup(error) || !(await baseIsSound(site, request, measure))) throw error;
    return [brokenSetup(error, tree)];
  }
  const red = checks.filter(({ name }) => results.get(name)?.result === "fail");
  const before = red.length === 0 ? new Map<string, Measured>() : await measureBase(site, request, red, measure);
  return checks.flatMap((check) => {
    const measured = results.get(check.name);
    return measured === undefined ? [] : [verdict(check, measured, before.get(check.name), tree)];
  });
}

const isSetup = (error: unknown): error is WorkspaceError => error instanceof WorkspaceError && error.fault === "setup";

async function measureBase(
  site: Site,
  request: GateRequest,
  red: readonly CheckSettings[],
  measure: Measure,
): Promise<ReadonlyMap<string, Measured>> {
  const { base } = request;
  try {
    return await measure(base, request, red, "base");
  } catch (error) {
    if (!isSetup(error)) throw error;
    site.note(
      "warn",
      `the base ${base} could not be measured, so every failure counts: ${error.message}`,
      request.task,
    );
    return new Map();
  }
}

/** Whether setup works at the base: then it is the change that broke it, else the machine or the project. */
async function baseIsSound(site: Site, request: GateRequest, measure: Measure): Promise<boolean> {
  const nothing: CheckSettings = {
    name: "setup",
    run: ":",
    timeoutMs: 60_000,
    exclusive: false,
    flakyRetries: 0,
    report: null,
  };
  return (await measureBase(site, request, [nothing], measure)).size > 0;
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
  return { name: check.name, ...measured, result, newFailures, tree };
}
