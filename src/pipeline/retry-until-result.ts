import { brand } from "../domain/brand.ts";
import { parseDollars } from "../domain/dollar-amount.ts";
import type { ModelName, StepId } from "../domain/ids.ts";
import type { TaskState } from "../domain/task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Trouble } from "./trouble.ts";

/** What a person allowed after trouble. */
export interface Allowance {
  readonly forced: ModelName | null;
  readonly grantedMicros: number;
}

export interface Persisting {
  readonly key: string;
  readonly step: StepId | null;
  /** Where the task is while this is tried. */
  readonly state: TaskState;
  readonly forced: ModelName | null;
}

/** What a person answered to work that brought no change: a result that ends the trying, or whom to try next. */
export type AskAboutNoChange<T> = (key: string, trouble: Trouble) => Promise<T | RetryWith>;
interface RetryWith {
  readonly kind: "retry";
  readonly forced: ModelName | null;
}

/**
 * Tries a piece of work until it brings something: waits between tries where every candidate failed in a way that may pass, then
 * asks a person. Each try has its own key, so none is done twice.
 */
export async function retryUntilResult<T extends { readonly kind: string }>(
  work: TaskWork,
  at: Persisting,
  attempt: (key: string, allowance: Allowance) => Promise<T | Trouble>,
  askAboutNoChange: AskAboutNoChange<T> | null = null,
): Promise<T> {
  const retry = work.task.settings.retry.step;
  let allowance: Allowance = { forced: at.forced, grantedMicros: 0 };
  let since = 0;
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? at.key : `${at.key}/try-${n}`;
    const result = await attempt(key, allowance);
    if (!isTrouble(result)) return result;
    since += 1;
    if (result.what === "models" && result.retryable && since < retry.attempts) {
      const delayMs =
        retry.strategy === "immediate"
          ? 0
          : Math.min(retry.capMs, retry.strategy === "fixed" ? retry.baseMs : retry.baseMs * 2 ** (since - 1));
      await work.task.sleep(`${key}/wait`, delayMs, result.message);
      continue;
    }
    since = 0;
    if (result.what !== "no_change" || askAboutNoChange === null) {
      allowance = await askAboutTrouble(work, at, key, result, allowance);
      continue;
    }
    const answered = await askAboutNoChange(key, result);
    if (!isRetry(answered)) return answered;
    allowance = { ...allowance, forced: answered.forced ?? allowance.forced };
  }
}

async function askAboutTrouble(
  work: TaskWork,
  at: Persisting,
  key: string,
  trouble: Trouble,
  before: Allowance,
): Promise<Allowance> {
  const { task } = work;
  const failed = (): TaskFailed =>
    new TaskFailed({ type: trouble.type, reason: trouble.reason, message: trouble.message });
  if (trouble.what === "budget" && task.settings.budget.onLimit === "stop") throw failed();
  const budget = trouble.what === "budget";
  const shared = trouble.budget !== undefined;
  // Of a budget that tasks share as much again, so that it is one answer for all; of a task's own what the next call may cost.
  const grantMicros = Math.max(trouble.wantedMicros, 1_000_000);
  const raiseMicros = Math.max(trouble.wantedMicros, trouble.capMicros ?? 0);
  const given = await task.ask(`${key}/trouble`, {
    kind: budget ? "budget" : "other",
    reason: trouble.what,
    text: budget
      ? `${trouble.message}. ${shared ? sharedText(task.id, trouble.reason ?? "run", raiseMicros) : `Approve to let ${task.id} spend more, retry when the budget was raised, or abort.`}`
      : `${trouble.message}. Retry (with another model if you like), or abort.`,
    actions: budget ? ["approve", "retry", "abort"] : ["retry", "abort"],
    returnState: at.state,
    evidence: {
      type: trouble.type,
      reason: trouble.reason,
      key,
      ...(trouble.budget === undefined
        ? budget
          ? { grantMicros, wantedMicros: trouble.wantedMicros }
          : {}
        : { budget: trouble.budget, raiseMicros, wantedMicros: trouble.wantedMicros }),
    },
    to: (answer) => (answer.action === "abort" ? null : at.state),
  });
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: trouble.type, message: given.text ?? trouble.message });
  return {
    forced: given.model ?? before.forced,
    grantedMicros: before.grantedMicros + (given.action === "approve" ? (namedMicros(given.text) ?? grantMicros) : 0),
  };
}

/** `$5` as the words of a yes: by how much. */
const namedMicros = (text: string | null): number | null =>
  text?.startsWith("$") === true ? parseDollars(text) : null;

const isRetry = (answered: { readonly kind: string }): answered is RetryWith => answered.kind === "retry";

const sharedText = (task: string, scope: string, raiseMicros: number): string =>
  `Approve: it is raised by $${(raiseMicros / 1_000_000).toFixed(2)} for all tasks, and those that wait for it go on. Or raise budget.${scope}_usd in ${brand.settingsFile} and start the run again: that answers it too. Retry: it is looked at again. Abort: only ${task} is given up, and another task asks.`;

function isTrouble(result: { readonly kind: string }): result is Trouble {
  return result.kind === "trouble";
}
