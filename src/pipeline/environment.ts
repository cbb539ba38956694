import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { environmentWaitMs, serviceWaitMs } from "../policy/check-verdict.ts";
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
  service: string | null,
): Promise<void> {
  if (service !== null) return await waitForService(work, progress, key, names, service);
  progress.environmentFaults += 1;
  const waitMs = environmentWaitMs(progress.environmentFaults);
  if (waitMs !== null) {
    await work.task.hold(`${key}/held`, waitMs, `${faultOf(names)}; the checks are run again then`);
    return;
  }
  progress.environmentFaults = 0;
  const where = "(a port in use, a full disk, a service that is gone?), still after 21 minutes";
  await askAboutEnvironment(work, key, names, `${faultOf(names)} ${where}`);
}

/** The service is held, for all that need it: it is tried again after 10 s, 30 s, 1 and 5 minutes; then a person is asked. */
async function waitForService(
  work: TaskWork,
  progress: TaskProgress,
  key: string,
  names: readonly string[],
  service: string,
): Promise<void> {
  progress.serviceFaults += 1;
  const waitMs = serviceWaitMs(progress.serviceFaults);
  if (waitMs !== null) {
    const reason = `the service ${service} does not stand; it is started again then`;
    return await work.task.hold(`${key}/service`, waitMs, reason, { scope: "service", target: service });
  }
  progress.serviceFaults = 0;
  await askAboutEnvironment(
    work,
    key,
    names,
    `the service ${service}, which ${names.join(", ")} needs, does not stand`,
  );
}

const faultOf = (names: readonly string[]): string =>
  `${names.join(", ")} red here and red on the base now too, where nothing was changed: something on this machine is in the way`;

async function askAboutEnvironment(
  work: TaskWork,
  key: string,
  names: readonly string[],
  fault: string,
): Promise<void> {
  const { task } = work;
  const given = await task.ask(`${key}/environment`, {
    kind: "gate",
    reason: "environment",
    text: `${task.id} cannot be checked: ${fault}. Find it and retry, keep going without ${names.join(", ")} (it then proves nothing, until it is green once), or abort.`,
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
