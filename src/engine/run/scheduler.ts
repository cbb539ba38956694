import { assert } from "../../domain/assert.ts";
import { FatalFault } from "../../domain/fatal-fault.ts";
import type { TaskId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import { withoutParts } from "../../domain/parts.ts";
import type { Settings } from "../../domain/settings.ts";
import { compareRank, type StartRank } from "../../policy/order.ts";
import { mostInARow } from "../../policy/repeated-fault.ts";
import type { Clock } from "../ports/clock.ts";
import type { Fence } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { ActiveTask, Interrupt, RunnerParts } from "../task/runner-parts.ts";
import { runTask } from "../task/task-runner.ts";
import { leaseLost } from "../waiting/interrupts.ts";
import type { LeaseKeeper } from "../waiting/lease-keeper.ts";
import type { SlotNumbers } from "../waiting/slot-numbers.ts";
import { type Slot, Slots } from "../waiting/slots.ts";
import { Turn, type RunControl, type Waiting } from "../waiting/turn.ts";
import type { Waker } from "../waiting/waker.ts";
import type { Interrupted } from "./commands.ts";
import { verdictOf, type Verdict } from "./finish.ts";
import { type RankTasks, StartOrder } from "./start-order.ts";
import { isOpen, type IndexedTask, type TaskIndex } from "./task-index.ts";

export interface SchedulerParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly waker: Waker;
  readonly index: TaskIndex;
  readonly leases: LeaseKeeper;
  /** Which slot each that works has. */
  readonly numbers: SlotNumbers;
  readonly control: RunControl;
  readonly runner: RunnerParts;
  readonly settings: Settings;
  readonly rank: RankTasks;
  /** The tasks of this run. */
  readonly inScope: (task: TaskId) => boolean;
  readonly options: { readonly linger: boolean; readonly noWait: boolean };
  /** Commands, holds that ended, a backlog that changed: done before each look. */
  readonly housekeeping: () => Promise<void>;
  /** Throws LeaseLost where the repository is another engine's. */
  readonly assertOwner: () => Promise<void>;
}

interface Running extends ActiveTask {
  readonly abort: AbortController;
  waiting: Waiting | null;
}

