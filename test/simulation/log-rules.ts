import type { RecordedEvent } from "../../src/domain/events.ts";
import { isLimit } from "../../src/domain/failure.ts";
import type { Hold, Question } from "../../src/domain/question.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { mayMove, mayStepMove, type StepState, type TaskState } from "../../src/domain/task.ts";

interface Try {
  readonly rerun: number;
  readonly model: string;
  ended: string | null;
}

interface KnownCall {
  readonly task: string;
  /** Durable key, with its generation. */
  readonly key: string;
  readonly attempts: Map<number, Try>;
  readonly counted: Map<string, number>;
  /** Candidates whose failure does not get better. */
  readonly hopeless: Set<string>;
  notBefore: { readonly model: string; readonly atMs: number; readonly saidAtMs: number } | null;
  ended: boolean;
}

interface KnownTask {
  state: TaskState;
  generation: number;
  begun: boolean;
  readonly steps: Map<string, StepState>;
}

const stepKey = (generation: number, step: string): string => `${generation}/${step}`;

/**
 * What must hold of every log, whatever the world did: seen by reading it once from the beginning, knowing nothing else.
 */
export class LogRules {
  readonly violations: string[] = [];
  readonly tasks = new Map<string, KnownTask>();
  /** Committed results by task and key. */
  readonly results = new Map<string, string>();
  readonly questions = new Map<string, { readonly question: Question; state: "open" | "answered" | "over" }>();
  readonly calls = new Map<string, KnownCall>();
  readonly #settings: Pick<Settings, "retry" | "timeouts">;
  readonly #breakers = new Map<string, { state: string; sinceMs: number; probes: Map<string, number> }>();
  readonly #holds = new Map<string, Hold>();
  readonly #repository: string;
  #pos = 0;

  /** `repository`: whose work is looked at; of others what they share with it. */
  constructor(settings: Pick<Settings, "retry" | "timeouts">, repository: string) {
    this.#settings = settings;
    this.#repository = repository;
  }

  take(event: RecordedEvent): void {
    if (event.pos !== this.#pos + 1) this.#wrong(event, `follows position ${this.#pos}`);
    this.#pos = event.pos;
    if (event.repository === this.#repository) {
      this.#takeTask(event);
      this.#takeCall(event);
      this.#takeQuestion(event);
    }
    this.#takeBreaker(event);
    this.#takeHold(event);
  }

  #takeTask(event: RecordedEvent): void {
    if (event.type === "task.added") {
      this.tasks.set(event.data.spec.id, { state: "NEW", generation: 0, begun: false, steps: new Map() });
      return;
    }
    const task = event.task === undefined ? undefined : this.tasks.get(event.task);
    if (event.type === "task.begun" && task === undefined)
      this.#wrong(event, "begins, and is no task of this repository");
    if (task === undefined || event.task === undefined) return;
    switch (event.type) {
      case "task.moved":
        if (event.data.from !== task.state) this.#wrong(event, `moves from ${event.data.from} and is ${task.state}`);
        if (!mayMove(event.data.from, event.data.to))
          this.#wrong(event, `may not move from ${event.data.from} to ${event.data.to}`);
        task.state = event.data.to;
        break;
      case "task.begun":
        task.begun = true;
        task.generation = event.data.generation;
        break;
      case "task.restarted":
        if (event.data.generation !== task.generation + 1)
          this.#wrong(event, `generation ${event.data.generation} after ${task.generation}`);
        for (const key of event.data.keep) {
          const kept = this.results.get(`${event.task} g${task.generation}/${key}`);
          if (kept === undefined) this.#wrong(event, `keeps ${key}, which was never committed`);
          else this.results.set(`${event.task} g${event.data.generation}/${key}`, kept);
        }
        task.generation = event.data.generation;
        break;
      case "task.dropped":
        this.tasks.delete(event.task);
        break;
      case "steps.set":
        for (const { id } of event.data.steps) task.steps.set(stepKey(task.generation, id), "PENDING");
        break;
      case "step.moved": {
        const key = stepKey(task.generation, event.step ?? "");
        const { from, to } = event.data;
        if (task.steps.has(key) && task.steps.get(key) !== from)
          this.#wrong(event, `the step ${key} moves from ${from} and is ${task.steps.get(key)}`);
        if (!mayStepMove(from, to)) this.#wrong(event, `the step ${key} may not move from ${from} to ${to}`);
        task.steps.set(key, to);
        break;
      }
      case "key.committed": {
        const name = `${event.task} ${event.data.key}`;
        if (!event.data.key.startsWith(`g${task.generation}/`))
          this.#wrong(event, `${event.data.key} in generation ${task.generation}`);
        if (this.results.has(name)) this.#wrong(event, `${event.data.key} was committed before`);
        this.results.set(name, JSON.stringify(event.data.result));
        break;
      }
      default:
    }
  }

