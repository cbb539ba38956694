import type { RepositoryId, TaskId } from "../domain/ids.ts";
import type { Settings } from "../domain/settings.ts";
import type { Ledger } from "../engine/ports/ledger.ts";
import type { TaskDetail } from "../engine/ports/task-reads.ts";

/** The part of the ledger a screen reads and writes. */
export interface ScreenLedger {
  readonly log: Pick<Ledger["log"], "append" | "since" | "follow" | "head">;
  readonly leases: Pick<Ledger["leases"], "holder">;
  readonly breakers: Pick<Ledger["breakers"], "list" | "reset">;
  readonly decisions: Pick<Ledger["decisions"], "answer" | "takeBack" | "give">;
  readonly tasks: Pick<Ledger["tasks"], "list" | "get" | "detail">;
  readonly runs: Pick<Ledger["runs"], "runs" | "settings" | "totals" | "activity">;
  readonly account: Pick<Ledger["account"], "questions" | "holds" | "running" | "spend" | "use">;
}

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};

/** Settings never change under their digest. */
export class SettingsByDigest {
  readonly #known = new Map<string, Settings>();

  async get(ledger: Pick<ScreenLedger, "runs">, digest: string): Promise<Settings | null> {
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const read = await ledger.runs.settings(digest);
    if (read !== null) this.#known.set(digest, read);
    return read;
  }
}

/** What one tick reads of the ledger: each thing once, however many slices show it. */
export class LedgerReads {
  readonly #ledger: ScreenLedger;
  readonly #repository: RepositoryId;
  readonly #details = new Map<TaskId, Promise<TaskDetail | null>>();
  readonly run;
  readonly settings;
  readonly totals;
  readonly activity;
  readonly holds;
  readonly running;
  readonly questions;
  readonly breakers;
  readonly spent;

  /** `fallback`: the settings while there is no run that says its own. */
  constructor(
    ledger: ScreenLedger,
    repository: RepositoryId,
    known: SettingsByDigest,
    fallback: () => Promise<Settings | null>,
    now: () => number,
  ) {
    this.#ledger = ledger;
    this.#repository = repository;
    /** The newest run of the repository. */
    this.run = lazily(async () => (await ledger.runs.runs(repository, 1))[0] ?? null);
    this.settings = lazily(async () => {
      const run = await this.run();
      return (run === null ? null : await known.get(ledger, run.settingsDigest)) ?? (await fallback());
    });
    this.totals = lazily(async () => {
      const run = await this.run();
      return run === null ? [] : await ledger.runs.totals(run.id);
    });
    /** What the budget of the run counts. */
    this.spent = lazily(async () => {
      const run = await this.run();
      return run === null ? 0 : (await ledger.account.spend(`run:${run.id}`)).micros;
    });
    /** What was done of late, and what is used of the accounts' windows. */
    this.activity = lazily(async () => {
      const run = await this.run();
      const [done, { windows }] = await Promise.all([
        ledger.runs.activity(repository, run?.startedAt ?? 0),
        ledger.account.use(now()),
      ]);
      return { ...done, windows };
    });
    this.holds = lazily(async () => {
      const settings = await this.settings();
      return await ledger.account.holds(repository, settings === null ? undefined : { settings, nowMs: now() });
    });
    this.running = lazily(() => ledger.account.running(repository));
    this.questions = lazily(() => ledger.account.questions(repository));
    this.breakers = lazily(() => ledger.breakers.list());
  }

  detail(task: TaskId): Promise<TaskDetail | null> {
    const known = this.#details.get(task) ?? this.#ledger.tasks.detail(this.#repository, task);
    this.#details.set(task, known);
    return known;
  }
}
