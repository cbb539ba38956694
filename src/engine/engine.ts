import type { RecordedEvent } from "../domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../domain/ids.ts";
import type { Actor } from "../domain/question.ts";
import type { AdapterName, Settings } from "../domain/settings.ts";
import type { ModelAdapter, ProcessRecord } from "./adapter.ts";
import { syncBacklog, type Backlog } from "./backlog-sync.ts";
import type { CallFiles } from "./call-files.ts";
import { takeCommands } from "./commands.ts";
import { engineActor } from "./durable-task.ts";
import { endRun } from "./finish.ts";
import { Gateway } from "./gateway.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { ModelSlots } from "./model-slots.ts";
import { openRun, type OpenRun } from "./open-run.ts";
import type { Pipelines } from "./pipeline.ts";
import type { Clock, Ledger, OwnerIdentity, Random, Scratch } from "./ports.ts";
import { sweepAttempts } from "./recovery.ts";
import { Scheduler, type SchedulerParts } from "./scheduler.ts";
import { TaskIndex } from "./task-index.ts";
import { Waker } from "./waker.ts";
import type { Workspace } from "./workspace.ts";
import { answerByRule } from "./yes-to.ts";

/** Everything an engine needs of the world. One engine runs a repository at a time. */
export interface EngineParts {
  readonly ledger: Ledger;
  readonly scratch: Scratch;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly owner: OwnerIdentity;
  readonly isDead: (owner: OwnerIdentity) => boolean;
  readonly adapters: ReadonlyMap<AdapterName, ModelAdapter>;
  readonly pipelines: Pipelines;
  readonly workspace: Workspace;
  readonly files: CallFiles;
  readonly day: (ms: number) => string;
  /** Ends a child of a dead engine that nobody will adopt. */
  readonly endProcess: (record: ProcessRecord) => Promise<void>;
  readonly rank: SchedulerParts["rank"];
  readonly promptOverride: (role: string) => string | null;
}

export interface EngineOptions {
  readonly repository: RepositoryId;
  readonly repositoryPath: string;
  readonly version: string;
  readonly base: string;
  readonly baseCommit: string;
  readonly settings: Settings;
  readonly backlog: Backlog;
  /** Only these tasks of it; null: all. */
  readonly only: readonly TaskId[] | null;
  /** Answers approval questions of these kinds, also raised ones. */
  readonly yesTo: readonly ("plan" | "merge")[];
  /** Stays while only people can move it on (an engine behind a screen). */
  readonly linger: boolean;
  readonly noWait: boolean;
}

