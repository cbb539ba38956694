import type { UsedWindow } from "../../domain/account-use.ts";
import { failure as makeFailure } from "../../domain/failure.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { Billed } from "../../policy/cost.ts";
import type {
  AdapterOutcome,
  CallEvent,
  CallSpec,
  ModelAdapter,
  StartedProcess,
  RunningCall,
} from "../ports/adapter.ts";
import type { Transcript } from "../ports/call-files.ts";
import type { Clock } from "../ports/clock.ts";
import type { Scratch } from "../ports/scratch.ts";
import { leaseLost } from "../waiting/interrupts.ts";
import { LimitWatch, type ExpiredLimit } from "../waiting/limits.ts";
import { AttemptMoney, type AttemptSum } from "./attempt-money.ts";
import { saidOf } from "./said.ts";
import { CallApprovals, type CallApprovalPorts } from "./call-approvals.ts";

/** What one attempt came to. The outcome is the adapter's own, or a time limit's. */
export interface AttemptResult extends AttemptSum {
  readonly outcome: AdapterOutcome;
  readonly session: string | null;
  /** It said or did something; only that it lived is nothing. */
  readonly hasWorked: boolean;
  /** It worked so long: without what a person was waited for and the machine slept. */
  readonly durationMs: number;
  readonly startupMs: number | null;
}

export interface AttemptPorts extends CallApprovalPorts {
  readonly clock: Clock;
  readonly scratch: Scratch;
  /** Hears what the agent says and does; absent: nobody keeps it. */
  readonly transcript?: Transcript | undefined;
  /** What the agent says that its tools do. */
  readonly onTool: (said: string) => void;
  readonly onProcess: (record: StartedProcess) => Promise<void>;
  readonly onSession: (session: string) => Promise<void>;
  /** What its program tells of its account's windows. */
  readonly onLimits: (windows: readonly UsedWindow[]) => Promise<void>;
  /** What of its output nobody could read. */
  readonly onUnread: (text: string) => Promise<void>;
  /** Whether the task is still this engine's. */
  readonly isOurs: () => Promise<boolean>;
  /** Lets a machine's sleep move the limits; returns how to stop listening. */
  readonly onSlept: (listener: (gapMs: number) => void) => () => void;
}

/** Runs one attempt to its end: follows its events, keeps the live tail, ends it at a limit or when the signal aborts. */
export async function runAttempt(
  adapter: ModelAdapter,
  spec: CallSpec,
  signal: AbortSignal,
  ports: AttemptPorts,
): Promise<AttemptResult> {
  const startedMs = ports.clock.now();
  const limits = new LimitWatch(ports.clock, spec.limits);
  const running = adapter.start(spec, ports.onProcess);
  const follow = new Following(spec, adapter.capabilities.usageOf ?? "several", limits, ports);
  const onAbort = (): void => void running.cancel(signal.reason === leaseLost ? leaseLost : "stop");
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const unslept = ports.onSlept((gapMs) => limits.slept(gapMs));
  let expired: ExpiredLimit | null = null;
  const watch = (async (): Promise<void> => {
    const limit = await limits.expired();
    if (limit === null) return;
    // A machine that stood still may have lost the task meanwhile: then the agent is another engine's.
    const isOurs = await ports.isOurs().catch((error: unknown) => {
      // Nobody can tell: the engine ends, and with it what it runs.
      void running.cancel("stop");
      throw error;
    });
    if (isOurs) expired = limit;
    await running.cancel(expired ?? leaseLost);
  })();
  // Its fault is thrown below; until then it is nobody's to be told.
  watch.catch(() => undefined);
  try {
    const outcome = await follow.toEnd(running);
    return { ...follow.totals(startedMs), outcome: expired === null ? outcome : timedOut(expired, spec, outcome.text) };
  } finally {
    limits.stop();
    unslept();
    signal.removeEventListener("abort", onAbort);
    await Promise.all([watch, ports.transcript?.end()]);
  }
}

