import type { Forecast } from "../domain/forecast.ts";
import type { ModelName, RepositoryId, RunId, TaskId } from "../domain/ids.ts";
import { addShownCost, type Cost } from "../domain/money.ts";
import type { Hold } from "../domain/question.ts";
import type { AttemptRow, BreakerRow, CallRow, ModelTotals, RunRow } from "../domain/rows.ts";
import type { ModelSettings, Settings } from "../domain/settings.ts";
import type { ModelFacts, Notice, OpenQuestion, RunningCall, RunSnapshot } from "../view/screen/screen-source.ts";
import { openBreakers } from "../view/tasks/derived.ts";
import type { LedgerReads, ScreenLedger } from "./ledger-reads.ts";
import type { Dated } from "./minutely.ts";
import { unlessSame, type SliceLoaders } from "./slice-loader.ts";
import { TaskEventReads } from "./task-event-facts.ts";
import { TaskRows } from "./task-rows.ts";

export interface LedgerSliceParts {
  readonly ledger: ScreenLedger;
  readonly repository: { readonly id: RepositoryId; readonly name: string };
  readonly engine: () => RunSnapshot["engine"];
  /** The last words of an engine that is gone. */
  readonly engineSaid?: (() => Promise<string | null>) | undefined;
  readonly notices: () => readonly Notice[];
  /** When the run will be done, as it was said at an instant within the last minute. */
  readonly forecast: (run: RunId) => Promise<Dated<Forecast | null>>;
}

const noModels: ReadonlySet<ModelName> = new Set();
const noPlanners: ReadonlyMap<TaskId, ModelName> = new Map();
const noTasks: ReadonlySet<TaskId> = new Set();

type LedgerSlices = Pick<SliceLoaders, "run" | "tasks" | "models" | "review" | "task">;

/** The slices that show what the ledger's tables say. */
export function createLedgerSlices(parts: LedgerSliceParts): {
  readonly loaders: LedgerSlices;
  readonly rows: TaskRows;
  readonly taskEvents: TaskEventReads;
} {
  const rows = new TaskRows(parts.ledger.tasks, parts.repository.id);
  const taskEvents = new TaskEventReads(parts.ledger.log, parts.repository.id);
  const empty: RunSnapshot = {
    repository: parts.repository.name,
    run: null,
    engine: "absent",
    permissions: null,
    cost: nothing,
    capMicros: null,
    scripted: false,
    notices: [],
  };
  const loaders: LedgerSlices = {
    run: { empty, load: async (_id, before, reads) => unlessSame(before, await runSnapshot(parts, reads)) },
    tasks: tasksSlice(rows, taskEvents),
    models: {
      empty: { models: [] },
      load: async (_id, before, reads) => unlessSame(before, { models: await modelFacts(reads) }),
    },
    review: {
      empty: { questions: [] },
      load: async (_id, before, reads) => unlessSame(before, { questions: await reads.questions() }),
    },
    task: { empty: null, load: async (id, before, reads) => unlessSame(before, await reads.detail(id)) },
  };
  return { loaders, rows, taskEvents };
}

const tasksSlice = (rows: TaskRows, taskEvents: TaskEventReads): LedgerSlices["tasks"] => ({
  empty: {
    rows: [],
    holds: [],
    active: new Set(),
    accounts: {},
    breakers: noModels,
    waits: new Map(),
    reverted: new Set(),
  },
  async load(_id, before, reads) {
    const [list, holds, running, settings] = await Promise.all([
      rows.read(),
      reads.holds(),
      reads.running(),
      reads.settings(),
    ]);
    const { waits, reverted, unlanded, planners } = await taskEvents.read(list);
    const rests = [...waits.values()].some(({ models }) => models !== undefined);
    const breakers = rests ? openBreakers(await reads.breakers()) : noModels;
    const next = {
      rows: list,
      waits: unlessSame(before.waits, waits),
      reverted: unlessSame(before.reverted, reverted),
      unlanded: unlessSame(before.unlanded ?? noTasks, unlanded),
      planners: unlessSame(before.planners ?? noPlanners, planners),
      holds: unlessSame(before.holds, holds),
      breakers: unlessSame(before.breakers ?? noModels, breakers),
      active: unlessSame(before.active, new Set(running.map(({ callRow }) => callRow.task))),
      accounts: unlessSame(before.accounts, accountsOf(settings)),
      limits: settings?.limits,
    };
    const same =
      next.rows === before.rows &&
      next.holds === before.holds &&
      next.breakers === before.breakers &&
      next.active === before.active &&
      next.waits === before.waits &&
      next.reverted === before.reverted &&
      next.unlanded === before.unlanded &&
      next.planners === before.planners &&
      next.accounts === before.accounts &&
      next.limits === before.limits;
    return same ? before : next;
  },
});