export type EngineEnd =
  | { readonly kind: "ended"; readonly run: RunId; readonly exitCode: number }
  /** Another engine runs this repository. */
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
  readonly #sleepListeners = new Set<(gapMs: number) => void>();
  #backlog: Backlog;
  #pendingBacklog: Backlog | null = null;
  #scheduler: Scheduler | null = null;
  #run: OpenRun | null = null;

  constructor(parts: EngineParts, options: EngineOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#waker = new Waker(parts.clock);
    this.#backlog = options.backlog;
  }

  async run(opened: (run: RunId | null) => void): Promise<EngineEnd> {
    const { ledger, clock, owner, isDead } = this.#parts;
    const { repository } = this.#options;
    const leases = new LeaseKeeper({
      leases: ledger.leases,
      clock,
      repository,
      owner,
      isDead,
      onLost: (fence) => (fence.task === "" ? this.#scheduler?.abortAll() : this.#scheduler?.lost(fence)),
      onSlept: (gapMs) => this.#slept(gapMs),
    });
    const own = await leases.claim("");
    if (own === null) {
      opened(null);
      return { kind: "busy", owner: (await ledger.leases.holder(repository, ""))?.owner ?? null };
    }
    const done = new AbortController();
    const keeping = leases.keep(done.signal);
    const unfollow = ledger.log.follow(() => this.#waker.notify());
    try {
      const run = await this.#open();
      opened(run.id);
      return await this.#work(run, leases);
    } finally {
      unfollow();
      done.abort();
      await keeping;
      await leases.release(own);
    }
  }

  async stop(now: boolean, actor: Actor): Promise<void> {
    const run = this.#run;
    if (run === null) return;
    await this.#parts.ledger.log.append({
      repository: this.#options.repository,
      run: run.id,
      events: [{ type: "run.stopping", data: { now, actor } }],
    });
  }

  changed(backlog: Backlog): void {
    this.#pendingBacklog = backlog;
    this.#waker.notify();
  }

  async #open(): Promise<OpenRun> {
    const run = (this.#run = await openRun(this.#parts, this.#options));
    await sweepAttempts(this.#parts, this.#options.repository);
    return run;
  }

  async #work(run: OpenRun, leases: LeaseKeeper): Promise<EngineEnd> {
    const { ledger, clock } = this.#parts;
    const { settings, repository } = this.#options;
    const index = new TaskIndex(ledger, repository);
    await index.load();
    await this.#sync(run, index);
    const scheduler = new Scheduler({
      ledger,
      clock,
      waker: this.#waker,
      index,
      leases,
      control: this.#control,
      settings,
      rank: this.#parts.rank,
      runner: this.#runner(run),
      inScope: (task) => this.#inScope(task, run, index),
      options: { linger: this.#options.linger, noWait: this.#options.noWait },
      housekeeping: (news) => this.#housekeeping(run, index, news),
    });
    this.#scheduler = scheduler;
    const verdict = await scheduler.run();
    const tasks = [...index.all()].filter((task) => this.#inScope(task.id, run, index));
    await endRun(ledger, { repository, run: run.id }, tasks, verdict);
    return { kind: "ended", run: run.id, exitCode: verdict.exitCode };
  }

  #runner(run: OpenRun): SchedulerParts["runner"] {
    const { ledger, clock, newId, pipelines, workspace } = this.#parts;
    const { settings, repository } = this.#options;
    const gateway = new Gateway({
      ...this.#parts,
      settings: () => settings,
      modelSlots: new ModelSlots(() => settings.limits),
      onSlept: (listener) => {
        this.#sleepListeners.add(listener);
        return () => void this.#sleepListeners.delete(listener);
      },
    });
    return {
      ledger,
      clock,
      newId,
      gateway,
      pipelines,
      workspace,
      repository,
      settings,
      settingsDigest: run.settingsDigest,
      run: {
        id: run.id,
        base: run.base,
        integration: settings.git.mergeInto,
        repositoryPath: this.#options.repositoryPath,
      },
      currentSpec: (task) => this.#backlog.tasks.find(({ spec }) => spec.id === task) ?? null,
      promptOverride: this.#parts.promptOverride,
    };
  }

  async #sync(run: OpenRun, index: TaskIndex): Promise<void> {
    const { ledger, pipelines } = this.#parts;
    const runs = await ledger.runs.runs(this.#options.repository, 1_000);
    const fileOf = new Map(runs.map((row) => [row.id, row.file]));
    const parts = {
      ledger,
      repository: this.#options.repository,
      run: run.id,
      settingsDigest: run.settingsDigest,
      pipelineVersion: (spec: { readonly mode: keyof Pipelines }) => pipelines[spec.mode]?.version ?? 0,
    };
    await syncBacklog(parts, index, this.#backlog, (task) => {
      const known = index.get(task);
      return known !== undefined && this.#backlog.file !== null && fileOf.get(known.run) === this.#backlog.file;
    });
  }

  #inScope(task: TaskId, run: OpenRun, index: TaskIndex): boolean {
    if (this.#options.only !== null) return this.#options.only.includes(task);
    return index.get(task)?.run === run.id || this.#backlog.tasks.some(({ spec }) => spec.id === task);
  }

  async #housekeeping(run: OpenRun, index: TaskIndex, news: readonly RecordedEvent[]): Promise<void> {
    const { ledger, clock } = this.#parts;
    const { repository } = this.#options;
    this.#heed(news, run.id);
    if (this.#pendingBacklog !== null) {
      this.#backlog = this.#pendingBacklog;
      this.#pendingBacklog = null;
      await this.#sync(run, index);
    }
    const scheduler = this.#scheduler;
    if (scheduler !== null)
      await takeCommands({
        ledger,
        repository,
        run: run.id,
        interrupt: (task, interrupt) => scheduler.interrupt(task, interrupt),
      });
    const over = (await ledger.account.holds()).filter((hold) => hold.untilMs !== null && hold.untilMs <= clock.now());
    if (over.length > 0) {
      await ledger.log.append({
        repository,
        run: run.id,
        events: over.map((hold) => ({
          type: "hold.released",
          data: { id: hold.id, by: engineActor, reason: "its time has come" },
        })),
      });
    }
    if (this.#options.yesTo.length > 0) await answerByRule(ledger, repository, this.#options.yesTo, clock.now());
  }

  #heed(news: readonly RecordedEvent[], run: RunId): void {
    for (const event of news) {
      if (event.run !== run) continue;
      if (event.type === "run.paused") this.#control.paused = true;
      if (event.type === "run.resumed") this.#control.paused = false;
      if (event.type !== "run.stopping") continue;
      this.#control.stopping = true;
      if (event.data.now) this.#scheduler?.abortAll();
      this.#waker.notify();
    }
  }

  #slept(gapMs: number): void {
    for (const listener of this.#sleepListeners) listener(gapMs);
    const run = this.#run;
    if (run === null) return;
    void this.#parts.ledger.log
      .append({
        repository: this.#options.repository,
        run: run.id,
        events: [{ type: "machine.slept", data: { gapMs } }],
      })
      .catch(() => undefined);
  }
}
