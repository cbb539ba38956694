import { expect, test } from "vitest";

import { StartOrder } from "../../../src/engine/run/start-order.ts";
import { TaskIndex } from "../../../src/engine/run/task-index.ts";
import { settings } from "../../policy/sample.ts";
import { added, moves, openMemory, repository, run, runStarted, started } from "../../state/sample.ts";

test("a task that another engine holds is asked for at the next look again, without anything else having happened", async () => {
  const { ledger } = openMemory();
  await started(ledger, "A", "B");
  const index = new TaskIndex(ledger, repository);
  await index.load();
  const order = new StartOrder({
    index,
    limits: settings().limits,
    rank: () => new Map(),
    inScope: () => true,
    running: new Map(),
  });
  /** As the scheduler does with a lease that it does not get. */
  const look = (): readonly string[] => {
    const asked: string[] = [];
    for (const { id } of order.next()) {
      asked.push(id);
      if (asked.length === 1) order.lookAgain();
    }
    return asked;
  };
  expect([look(), look()]).toEqual([
    ["A", "B"],
    ["A", "B"],
  ]);
});

test("a task that comes in the middle of a look, before its tasks are looked through, is among them", async () => {
  const { ledger } = openMemory();
  await started(ledger, "A");
  const index = new TaskIndex(ledger, repository);
  await index.load();
  const limits = { ...settings().limits, parallel: 1 };
  const order = new StartOrder({ index, limits, rank: () => new Map(), inScope: () => true, running: new Map() });
  const look = (): readonly string[] => [...order.next()].map(({ id }) => id);
  expect([look(), look()]).toEqual([["A"], []]);
  await started(ledger, "B");
  await index.refresh();
  expect([look(), look()]).toEqual([["A", "B"], []]);
});

test("a part of a task that is under way waits for no earlier wave, which may wait for that task's area", async () => {
  const { ledger } = openMemory();
  const events = [
    runStarted(),
    added("P", { area: "web" }),
    ...moves("P", "NEW", "IMPLEMENTING"),
    added("X", { area: "web" }),
    added("P.1", { area: "web", parent: "P" }),
  ];
  await ledger.log.append({ repository, run, events });
  const index = new TaskIndex(ledger, repository);
  await index.load();
  const limits = { ...settings().limits, schedule: "waves" as const, perArea: 1 };
  const wave = (id: string): number => (id === "X" ? 0 : 1);
  const rank = (): ReadonlyMap<string, { readonly critical: number; readonly wave: number }> =>
    new Map(["P", "X", "P.1"].map((id) => [id, { critical: 1, wave: wave(id) }]));
  const order = new StartOrder({ index, limits, rank, inScope: () => true, running: new Map([["P", null]]) });
  expect([...order.next()].map(({ id }) => id)).toEqual(["P.1"]);
});