/** Nobody was called: that cost nothing, and it is known. */
const nothing: Cost = { micros: 0, source: "reported" };

async function runSnapshot(parts: LedgerSliceParts, reads: LedgerReads): Promise<RunSnapshot> {
  const [run, settings, totals] = await Promise.all([reads.run(), reads.settings(), reads.totals()]);
  const engine = parts.engine();
  return {
    repository: parts.repository.name,
    run,
    engine,
    engineSaid: engine === "died" ? ((await parts.engineSaid?.()) ?? null) : null,
    permissions: settings?.permissions ?? null,
    ...(await withAssumed(moneyOf(settings, totals), reads)),
    ...(engine === "alive" && run !== null ? await doneAt(parts, run) : {}),
    scripted:
      settings !== null && settings.models.length > 0 && settings.models.every(({ adapter }) => adapter === "scripted"),
    notices: parts.notices(),
  };
}

async function doneAt({ forecast }: LedgerSliceParts, run: RunRow): Promise<Pick<RunSnapshot, "doneAt">> {
  if (run.state !== "running" || run.paused || run.stopping !== "no") return {};
  const { at, value } = await forecast(run.id);
  return value === null ? {} : { doneAt: { from: at + value.lowMs, to: at + value.highMs } };
}

/** Beside a cap stands what counts against it: only models that are paid by the token do. */
function moneyOf(settings: Settings | null, totals: readonly ModelTotals[]): Pick<RunSnapshot, "cost" | "capMicros"> {
  const metered = new Set(
    (settings?.models ?? []).filter(({ billing }) => billing === "metered").map(({ name }) => name),
  );
  const capMicros = metered.size === 0 ? null : (settings?.budget.runMicros ?? null);
  const counted = capMicros === null ? totals : totals.filter(({ model }) => metered.has(model));
  return { cost: counted.map(({ cost }) => cost).reduce(addShownCost, nothing), capMicros };
}

/** Budgets count more than is known where calls told no cost. */
async function withAssumed(
  known: Pick<RunSnapshot, "cost" | "capMicros">,
  reads: LedgerReads,
): Promise<Pick<RunSnapshot, "cost" | "capMicros" | "assumedMicros">> {
  const { micros, source } = known.cost;
  const isOpen = micros === null || source === "lower_bound" || source === "unsettled";
  if (known.capMicros === null || !isOpen) return known;
  const assumedMicros = (await reads.spent()) - (micros ?? 0);
  return assumedMicros > 0 ? { ...known, assumedMicros } : known;
}

const accountsOf = (
  settings: Settings | null,
): Readonly<Record<string, { readonly account: string; readonly provider: string }>> =>
  Object.fromEntries((settings?.models ?? []).map(({ name, account, provider }) => [name, { account, provider }]));

async function modelFacts(reads: LedgerReads): Promise<readonly ModelFacts[]> {
  const [settings, breakers, holds, totals, running, questions] = await Promise.all([
    reads.settings(),
    reads.breakers(),
    reads.holds(),
    reads.totals(),
    reads.running(),
    reads.questions(),
  ]);
  if (settings === null) return [];
  return settings.models.map((model) => ({
    ...restOf(
      breakers.find((row) => row.model === model.name),
      settings,
    ),
    name: model.name,
    adapter: model.adapter,
    model: model.model,
    billing: model.billing,
    account: model.account,
    isAsked: settings.roles.ask?.includes(model.name) ?? true,
    holds: holds.filter((hold) => concerns(hold, model)),
    totals: totals.find((row: ModelTotals) => row.model === model.name) ?? null,
    running: running
      .filter((attempt) => attempt.model === model.name)
      .map((attempt) => runningCall(attempt, questions)),
    parallel: settings.limits.perModel[model.name]?.parallel ?? null,
  }));
}

const restOf = (row: BreakerRow | undefined, { breaker }: Settings): Pick<ModelFacts, "breaker" | "restsUntil"> =>
  row?.state === "open" && row.openedAt !== null
    ? { breaker: row, restsUntil: row.openedAt + breaker.openForMs }
    : { breaker: row ?? null };

function concerns(hold: Hold, model: ModelSettings): boolean {
  switch (hold.scope) {
    case "account":
      return hold.target === model.account;
    case "provider":
      return hold.target === model.provider;
    case "model":
      return hold.target === model.name;
    case "task":
    case "service":
      return false;
  }
}

function runningCall(
  { callRow, ...attempt }: AttemptRow & { readonly callRow: CallRow },
  questions: readonly OpenQuestion[],
): RunningCall {
  const asks = questions.some(
    ({ question, answer }) =>
      question.kind === "approval" &&
      answer === null &&
      question.task === callRow.task &&
      question.key.startsWith(`${callRow.key}/`),
  );
  return { call: callRow, attempt, asks };
}
