import type { RepositoryId, RunId } from "../domain/ids.ts";
import { addCost } from "../domain/money.ts";
import type { Hold } from "../domain/question.ts";
import type { RunRow } from "../domain/rows.ts";
import type { ModelSettings, Settings } from "../domain/settings.ts";
import type { Ledger, Scratch } from "../engine/ports.ts";
import type {
  DiffSnapshot,
  Draft,
  LiveSnapshot,
  ModelsSnapshot,
  Notice,
  RunSnapshot,
  Slices,
  TasksSnapshot,
} from "../view/screen-source.ts";
import { decodeDraft } from "./draft-text.ts";
import type { TextRates } from "./text-rates.ts";

/** What the slices are read from. */
export interface SliceParts {
  readonly ledger: Ledger;
  readonly scratch: Pick<Scratch, "read">;
  readonly drafts: { get(key: string): Promise<string | null> };
  readonly repository: RepositoryId;
  /** Short name of the repository. */
  readonly name: string;
  /** Of the repository's last run, which is asked of the ledger once a second at most by whoever gives this. */
  readonly engine: () => RunSnapshot["engine"];
  readonly notices: () => readonly Notice[];
  readonly now: () => number;
  readonly rates: TextRates;
  /** The unified text between two commits. */
  readonly loadDiff: (from: string, to: string) => Promise<string>;
}

/** Newest events a window holds. */
const mostEvents = 2_000;

export const emptySlices: Slices = {
  clock: { now: 0, frame: 0 },
  run: {
    repository: "",
    run: null,
    engine: "absent",
    permissions: null,
    cost: { micros: 0, source: "reported" },
    capMicros: null,
    scripted: false,
    notices: [],
  },
  tasks: { rows: [], holds: [], active: new Set(), accounts: {} },
  models: { models: [] },
  review: { questions: [] },
  task: null,
  diff: { state: "loading", text: "", note: null },
  events: { events: [] },
  live: { text: "", tool: null, rates: [] },
  draft: null,
};

export type Loaders = {
  readonly [S in Exclude<keyof Slices, "clock">]: (parts: SliceParts, id: string) => Promise<Slices[S]>;
};

/** How each slice is read anew. */
export const loaders: Loaders = {
  run: loadRun,
  tasks: loadTasks,
  models: loadModels,
  review: async ({ ledger, repository }) => ({ questions: await ledger.account.questions(repository) }),
  task: ({ ledger, repository }, id) => ledger.tasks.detail(repository, id),
  diff: loadDiff,
  events: async ({ ledger, repository }, id) => {
    const filter = id === "" ? { repository } : { repository, task: id };
    return { events: await ledger.log.since(0, { ...filter, limit: mostEvents, last: true }) };
  },
  live: loadLive,
  draft: async ({ drafts }, id): Promise<Draft | null> => decodeDraft(await drafts.get(id)),
};

const lastRun = async ({ ledger, repository }: SliceParts): Promise<RunRow | null> =>
  (await ledger.runs.runs(repository, 1))[0] ?? null;

const settingsOf = async ({ ledger }: SliceParts, run: RunRow | null): Promise<Settings | null> =>
  run === null ? null : await ledger.runs.settings(run.settingsDigest);

async function loadRun(parts: SliceParts): Promise<RunSnapshot> {
  const run = await lastRun(parts);
  const settings = await settingsOf(parts, run);
  const totals = run === null ? [] : await parts.ledger.runs.totals(run.id);
  const [first, ...more] = totals.map((total) => total.cost);
  return {
    repository: parts.name,
    run,
    engine: parts.engine(),
    permissions: settings?.permissions ?? null,
    cost: first === undefined ? emptySlices.run.cost : more.reduce(addCost, first),
    capMicros: settings?.budget.runMicros ?? null,
    scripted: settings !== null && settings.models.every((model) => model.adapter === "scripted"),
    notices: parts.notices(),
  };
}

async function loadTasks(parts: SliceParts): Promise<TasksSnapshot> {
  const { ledger, repository } = parts;
  const settings = await settingsOf(parts, await lastRun(parts));
  const running = await ledger.account.running(repository);
  return {
    rows: await ledger.tasks.list(repository),
    holds: await ledger.account.holds(repository),
    active: new Set(running.map(({ callRow }) => callRow.task)),
    accounts: Object.fromEntries(
      (settings?.models ?? []).map(({ name, account, provider }) => [name, { account, provider }]),
    ),
  };
}

async function loadModels(parts: SliceParts): Promise<ModelsSnapshot> {
  const { ledger, repository } = parts;
  const run = await lastRun(parts);
  const settings = await settingsOf(parts, run);
  if (run === null || settings === null) return { models: [] };
  const [breakers, holds, running, totals] = await Promise.all([
    ledger.breakers.list(),
    ledger.account.holds(repository),
    ledger.account.running(repository),
    totalsOf(parts, run.id),
  ]);
  return {
    models: settings.models.map((model) => ({
      name: model.name,
      adapter: model.adapter,
      model: model.model,
      billing: model.billing,
      account: model.account,
      breaker: breakers.find((row) => row.model === model.name) ?? null,
      holds: holds.filter((hold) => concerns(hold, model)),
      totals: totals.get(model.name) ?? null,
      running: running
        .filter((attempt) => attempt.model === model.name)
        .map(({ callRow, ...attempt }) => ({ call: callRow, attempt })),
      parallel: settings.limits.perModel[model.name]?.parallel ?? null,
    })),
  };
}

const totalsOf = async ({ ledger }: SliceParts, run: RunId) =>
  new Map((await ledger.runs.totals(run)).map((total) => [total.model, total]));

const concerns = ({ scope, target }: Hold, { account, provider, name }: ModelSettings): boolean =>
  target === { account, provider, model: name, task: null }[scope];

/** What a person is asked about; else all that the task changed so far. */
async function loadDiff(parts: SliceParts, id: string): Promise<DiffSnapshot> {
  const detail = await parts.ledger.tasks.detail(parts.repository, id);
  const asked = detail?.question?.evidence;
  const from = commit(asked?.["base"]) ?? commit(asked?.["from"]) ?? detail?.task.baseCommit ?? null;
  const to = commit(asked?.["to"]) ?? detail?.task.commit ?? null;
  if (from === null || to === null || from === to) return { state: "none", text: "", note: null };
  try {
    return { state: "ready", text: await parts.loadDiff(from, to), note: null };
  } catch (error) {
    return { state: "failed", text: "", note: error instanceof Error ? error.message : String(error) };
  }
}

const commit = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

async function loadLive({ ledger, scratch, repository, rates, now }: SliceParts, id: string): Promise<LiveSnapshot> {
  const running = (await ledger.account.running(repository)).findLast((attempt) => attempt.model === id);
  const tail = running === undefined ? null : scratch.read(running.call);
  if (running === undefined || tail === null) return { ...emptySlices.live, rates: rates.of(id) };
  return { text: tail.text, tool: tail.tool, rates: rates.add(id, running.call, tail.bytes, now()) };
}
