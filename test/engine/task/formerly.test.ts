import { expect, test } from "vitest";

import type { Action } from "../../../src/domain/question.ts";
import { DurableTask } from "../../../src/engine/task/durable-task.ts";
import { HistoryMismatch } from "../../../src/engine/waiting/interrupts.ts";
import { digestOf } from "../../../src/engine/writing/digest.ts";
import type { Asked } from "../../../src/engine/writing/questions.ts";
import { spec } from "../../view/fixtures.ts";

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
function answeredBefore(actions: readonly Action[]): DurableTask {
  const inputs = digestOf({ kind: "other", reason: "no_change", actions: [...actions] });
  const result = { action: "retry", text: null, model: null, by: "anna" };
  return new DurableTask({
    generation: 1,
    spec: spec("A", "Goal"),
    // @ts-expect-error nothing is read of it
    settings: {},
    restartReason: null,
    // @ts-expect-error only what is read of it
    writer: { result: () => ({ inputs, result }) },
    // @ts-expect-error nothing is read of it
    turn: {},
    beforeEffect: () => undefined,
  });
}

test("an answer given when a question offered less is still its answer; another question's is none", async () => {
  const more: readonly Action[] = ["approve", "retry", "abort"];
  const given = await answeredBefore(["retry", "abort"]).ask("k", asked(more, ["retry", "abort"]));
  expect(given).toMatchObject({ action: "retry", by: "anna" });
  expect(await answeredBefore(more).ask("k", asked(more, ["retry", "abort"]))).toMatchObject({ action: "retry" });
  await expect(answeredBefore(["retry"]).ask("k", asked(more, ["retry", "abort"]))).rejects.toThrow(HistoryMismatch);
  await expect(answeredBefore(["retry", "abort"]).ask("k", asked(more))).rejects.toThrow(HistoryMismatch);
});