/**
 * Keeps the slots filled: whenever anything happens it looks which task may start and starts the first in order. It holds no
 * truth of its own; a lost notice costs nothing because every look starts from the log.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #slots: Slots<StartRank>;
  readonly #running = new Map<TaskId, Running>();
  readonly #ends: Promise<void>[] = [];
  readonly #order: StartOrder;
  /** When a task that another engine holds may be claimed; null: there is none. */
  #lookAgainMs: number | null = null;
  #fatal: { readonly error: unknown } | null = null;
  /** How often in a row a task was begun and nothing at all came of it. */
  readonly #fruitless = new Map<TaskId, number>();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    const { index, settings, rank, inScope } = parts;
    this.#slots = new Slots<StartRank>(settings.limits.parallel, compareRank);
    this.#order = new StartOrder({ index, limits: settings.limits, rank, inScope, running: this.#running });
  }

  /** Throws LeaseLost when another engine has taken the repository over, Bugs and ledger faults. Nothing runs afterwards. */
  async run(): Promise<Verdict & { ends: true }> {
    try {
      return await this.#untilOver();
    } catch (error) {
      if (error instanceof LeaseLost) for (const running of this.#running.values()) dropLease(running);
      throw error;
    } finally {
      this.abortAll();
      await Promise.all(this.#ends);
      assert(this.#running.size === 0, "a task still runs after the end");
    }
  }

  async #untilOver(): Promise<Verdict & { ends: true }> {
    const { waker, index } = this.#parts;
    const never = new AbortController().signal;
    for (;;) {
      const mark = waker.mark();
      this.#lookAgainMs = null;
      await index.refresh();
      await this.#parts.housekeeping();
      if (this.#fatal !== null) throw this.#fatal.error;
      await this.#fill();
      const verdict = await this.#verdict();
      if (!verdict.ends) await waker.wait(mark, this.#lookAgainMs, never);
      // It holds only if nothing has happened since the look began.
      else if (!(await index.refresh())) return verdict;
    }
  }

  /** A person's command for one task: what runs is ended first. One after the other: the next is for what comes of the one before. */
  async interrupt(task: TaskId, interrupt: Interrupt): Promise<Interrupted> {
    const running = this.#running.get(task);
    if (running !== undefined) {
      if (running.interrupt?.command !== undefined && interrupt.command !== undefined) return "later";
      running.interrupt = interrupt;
      running.abort.abort();
      return "begun";
    }
    const known = this.#parts.index.get(task);
    if (known === undefined) return "unknown";
    return (await this.#start(known, interrupt)) ? "begun" : "later";
  }

  /** Whether a task follows this command now, and will take it. */
  isUnderWay(command: string): boolean {
    return [...this.#running.values()].some(({ interrupt }) => interrupt?.command === command);
  }

  isRunning(task: TaskId): boolean {
    return this.#running.has(task);
  }

  /** The tasks of this run may be others. */
  changed(): void {
    this.#order.lookAgain();
  }

  /** Ends every call at once; trees are kept as snapshots. */
  abortAll(): void {
    for (const running of this.#running.values()) running.abort.abort();
  }

  /** The lease of a task is gone, or (task "") that of the repository, and with it all. */
  onLeaseLost(fence: Fence): void {
    if (fence.task === "") {
      this.#fatal ??= { error: new LeaseLost("") };
      this.#parts.waker.notify();
    }
    const running = this.#running.get(fence.task);
    if (running !== undefined) dropLease(running);
  }

  /** Nothing more can be made true: all that runs is ended, and this is thrown. */
  fail(error: unknown): void {
    this.#fatal ??= { error };
    this.#parts.waker.notify();
  }

  async #fill(): Promise<void> {
    const { control, index, inScope, settings } = this.#parts;
    if (control.stopping || control.paused) return;
    // They hold no slot, and their answer may be there already.
    for (const task of index.inState("AWAITING_HUMAN"))
      if (inScope(task.id) && !this.#running.has(task.id)) await this.#start(task, null);
    if (this.#working >= settings.limits.parallel) return;
    for (const task of this.#order.next()) {
      if (!(await this.#start(task, null))) this.#order.lookAgain();
      if (this.#working >= settings.limits.parallel) return;
    }
  }

  /** Tasks that work or are about to; one that waits for anything else leaves its place to others. */
  get #working(): number {
    return [...this.#running.values()].filter((running) => running.waiting === null).length;
  }

  async #start(task: IndexedTask, interrupt: Interrupt | null): Promise<boolean> {
    const { leases, waker, ledger, clock, control, runner, numbers } = this.#parts;
    await this.#parts.assertOwner();
    // Who waits for an answer takes one when there is something to do.
    const fence =
      task.state === "AWAITING_HUMAN"
        ? await leases.claim(task.id)
        : await numbers.claim([task.id], this.#spare, (wish) => leases.claim(task.id, wish));
    if (fence === null) {
      const until = (await ledger.leases.holder(runner.repository, task.id))?.untilMs ?? clock.now();
      this.#lookAgainMs = Math.min(this.#lookAgainMs ?? until, until);
      return false;
    }
    const abort = new AbortController();
    const turn = new Turn({
      ledger,
      clock,
      waker,
      control,
      signal: abort.signal,
      repository: fence.repository,
      acquire: (signal) => this.#acquire(task, signal),
      onWaiting: (waiting) => {
        running.waiting = waiting;
        waker.notify();
      },
    });
    const running: Running = {
      id: task.id,
      fence,
      turn,
      interrupt,
      leaseLost: false,
      abort,
      waiting: null,
    };
    this.#running.set(task.id, running);
    this.#ends.push(this.#follow(running));
    return true;
  }

  async #acquire(task: IndexedTask, signal: AbortSignal): Promise<Slot | null> {
    const slot = await this.#slots.acquire(this.#order.rankOf(task), signal);
    try {
      if (slot !== null) await this.#parts.numbers.take(task.id, this.#spare);
      return slot;
    } catch (error) {
      slot?.release();
      throw error;
    }
  }

  /** Tasks whose number another may have: they wait, and nothing of theirs runs, as an agent in the middle of its call would. */
  readonly #spare = (): readonly TaskId[] =>
    [...this.#running.values()]
      .filter(({ waiting }) => waiting !== null && waiting.kind !== "approval")
      .map(({ id }) => id);

  async #follow(running: Running): Promise<void> {
    const { log } = this.#parts.ledger;
    try {
      const head = await log.head();
      await runTask(this.#parts.runner, running);
      const times = (await log.head()) === head ? (this.#fruitless.get(running.id) ?? 0) + 1 : 0;
      this.#fruitless.set(running.id, times);
      if (times >= mostInARow)
        throw new FatalFault(`${running.id} was begun ${times} times in a row and nothing came of it`);
    } catch (error) {
      this.#fatal ??= { error };
    } finally {
      running.turn.yield();
      this.#running.delete(running.id);
      this.#parts.numbers.drop(running.id);
      this.#order.lookAgain();
      await this.#parts.leases.release(running.fence).catch((error: unknown) => void (this.#fatal ??= { error }));
      this.#parts.waker.notify();
    }
  }

  async #verdict(): Promise<Verdict> {
    const { index, inScope, control, options, ledger, runner, clock } = this.#parts;
    const active = [...this.#running.values()].map((running) => running.waiting);
    // Mostly, and then nothing need be counted. A lease of an engine before this one runs out by itself.
    if (!control.stopping && (active.includes(null) || this.#lookAgainMs !== null)) return { ends: false };
    const tasks = [...index.all()].filter((task) => inScope(task.id));
    if (control.paused && !control.stopping && tasks.some(isOpen)) return { ends: false };
    const status = {
      stopping: control.stopping,
      failed: withoutParts(tasks).filter((task) => task.state === "FAILED").length,
      open: tasks.filter(isOpen).length,
      active,
    };
    const quick = verdictOf({ ...status, questions: 1 }, options, clock.now());
    if (!quick.ends) return quick;
    const questions = await ledger.account.questions(runner.repository);
    // An answer that is not effective yet, or was not taken up yet, is no end; but where its task waits for another one.
    const isDue = ({ question: { id, task }, answer }: (typeof questions)[number]): boolean =>
      answer !== null && inScope(task) && (this.#running.get(task)?.waiting?.question ?? id) === id;
    if (!control.stopping && questions.some(isDue)) return { ends: false };
    const open = questions.filter(({ question }) => inScope(question.task)).length;
    return verdictOf({ ...status, questions: open }, options, clock.now());
  }
}

function dropLease(running: Running): void {
  running.leaseLost = true;
  running.abort.abort(leaseLost);
}
