import { expect, test } from "vitest";

import { withdrawApprovals } from "../../../src/engine/attempt/approvals.ts";
import { callWriter } from "../call-writer.ts";
import { answer, event, openMemory, question, repository, run, started } from "../../state/sample.ts";
import { taskSpec } from "../../simulation/backlogs.ts";

const key = "g1/main/S1/implement/1";

/** A task whose call is over while it asked one thing, which was answered so; null: it was not. */
async function over(action: "abort" | "approve" | null, effectiveInMs = 0) {
  const { ledger, clock } = openMemory();
  await started(ledger, "A");
  const asked = question("q1", {
    task: "A",
    kind: "approval",
    key: `${key}/approval/c1/1.0/x`,
    actions: ["approve", "abort"],
  });
  await ledger.log.append({ repository, run, events: [event("question.asked", { question: asked }, { task: "A" })] });
  if (action !== null)
    await ledger.decisions.answer(answer("q1", { action, effectiveAt: clock.now() + effectiveInMs }));
  const writer = await callWriter(ledger, "A");
  const engineClock = { now: () => clock.now(), wait: (): Promise<void> => Promise.resolve() };
  await withdrawApprovals({ ledger, clock: engineClock }, { repository, spec: taskSpec("A"), writer }, { key }, "over");
  return (await ledger.account.questions(repository)).length;
}

test.each([null, "approve"] as const)(
  "what a call asked that is over is taken back, whatever the answer: %s",
  async (action) => {
    expect(await over(action)).toBe(0);
  },
);

test("who has given the task up is heard, also when the call is over", async () => {
  await expect(over("abort")).rejects.toMatchObject({ name: "TaskFailed", failure: { type: "aborted" } });
  expect(await over("abort", 5_000)).toBe(0);
});