  #takeCall(event: RecordedEvent): void {
    if (event.call === undefined || event.task === undefined) return;
    if (event.type === "call.started") {
      if (this.calls.has(event.call)) this.#wrong(event, "was started before");
      this.calls.set(event.call, {
        task: event.task,
        key: event.data.key,
        attempts: new Map(),
        counted: new Map(),
        hopeless: new Set(),
        notBefore: null,
        ended: false,
      });
      return;
    }
    const call = this.calls.get(event.call);
    if (call === undefined) return;
    switch (event.type) {
      case "attempt.started": {
        const { attempt, rerun, model } = event.data;
        this.#mayStart(event, call, attempt, rerun, model);
        call.attempts.set(attempt, { rerun, model, ended: null });
        call.notBefore = null;
        break;
      }
      case "attempt.ended": {
        const { attempt, rerun, outcome, counted, model, failure } = event.data;
        const known = call.attempts.get(attempt);
        if (known === undefined || known.rerun !== rerun || known.ended !== null)
          this.#wrong(event, `attempt ${attempt}.${rerun} ends and does not run`);
        else known.ended = outcome;
        if (event.data.durationMs < 0) this.#wrong(event, `took ${event.data.durationMs} ms`);
        if ((outcome === "crashed" || outcome === "cancelled") && counted)
          this.#wrong(event, `${outcome} counts as a try`);
        if (failure !== null && isLimit(failure) && counted)
          this.#wrong(event, "a limit of the account counts as a try");
        if (!counted) break;
        call.counted.set(model, (call.counted.get(model) ?? 0) + 1);
        if ((call.counted.get(model) ?? 0) > this.#settings.retry.call.attempts)
          this.#wrong(event, `${model} is tried more than ${this.#settings.retry.call.attempts} times`);
        if (failure !== null && !failure.retryable) call.hopeless.add(model);
        break;
      }
      case "call.retried":
        call.notBefore = { model: event.data.model, atMs: event.data.nextAt, saidAtMs: event.at };
        break;
      case "call.ended":
        if (call.ended) this.#wrong(event, "ended before");
        call.ended = true;
        break;
      default:
    }
  }

