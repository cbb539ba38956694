import { FatalFault } from "../../domain/fatal-fault.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { Actor } from "../../domain/question.ts";
import { Gateway } from "../call/gateway.ts";
import type { OwnerIdentity } from "../ports/leases.ts";
import type { Pipelines } from "../task/pipeline.ts";
import { LeaseKeeper } from "../waiting/lease-keeper.ts";
import { BehindBack } from "../watching/behind-back.ts";
import { isFollowedByHand } from "../watching/followed-by-hand.ts";
import { ModelSlots } from "../waiting/model-slots.ts";
import { SlotNumbers } from "../waiting/slot-numbers.ts";
import { Waker } from "../waiting/waker.ts";
import { RunBaseChecks } from "./base-checks.ts";
import { type Backlog, filesOfTasks, idsOf, syncBacklog } from "./backlog-sync.ts";
import type { EngineOptions, EngineParts } from "./engine-options.ts";
import { endRun } from "./finish.ts";
import { runHousekeeping } from "./housekeeping.ts";
import { openRun, type OpenRun } from "./open-run.ts";
import { type LeftAttempt, sweepAttempts } from "./recovery.ts";
import { RunWriter } from "./run-writer.ts";
import { isInScope } from "./scope.ts";
import { Scheduler, type SchedulerParts } from "./scheduler.ts";
import { type IndexedTask, TaskIndex } from "./task-index.ts";
import { rankByHistory } from "./work-history.ts";

export type EngineEnd =
  | { readonly kind: "ended"; readonly run: RunId; readonly exitCode: number }
  /** Another engine runs this repository, or has taken it over. */
  | { readonly kind: "busy"; readonly owner: OwnerIdentity | null };

/** A running engine, as its host sees it. `stop` ends it after the current calls, or at once with snapshots. */
export interface Engine {
  /** Resolves when the run is over. Throws Bugs and ledger faults; what was committed stays true. */
  readonly end: Promise<EngineEnd>;
  /** The run's id once it is open; null: another engine has the repository. */
  readonly opened: Promise<RunId | null>;
  stop(now: boolean, actor: Actor): Promise<void>;
  /** The backlog file changed and reads well. */
  changed(backlog: Backlog): void;
}

/** Starts an engine on a repository. */
export function startEngine(parts: EngineParts, options: EngineOptions): Engine {
  const engine = new RunningEngine(parts, options);
  const opened = Promise.withResolvers<RunId | null>();
  const end = engine.run((run) => opened.resolve(run));
  end.catch((error: unknown) => opened.reject(error));
  opened.promise.catch(() => undefined);
  return {
    end,
    opened: opened.promise,
    stop: (now, actor) => engine.stop(now, actor),
    changed: (backlog) => engine.changed(backlog),
  };
}

class RunningEngine {
  readonly #parts: EngineParts;
  readonly #options: EngineOptions;
  readonly #waker: Waker;
  readonly #control = { paused: false, stopping: false };
  readonly #modelSlots: ModelSlots;
  readonly #numbers: SlotNumbers;
  readonly #sleepListeners = new Set<(gapMs: number) => void>();
  #backlog: Backlog;
  #inBacklog: ReadonlySet<TaskId>;
  /** The file that named each task last; null: not read yet. */
  #fileOf: ReadonlyMap<TaskId, string> | null = null;
  #pendingBacklog: Backlog | null = null;
  #scheduler: Scheduler | null = null;
  #writer: RunWriter | null = null;
  /** What ends it; kept for a scheduler that is not there yet. */
  #fault: { readonly error: unknown } | null = null;

  constructor(parts: EngineParts, options: EngineOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#waker = new Waker(parts.clock);
    this.#numbers = parts.numbers ?? SlotNumbers.of(parts.ledger, options);
    this.#modelSlots = new ModelSlots(() => options.settings);
    this.#backlog = options.backlog;
    this.#inBacklog = idsOf(options.backlog);
  }

