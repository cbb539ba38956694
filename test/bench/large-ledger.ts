import { join } from "node:path";

import type { NewEvent } from "../../src/domain/events.ts";
import { TaskIndex, isOpen, type IndexedTask } from "../../src/engine/run/task-index.ts";
import { compareRank, mayStart } from "../../src/policy/order.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { added, begun, committed, event, moves, repository, run, runStarted, settingsFixed } from "../state/sample.ts";
import { fsyncMs, inFolder, median, ms, percentile, type Figure } from "./figures.ts";
import { benchSettings } from "./workbench.ts";

const tasks = 10_000;
const done = 5_000;
const inOneCommit = 500;
const events = 100_000;

/** A ledger file of 10,000 tasks, half of them done, and 100,000 events. */
export async function largeLedger(): Promise<readonly Figure[]> {
  return await inFolder(async (folder) => {
    const path = join(folder, "ledger.db");
    const first = open(path);
    await fill(first);
    const head = await first.log.head();
    first.close();
    const opening: number[] = [];
    const listing: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const from = performance.now();
      const ledger = open(path);
      await ledger.tasks.list(repository, { limit: 100 });
      opening.push(performance.now() - from);
      await ledger.tasks.list(repository);
      listing.push(performance.now() - from);
      ledger.close();
    }
    const ledger = open(path);
    const next = await nextTasks(ledger);
    ledger.close();
    const sync = fsyncMs(folder);
    return [
      {
        what: `${tasks} tasks, ${head} events: open to the first 100 tasks`,
        figure: ms(median(opening)),
        goal: "<= 500 ms",
        met: median(opening) <= 500,
      },
      { what: "  open to all tasks", figure: ms(median(listing)), goal: "<= 500 ms", met: median(listing) <= 500 },
      {
        what: "  next task after an event, p50 (p99)",
        figure: `${ms(median(next))} (${ms(percentile(next, 0.99))})`,
        goal: "<= 2 ms",
        met: median(next) <= 2,
      },
      { what: "  fsync of 4 KB beside it", figure: ms(sync), goal: "", met: null },
    ];
  });
}

const open = (path: string): OpenLedger =>
  openLedger({ path, mode: "engine", clock: { now: () => Date.now() }, random: Math.random });

async function fill(ledger: OpenLedger): Promise<void> {
  await ledger.log.append({ repository, run, events: [runStarted(), settingsFixed()] });
  let count = 2;
  for (let from = 0; from < tasks; from += inOneCommit) {
    const batch: NewEvent[] = [];
    for (let n = from; n < from + inOneCommit; n += 1) batch.push(...storyOf(n));
    count += batch.length;
    await ledger.log.append({ repository, run, events: batch.slice(0, Math.max(0, batch.length - (count - events))) });
  }
}

/** Fifteen events of a task that is done, five of one that waits for its turn. */
function storyOf(n: number): readonly NewEvent[] {
  const id = `T${n}`;
  const notes = (many: number): NewEvent[] =>
    Array.from({ length: many }, (_, at) => event("note", { level: "info", text: `note ${at}` }, { task: id }));
  if (n >= done) return [added(id, { needs: [`T${n - (n % 3 === 0 ? done : 1)}`] }), ...notes(4)];
  const keys = Array.from({ length: 9 }, (_, at) => committed(id, `g1/main/S${at}`, { text: "x".repeat(200) }));
  return [
    added(id),
    begun(id),
    ...moves(id, "NEW", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE"),
    ...keys,
    finish(id),
  ];
}

const finish = (id: string): NewEvent =>
  event("task.moved", { from: "QUALITY_GATE", to: "DONE", reason: "done" }, { task: id });

/** From a commit that finished a task to the task that starts next, as the scheduler looks for it. */
async function nextTasks(ledger: OpenLedger): Promise<readonly number[]> {
  const { limits } = benchSettings({});
  const index = new TaskIndex(ledger, repository);
  await index.load();
  const critical = new Map([...index.all()].map(({ id, position }) => [id, position % 7]));
  const rankOf = ({ id, spec, position }: IndexedTask): Parameters<typeof compareRank>[0] => ({
    priority: spec.priority,
    critical: critical.get(id) ?? 0,
    position,
  });
  const times: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const last = pick(index, limits, rankOf);
    if (last === undefined) throw new Error("no task may start");
    const states = ["NEW", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE", "DONE"] as const;
    await ledger.log.append({ repository, run, events: [begun(last.id), ...moves(last.id, ...states)] });
    const from = performance.now();
    await index.refresh();
    pick(index, limits, rankOf);
    times.push(performance.now() - from);
  }
  return times;
}

function pick(
  index: TaskIndex,
  limits: Parameters<typeof mayStart>[1],
  rankOf: (task: IndexedTask) => Parameters<typeof compareRank>[0],
): IndexedTask | undefined {
  const idle = [...index.all()].filter(isOpen);
  const awaitingHuman = [...index.all()].filter(({ state }) => state === "AWAITING_HUMAN").length;
  const may = (task: IndexedTask): boolean =>
    mayStart(
      {
        begun: task.state !== "NEW",
        needs: task.spec.needs.map((need) => index.get(need)?.state ?? null),
        area: task.spec.area,
        runningInArea: 0,
        awaitingHuman,
        earlierWaveOpen: false,
      },
      limits,
    ).ok;
  return idle
    .filter(may)
    .toSorted((a, b) => Number(b.begun) - Number(a.begun) || compareRank(rankOf(a), rankOf(b)))
    .at(0);
}