const workEvents: ReadonlySet<CallEvent["type"]> = new Set(["text", "thinking", "tool", "approval"]);

/** Adds up what an attempt says of itself. */
class Following {
  readonly #spec: CallSpec;
  readonly #limits: LimitWatch;
  readonly #ports: AttemptPorts;
  readonly #money: AttemptMoney;
  readonly #approvals: CallApprovals;
  #session: string | null;
  #firstMs: number | null = null;
  #hasWorked = false;

  constructor(spec: CallSpec, of: Billed["of"], limits: LimitWatch, ports: AttemptPorts) {
    this.#spec = spec;
    this.#money = new AttemptMoney(spec.prices ?? [], spec.model.billing, of);
    this.#limits = limits;
    this.#approvals = new CallApprovals(limits, ports);
    this.#ports = ports;
    this.#session = spec.start.session;
  }

  async toEnd(running: RunningCall): Promise<AdapterOutcome> {
    try {
      return await this.#follow(running);
    } finally {
      await this.#approvals.end();
    }
  }

  async #follow(running: RunningCall): Promise<AdapterOutcome> {
    const { scratch, clock, onTool, transcript } = this.#ports;
    for await (const event of running) {
      const said = transcript === undefined ? null : saidOf(event, clock.now());
      if (said !== null) transcript?.say(said);
      this.#firstMs ??= clock.now();
      if (event.type === "tool") this.#limits.tool(event.id, event.state);
      else this.#limits.activity();
      this.#hasWorked ||= workEvents.has(event.type);
      switch (event.type) {
        case "session":
          if (event.session !== this.#session) await this.#noteSession(running, event.session);
          break;
        case "text":
          scratch.tail(this.#spec.call, event.text);
          break;
        case "tool":
          if (event.state === "start") onTool(`${event.name} ${event.detail}`);
          scratch.tool(this.#spec.call, event.state === "start" ? `${event.name} ${event.detail}`.trim() : null);
          break;
        case "retry":
          scratch.tool(this.#spec.call, event.message);
          break;
        case "usage":
          this.#money.used(event.usage, event.raw, clock.now());
          break;
        case "cost":
          this.#money.cost(event.cost);
          break;
        case "limits":
          await this.#ports.onLimits(event.windows);
          break;
        case "unread":
          await this.#ports.onUnread(event.text);
          break;
        case "approval":
          this.#approvals.ask(running, event);
          break;
        case "thinking":
        case "activity":
          break;
        case "end":
          return event.outcome;
      }
    }
    return {
      kind: "error",
      text: "",
      answer: null,
      failure: makeFailure("api", "the adapter ended without saying how", { reason: "crash" }),
    };
  }

  async #noteSession(running: RunningCall, session: string): Promise<void> {
    this.#session = session;
    try {
      await this.#ports.onSession(session);
    } catch (error) {
      if (error instanceof LeaseLost) await running.cancel(leaseLost);
      throw error;
    }
  }

  totals(startedMs: number): Omit<AttemptResult, "outcome"> {
    return {
      ...this.#money.sum(),
      session: this.#session,
      hasWorked: this.#hasWorked,
      durationMs: this.#limits.workedMs,
      startupMs: this.#firstMs === null ? null : this.#firstMs - startedMs,
    };
  }
}

function timedOut(limit: ExpiredLimit, spec: CallSpec, text: string): AdapterOutcome {
  const afterMs = { startup: spec.limits.startupMs, idle: spec.limits.idleMs, wall: spec.limits.wallMs }[limit];
  const what = { startup: "gave no sign of life", idle: "gave no more sign of life", wall: "was not finished" }[limit];
  const wall = spec.role === "implementer" ? "implement" : "review";
  const setting = `timeouts.${limit === "wall" ? wall : limit}`;
  return {
    kind: "error",
    text,
    answer: null,
    failure: makeFailure("timeout", `${spec.model.name} ${what} after ${afterMs / 1_000} s (${setting})`, {
      reason: limit,
    }),
  };
}