  async run(opened: (run: RunId | null) => void): Promise<EngineEnd> {
    const { ledger, clock, owner, isDead, workspace } = this.#parts;
    const { repository } = this.#options;
    const leases = new LeaseKeeper({
      leases: ledger.leases,
      clock,
      repository,
      owner,
      isDead,
      onLost: (fence) => this.#scheduler?.onLeaseLost(fence),
      onSlept: (gapMs) => this.#slept(gapMs),
      present: () => workspace.present(),
    });
    const sinceMs = clock.now();
    const own = await this.#numbers.claimTrees((wish) => leases.claim("", wish));
    if (own === null) {
      opened(null);
      return await this.#busy();
    }
    const done = new AbortController();
    const keeping = leases.keep(done.signal).catch((error: unknown) => this.#fail(error));
    const unfollow = ledger.log.follow(() => this.#waker.notify());
    try {
      const run = await openRun({ ...this.#parts, sinceMs }, this.#options, own);
      const writer = new RunWriter(ledger, own, run.id);
      const note = (text: string): Promise<void> => writer.append([{ type: "note", data: { level: "warn", text } }]);
      const inScope = (task: TaskId): boolean => this.#options.only?.includes(task) ?? true;
      const left = await sweepAttempts({ ...this.#parts, note }, repository, inScope);
      for (const { call, model, isAdopted } of left) if (isAdopted) this.#modelSlots.expect(call, model);
      opened(run.id);
      return await this.#work(run, writer, leases, left);
    } catch (error) {
      if (!(error instanceof LeaseLost)) {
        await this.#tell(error);
        throw error;
      }
      opened(null);
      return await this.#busy();
    } finally {
      unfollow();
      done.abort();
      await keeping;
      // One that cannot be given back runs out.
      await leases.release(own).catch(() => undefined);
    }
  }

  /** What cannot be written down stops it all the same. */
  async stop(now: boolean, actor: Actor): Promise<void> {
    try {
      await this.#writer?.append([{ type: "run.stopping", data: { now, actor } }]);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#fault ??= { error };
    this.#scheduler?.fail(error);
  }

  /** Why it ends stands in the log too, where there is one to write to. */
  async #tell(fault: unknown): Promise<void> {
    if (fault instanceof FatalFault)
      await this.#writer
        ?.append([{ type: "note", data: { level: "error", text: fault.message } }])
        .catch(() => undefined);
  }

  changed(backlog: Backlog): void {
    this.#pendingBacklog = backlog;
    this.#waker.notify();
  }

  async #busy(): Promise<EngineEnd> {
    const holder = await this.#parts.ledger.leases.holder(this.#options.repository, "");
    return { kind: "busy", owner: holder?.owner ?? null };
  }

  async #work(run: OpenRun, writer: RunWriter, leases: LeaseKeeper, left: readonly LeftAttempt[]): Promise<EngineEnd> {
    const { ledger, clock } = this.#parts;
    const { settings, repository, yesTo, linger, noWait } = this.#options;
    this.#writer = writer;
    const index = new TaskIndex(ledger, repository);
    const inScope = (task: TaskId): boolean => this.#inScope(task, run, index);
    await index.load();
    const behindBack = new BehindBack({
      watch: this.#parts.workspace.watch,
      ledger,
      repository,
      run: run.id,
      integration: run.integration,
      isOurWay: (move) => isFollowedByHand(this.#parts.workspace.history, run.base, move),
      inScope,
      assertOwner: () => writer.assertOwner(),
    });
    await behindBack.start(left.map(({ task, model }) => ({ task, kind: "call", what: model })));
    await this.#sync(run, writer, index);
    const scheduler = new Scheduler({
      ledger,
      clock,
      waker: this.#waker,
      index,
      leases,
      numbers: this.#numbers,
      control: this.#control,
      settings,
      rank: await rankByHistory({ ...this.#parts, writer, index, repository, limits: settings.limits, inScope }),
      runner: this.#runner(run, index, behindBack, this.#baseChecks(run, writer, index, behindBack)),
      inScope,
      options: { linger, noWait },
      assertOwner: () => writer.assertOwner(),
      housekeeping: async () => {
        await this.#syncAgain(run, writer, index);
        await runHousekeeping({
          ledger,
          clock,
          writer,
          repository,
          yesTo,
          budget: settings.budget,
          day: this.#parts.day,
          waker: this.#waker,
          control: this.#control,
          isRunning: (task) => scheduler.isRunning(task),
          isUnderWay: (command) => scheduler.isUnderWay(command),
          interrupt: (task, interrupt) => scheduler.interrupt(task, interrupt),
          abortAll: () => scheduler.abortAll(),
          orphans: () => index.orphans(),
        });
      },
    });
    this.#scheduler = scheduler;
    if (this.#fault !== null) scheduler.fail(this.#fault.error);
    const verdict = await scheduler.run();
    // Nobody is told that what was written is kept where it is not.
    await leases.renew();
    const tasks = [...index.all()].filter(({ id }) => inScope(id));
    await endRun(writer, tasks, verdict);
    return { kind: "ended", run: run.id, exitCode: verdict.exitCode };
  }

  #baseChecks(run: OpenRun, writer: RunWriter, index: TaskIndex, behindBack: BehindBack): RunBaseChecks {
    return new RunBaseChecks({
      ...this.#parts,
      ...this.#options,
      waker: this.#waker,
      writer,
      run,
      watched: (ran, work) => behindBack.during(ran, work),
      isMoved: () => behindBack.isMoved(),
      toStart: () =>
        [...index.inState("NEW")].filter(({ id }) => this.#inScope(id, run, index)).map(({ spec }) => spec),
      inScope: (task) => this.#inScope(task, run, index),
    });
  }

  #runner(run: OpenRun, index: TaskIndex, behindBack: BehindBack, base: RunBaseChecks): SchedulerParts["runner"] {
    const gateway = new Gateway({
      ...this.#parts,
      settings: () => this.#options.settings,
      watched: (ran, work) => behindBack.during(ran, work),
      modelSlots: this.#modelSlots,
      inScope: (task) => this.#inScope(task, run, index),
      onSlept: (listener) => {
        this.#sleepListeners.add(listener);
        return () => void this.#sleepListeners.delete(listener);
      },
    });
    return {
      ...this.#parts,
      gateway,
      slotOf: (task) => this.#numbers.of(task),
      behindBack,
      base,
      repository: this.#options.repository,
      settings: this.#options.settings,
      settingsDigest: run.settingsDigest,
      run: { ...run, repositoryPath: this.#options.repositoryPath },
      sinceMs: run.sinceMs,
      currentSpec: (task) => this.#backlog.tasks.find(({ spec }) => spec.id === task) ?? null,
    };
  }

  /** The file as it was when it was read last; a change that comes meanwhile is for the next look. */
  async #syncAgain(run: OpenRun, writer: RunWriter, index: TaskIndex): Promise<void> {
    if (this.#pendingBacklog === null) return;
    this.#backlog = this.#pendingBacklog;
    this.#inBacklog = idsOf(this.#backlog);
    this.#pendingBacklog = null;
    await this.#sync(run, writer, index);
    this.#scheduler?.changed();
  }

  async #sync(run: OpenRun, writer: RunWriter, index: TaskIndex): Promise<void> {
    const parts = {
      writer,
      settingsDigest: run.settingsDigest,
      pipelineVersion: (spec: { readonly mode: keyof Pipelines }) => this.#parts.pipelines[spec.mode]?.version ?? 0,
      hasBegun: (task: IndexedTask) => task.begun || this.#scheduler?.isRunning(task.id) === true,
    };
    this.#fileOf = await filesOfTasks(this.#parts.ledger.log, this.#options.repository);
    await syncBacklog(parts, index, this.#backlog, this.#fileOf);
  }

  #inScope(task: TaskId, run: OpenRun, index: TaskIndex): boolean {
    const { only } = this.#options;
    return isInScope(task, { run: run.id, index, only, inBacklog: this.#inBacklog, fileOf: this.#fileOf });
  }

  #slept(gapMs: number): void {
    for (const listener of this.#sleepListeners) listener(gapMs);
    this.#writer?.append([{ type: "machine.slept", data: { gapMs } }]).catch(() => undefined);
  }
}
