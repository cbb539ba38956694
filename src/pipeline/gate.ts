import type { CheckResult, NewEvent } from "../domain/events.ts";
import { proofWords, type TaskProof } from "../domain/proof.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { proofOf } from "../policy/proof.ts";
import { protectedPaths, raisedRisk } from "../policy/risk.ts";
import { checksOf } from "./checks-of.ts";
import { waitOutEnvironment } from "./environment.ts";
import { agreesToOwnGate, judgeTwice } from "./own-gate.ts";
import { gateSchema, type GateResult } from "./results.ts";
import { reviewedWork } from "./reviewed-work.ts";
import type { TaskProgress, Unit } from "./task-progress.ts";

/** How often checks may be red on a task's account before it fails. */
const mostGateFailures = 3;

export type Passed = Pick<GateResult, "proof" | "why">;

/**
 * Runs the checks on the tip; new failures go back to an implementer, three times at most. Returns what the checks prove (null:
 * an older version ran them and did not say), and why a person has to look.
 */
export async function passGate(work: TaskWork, progress: TaskProgress, name: string): Promise<Passed> {
  for (let n = 1; ; n += 1) {
    const gate = await runGate(work, progress, `${name}/${n}`);
    if (gate.environment.length > 0) {
      await waitOutEnvironment(work, progress, `${name}/${n}`, gate.environment, gate.service);
      continue;
    }
    progress.environmentFaults = 0;
    progress.serviceFaults = 0;
    if (gate.green && gate.own === null) return gate;
    if (gate.own !== null) {
      const unit = `${name.replace("main/", "main/change-")}-${n}`;
      if (await agreesToOwnGate(work, progress, gate.own, `${name}/${n}`, unit)) return gate;
      continue;
    }
    progress.gateFailures += 1;
    failAtGateLimit(progress, gate);
    await reviewedWork(work, progress, fixUnit(`${name.replace("main/", "main/fix-")}-${n}`, gate));
  }
}

export function failAtGateLimit(progress: TaskProgress, gate: Pick<GateResult, "failed">): void {
  if (progress.gateFailures < mostGateFailures) return;
  const names = gate.failed.map((check) => check.name).join(", ");
  throw new TaskFailed({
    type: "gate",
    reason: "checks",
    message: `the checks stayed red after ${progress.gateFailures} tries: ${names}`,
  });
}

async function runGate(work: TaskWork, progress: TaskProgress, key: string): Promise<GateResult> {
  const { task, workspace } = work;
  const checks = checksOf(work);
  return await task.once(
    key,
    {
      inputs: { commit: progress.tip, base: progress.base, checks: checks.map((check) => check.name) },
      result: gateSchema,
      enters: (gate) => (gate.green || gate.environment.length > 0 ? "QUALITY_GATE" : "IMPLEMENTING"),
      reason: reasonOf,
    },
    async (effect) => {
      const diff = await workspace.history.diff(progress.base, progress.tip, 0);
      const touched = protectedPaths(diff.files, task.settings.protected);
      const commits = { commit: progress.tip, base: progress.base };
      const { results, own, waived } = await judgeTwice(work, progress, commits, checks, effect);
      // Its own check may have tried.
      const secrets = await workspace.history.writtenSecrets(progress.base, progress.tip);
      const leading = await workspace.history.leadingOut(progress.base, progress.tip);
      const raised = raisedRisk(task.risk, touched, await work.refused(), secrets, leading);
      if (raised.risk !== task.risk)
        effect.record({ type: "risk.raised", data: { from: task.risk, to: raised.risk, why: raised.why } });
      for (const result of results) effect.record({ type: "check.ended", data: result });
      const blocking = blockingResults(results);
      const proof = proofOf(results);
      // What only its own gate lets pass is proven when a person has said so, in the merge.
      if (blocking.green && own === null) effect.record(provenEvent(proof));
      for (const event of regainedEvents(results, waived)) effect.record(event);
      return { ...blocking, proof: provenResult(proof), risk: raised.risk, why: [...raised.why], own };
    },
  );
}

function reasonOf(gate: GateResult): string {
  if (gate.environment.length > 0) return `not to be measured now: ${gate.environment.join(", ")}`;
  if (!gate.green) return `red: ${gate.failed.map((check) => check.name).join(", ")}`;
  const words = gate.proof === null ? "the checks pass" : proofWords(gate.proof);
  return gate.own === null ? words : `${words}, but only by its own gate`;
}

export const provenEvent = (proof: TaskProof): NewEvent => ({ type: "task.proven", data: proof });

/** Checks that were gone on without and are green now count again. */
export const regainedEvents = (
  results: readonly CheckResult[],
  waived: readonly string[] | null,
): readonly NewEvent[] =>
  results
    .filter(({ name, result }) => result === "pass" && waived?.includes(name) === true)
    .map(({ name }) => ({ type: "check.regained", data: { check: name, why: "green" } }));

const provenResult = ({ proof, provenBy, without }: TaskProof): GateResult["proof"] => ({
  proof,
  provenBy: [...provenBy],
  without: [...without],
});

/** What of the results blocks: new failures, and what could not be measured. */
export function blockingResults(
  results: readonly CheckResult[],
): Pick<GateResult, "green" | "failed" | "known" | "environment" | "service"> {
  const failed = results
    .filter((result) => result.result === "fail")
    .map(({ name, newFailures, tail }) => ({ name, failures: [...newFailures], tail }));
  const environment = results.filter(({ result }) => result === "environment").map(({ name }) => name);
  return {
    green: failed.length === 0 && environment.length === 0,
    failed,
    // Where a check says no, it needs no other to say anything.
    environment: failed.length === 0 ? environment : [],
    service: results.find(({ service }) => service !== undefined)?.service ?? null,
    known: results.filter((result) => result.result === "known").map((result) => result.name),
  };
}

/** What makes red checks pass. */
export function fixUnit(key: string, gate: Pick<GateResult, "failed">): Unit {
  return {
    key,
    step: null,
    kind: "gate_fix",
    title: `make ${gate.failed.map((check) => check.name).join(", ")} pass`,
    details: "",
    implementsFirst: true,
    review: true,
    enters: "QUALITY_GATE",
    arrange: null,
    trouble: gate.failed.map((check) => `${check.name}: ${check.failures.slice(0, 20).join(", ")}\n${check.tail}`),
    conflicts: [],
  };
}
