import { expect, test } from "vitest";

import type { Action } from "../../../src/domain/question.ts";
import { DurableTask } from "../../../src/engine/task/durable-task.ts";
import { HistoryMismatch } from "../../../src/engine/waiting/interrupts.ts";
import { Turn } from "../../../src/engine/waiting/turn.ts";
import { Waker } from "../../../src/engine/waiting/waker.ts";
import { digestOf } from "../../../src/engine/writing/digest.ts";
import type { Asked } from "../../../src/engine/writing/questions.ts";
import { TaskWriter } from "../../../src/engine/writing/task-writer.ts";
import { settings } from "../../policy/sample.ts";
import { added, begun, openMemory, owner, repository, run, runStarted } from "../../state/sample.ts";

const asked = (actions: readonly Action[], formerly?: readonly Action[]): Asked => ({
  kind: "other",
  reason: "no_change",
  text: "t",
  actions,
  ...(formerly === undefined ? {} : { formerly }),
  returnState: "IMPLEMENTING",
  evidence: {},
  to: () => "IMPLEMENTING",
});

/** A task whose question was answered by an earlier version, which offered these answers. */
async function answeredBefore(actions: readonly Action[]): Promise<DurableTask> {
  const { ledger, clock } = openMemory();
  await ledger.log.append({ repository, run, events: [runStarted(), added("A"), begun("A")] });
  const row = await ledger.tasks.get(repository, "A");
  const fence = await ledger.leases.claim({
    repository,
    task: "A",
    owner: owner(1),
    untilMs: 2_000_000,
    isDead: () => true,
  });
  if (row === null || fence === null) throw new Error("the task is there and free");
  const engineClock = { now: () => clock.now(), wait: (): Promise<void> => Promise.resolve() };
  const inputs = digestOf({ kind: "other", reason: "no_change", actions: [...actions] });
  const result = { action: "retry", text: null, model: null, by: "anna" };
  const ports = { ledger, clock: engineClock, newId: () => "id" };
  return new DurableTask({
    generation: 1,
    spec: row.spec,
    settings: settings(),
    restartReason: null,
    writer: new TaskWriter(ports, {
      fence,
      run,
      row,
      steps: [],
      results: [{ key: "g1/k", inputs, result }],
      before: row.state,
    }),
    turn: new Turn({
      repository,
      ledger,
      clock: engineClock,
      waker: new Waker(engineClock),
      acquire: () => Promise.resolve(null),
      control: { paused: false, stopping: false },
      signal: new AbortController().signal,
      onWaiting: () => undefined,
    }),
    beforeEffect: () => undefined,
  });
}

test("an answer given when a question offered less is still its answer; another question's is none", async () => {
  const less: readonly Action[] = ["retry", "abort"];
  const more: readonly Action[] = ["approve", ...less];
  const again = async (before: readonly Action[], now: Asked) => (await answeredBefore(before)).ask("k", now);
  expect(await again(less, asked(more, less))).toMatchObject({ action: "retry", by: "anna" });
  expect(await again(more, asked(more, less))).toMatchObject({ action: "retry" });
  await expect(again(["retry"], asked(more, less))).rejects.toThrow(HistoryMismatch);
  await expect(again(less, asked(more))).rejects.toThrow(HistoryMismatch);
});