  #mayStart(event: RecordedEvent, call: KnownCall, attempt: number, rerun: number, model: string): void {
    const state = this.tasks.get(call.task)?.state;
    if (
      state === undefined ||
      state === "NEW" ||
      state === "AWAITING_HUMAN" ||
      state === "DONE" ||
      state === "FAILED"
    ) {
      this.#wrong(event, `a call for a task that is ${state}`);
    }
    if (call.ended) this.#wrong(event, "an attempt of a call that ended");
    if (this.results.has(`${call.task} ${call.key}`))
      this.#wrong(event, `a call for ${call.key}, which was committed before`);
    const running = [...call.attempts.values()].some(({ ended }) => ended === null);
    if (running) this.#wrong(event, "a second attempt beside a running one");
    const before = call.attempts.get(attempt);
    if (before === undefined ? rerun !== 0 : rerun <= before.rerun)
      this.#wrong(event, `attempt ${attempt}.${rerun} is out of order`);
    if (before?.ended !== undefined && before.ended !== "crashed" && before.ended !== "cancelled")
      this.#wrong(event, `attempt ${attempt} ended as ${before.ended} and begins again`);
    if (call.hopeless.has(model))
      this.#wrong(event, `${model} is asked again after a failure that does not get better`);
    const { notBefore } = call;
    // Where the clock was set back since, its instants say nothing of how long it was waited.
    if (notBefore?.model === model && event.at >= notBefore.saidAtMs && event.at < notBefore.atMs)
      this.#wrong(event, `${model} is asked again ${notBefore.atMs - event.at} ms early`);
  }

  #takeQuestion(event: RecordedEvent): void {
    if (event.type === "question.asked") {
      const { question } = event.data;
      if (question.actions.length === 0) this.#wrong(event, `${question.key} has no answer`);
      for (const other of this.questions.values()) {
        if (other.state !== "over" && other.question.task === question.task && other.question.key === question.key)
          this.#wrong(event, `${question.key} is asked twice`);
      }
      this.questions.set(question.id, { question, state: "open" });
      return;
    }
    if (event.type === "question.answered") {
      const known = this.questions.get(event.data.answer.question);
      if (known?.state !== "open") this.#wrong(event, "an answer to a question that is not open");
      else if (!known.question.actions.includes(event.data.answer.action))
        this.#wrong(event, `${event.data.answer.action} is no legal answer`);
      if (known !== undefined) known.state = "answered";
      return;
    }
    if (event.type === "question.reopened" || event.type === "question.withdrawn") {
      const known = this.questions.get(event.data.question);
      if (known === undefined || known.state === "over") this.#wrong(event, "of a question that is over");
      else known.state = event.type === "question.reopened" ? "open" : "over";
      return;
    }
    if (event.type !== "key.committed") return;
    for (const known of this.questions.values()) {
      if (known.question.task === event.task && known.question.key === event.data.key && known.state !== "over") {
        if (known.state === "open") this.#wrong(event, `${event.data.key} goes on without an answer`);
        known.state = "over";
      }
    }
  }

  #takeBreaker(event: RecordedEvent): void {
    if (event.type === "breaker.moved") {
      const { model, to } = event.data;
      this.#breakers.set(model, { state: to, sinceMs: event.at, probes: new Map() });
      return;
    }
    if (event.call === undefined) return;
    if (event.type === "attempt.started") {
      const breaker = this.#breakers.get(event.data.model);
      if (breaker?.state === "open") this.#wrong(event, `${event.data.model} is asked while its breaker is open`);
      if (breaker?.state !== "half_open") return;
      // A probe's right ends after the longest time a call may take, which is over sooner for a machine that slept.
      const { implementMs, startupMs } = this.#settings.timeouts;
      const running = [...breaker.probes.values()].filter((sinceMs) => event.at - sinceMs < implementMs + startupMs);
      breaker.probes.set(`${event.call} ${event.data.attempt}`, event.at);
      if (running.length > 0) this.#wrong(event, `${running.length + 1} probes of ${event.data.model} at once`);
    }
    if (event.type === "attempt.ended")
      this.#breakers.get(event.data.model)?.probes.delete(`${event.call} ${event.data.attempt}`);
  }

  /** As the ledger folds them: one of each target, the last that was set. */
  #takeHold(event: RecordedEvent): void {
    if (event.type === "hold.set")
      this.#holds.set(`${event.data.hold.scope} ${event.data.hold.target}`, event.data.hold);
    if (event.type === "hold.released")
      for (const [target, { id, untilMs }] of this.#holds) {
        if (id !== event.data.id) continue;
        this.#holds.delete(target);
        if (event.data.by.kind === "engine" && (untilMs ?? Infinity) > event.at)
          this.#wrong(event, `the hold of ${target} ends before its time`);
      }
    if (event.type !== "attempt.started") return;
    const { model, account, provider } = event.data;
    for (const target of [`model ${model}`, `account ${account}`, `provider ${provider}`]) {
      const hold = this.#holds.get(target);
      if (hold !== undefined && (hold.untilMs ?? Infinity) > event.at)
        this.#wrong(event, `${model} is asked while ${target} is held`);
    }
  }

  #wrong(event: RecordedEvent, what: string): void {
    this.violations.push(
      `${event.type} at ${event.pos}${event.task === undefined ? "" : ` of ${event.task}`}${event.call === undefined ? "" : ` (call ${event.call})`}: ${what}`,
    );
  }
}
