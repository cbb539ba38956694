import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { environmentWaitMs } from "../policy/check-verdict.ts";
import { checksOf } from "./checks-of.ts";
import { nothing } from "./results.ts";
import type { TaskProgress } from "./task-progress.ts";

/**
 * Something on this machine is in the way of checks: a port in use, a full disk, a service that is gone. Holds the task for 1, 5
 * and 15 minutes, one after the other, each until the checks are measured again; then a person is asked.
 */
export async function waitOutEnvironment(
  work: TaskWork,
  progress: TaskProgress,
  key: string,
  names: readonly string[],
): Promise<void> {
  progress.environmentFaults += 1;
  const waitMs = environmentWaitMs(progress.environmentFaults);
  if (waitMs !== null) {
    await work.task.hold(`${key}/held`, waitMs, `${faultOf(names)}; the checks are run again then`);
    return;
  }
  progress.environmentFaults = 0;
  await askAboutEnvironment(work, key, names);
}

const faultOf = (names: readonly string[]): string =>
  `${names.join(", ")} red here and red on the base now too, where nothing was changed: something on this machine is in the way`;

async function askAboutEnvironment(work: TaskWork, key: string, names: readonly string[]): Promise<void> {
  const { task } = work;
  const given = await task.ask(`${key}/environment`, {
    kind: "gate",
    reason: "environment",
    text: `${task.id} cannot be checked: ${faultOf(names)} (a port in use, a full disk, a service that is gone?), still after 21 minutes. Find it and retry, keep going without ${names.join(", ")} (it then proves nothing, until it is green once), or abort.`,
    actions: ["retry", "keep", "abort"],
    returnState: "QUALITY_GATE",
    evidence: { checks: [...names] },
    to: (answer) => (answer.action === "abort" ? null : "QUALITY_GATE"),
  });
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "environment", message: given.text ?? `aborted by ${given.by}` });
  if (given.action !== "keep") return;
  await task.once(
    `${key}/waived`,
    { inputs: { checks: [...names] }, result: nothing, reason: `goes on without ${names.join(", ")}` },
    (effect) => {
      for (const { name, run } of checksOf(work))
        if (names.includes(name))
          effect.record({ type: "check.waived", data: { check: name, command: run, by: given.by } });
      return Promise.resolve(null);
    },
  );
}
