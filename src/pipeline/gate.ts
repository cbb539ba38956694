import type { CheckResult } from "../domain/events.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { protectedPaths, raisedRisk } from "../policy/risk.ts";
import { checksOf } from "./checks-of.ts";
import { agreesToOwnGate, judgeTwice } from "./own-gate.ts";
import { gateSchema, type GateResult } from "./results.ts";
import { reviewedWork } from "./reviewed-work.ts";
import type { TaskProgress, Unit } from "./task-progress.ts";

/** How often checks may be red on a task's account before it fails. */
const mostGateFailures = 3;

/** Runs the checks on the tip; new failures go back to an implementer, three times at most. */
export async function passGate(work: TaskWork, progress: TaskProgress, name: string): Promise<void> {
  for (let n = 1; ; n += 1) {
    const gate = await runGate(work, progress, `${name}/${n}`);
    if (gate.green && gate.own === null) return;
    if (gate.own !== null) {
      const unit = `${name.replace("main/", "main/change-")}-${n}`;
      if (await agreesToOwnGate(work, progress, gate.own, `${name}/${n}`, unit)) return;
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
      enters: (gate) => (gate.green ? "QUALITY_GATE" : "IMPLEMENTING"),
      reason: (gate) =>
        gate.green
          ? gate.own === null
            ? "the checks pass"
            : "the checks pass, but only its own gate"
          : `red: ${gate.failed.map((check) => check.name).join(", ")}`,
    },
    async (effect) => {
      const diff = await workspace.history.diff(progress.base, progress.tip, 0);
      const touched = protectedPaths(diff.files, task.settings.protected);
      const commits = { commit: progress.tip, base: progress.base };
      const { results, own } = await judgeTwice(work, progress, commits, checks, effect);
      // Its own check may have tried.
      const raised = raisedRisk(task.risk, touched, await work.refused());
      if (raised.risk !== task.risk)
        effect.record({ type: "risk.raised", data: { from: task.risk, to: raised.risk, why: raised.why } });
      for (const result of results) effect.record({ type: "check.ended", data: result });
      return { ...blockingResults(results), risk: raised.risk, why: [...raised.why], own };
    },
  );
}

/** What of the results blocks: new failures only. */
export function blockingResults(results: readonly CheckResult[]): Pick<GateResult, "green" | "failed" | "known"> {
  const failed = results
    .filter((result) => result.result === "fail")
    .map(({ name, newFailures, tail }) => ({ name, failures: [...newFailures], tail }));
  return {
    green: failed.length === 0,
    failed,
    known: results.filter((result) => result.result === "known").map((result) => result.name),
  };
}

function fixUnit(key: string, gate: Pick<GateResult, "failed">): Unit {
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
