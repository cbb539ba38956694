import * as fc from "fast-check";
import { expect, test } from "vitest";

import { openMemory, repository, type Opened } from "../sample.ts";
import { RandomStory } from "../random-story.ts";

const draw = fc.record({ kind: fc.nat(1_000), a: fc.nat(1_000), b: fc.nat(1_000) });

/** All a reader can see that is folded. */
async function everything({ ledger }: Opened): Promise<unknown> {
  const tasks = await ledger.tasks.list(null);
  const runs = await ledger.runs.runs(null, 1_000);
  return {
    tasks,
    runs,
    details: await Promise.all(tasks.map((task) => ledger.tasks.detail(task.repository, task.id))),
    results: await Promise.all(tasks.map((task) => ledger.tasks.results(repository, task.id, task.generation))),
    totals: await Promise.all(runs.map(({ id }) => ledger.runs.totals(id))),
    questions: await ledger.account.questions(null),
    outcomes: await ledger.outcomes.list(null),
    holds: await ledger.account.holds(),
    running: await ledger.account.running(null),
    breakers: await ledger.breakers.list(),
    pending: await ledger.decisions.pending(repository),
    days: await Promise.all([1, 2, 3].map((day) => ledger.account.spend(`day:2030-01-0${day}`))),
  };
}

test("the tables are what the log folds to, after any legal story, and folding again changes nothing", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(draw, { minLength: 40, maxLength: 120 }), async (draws) => {
      const opened = openMemory();
      const story = new RandomStory(opened);
      await story.begin();
      for (const one of draws) await story.play(one);
      expect(opened.ledger.checkIntegrity()).toEqual([]);
      const before = await everything(opened);
      opened.ledger.rebuild();
      expect(await everything(opened)).toEqual(before);
      for (const { type } of await opened.ledger.log.since(0)) seen.add(type);
      opened.ledger.close();
    }),
    { numRuns: 40, endOnFailure: true },
  );
  expect(seen.size).toBeGreaterThanOrEqual(40);
});
