import { expect, test } from "vitest";

import { answer, openMemory, question, repository, run, started } from "./sample.ts";

test("a yes raises a shared budget by what the question offers, or by the amount it names", async () => {
  const { ledger, clock } = openMemory();
  await started(ledger, "A-1");
  const raised = async (id: string, text: string | null): Promise<number> => {
    const asked = question(id, {
      task: "A-1",
      kind: "budget",
      actions: ["approve"],
      evidence: { budget: `run:${run}`, raiseMicros: 5_000_000 },
    });
    await ledger.log.append({
      repository,
      run,
      events: [{ type: "question.asked", task: "A-1", data: { question: asked } }],
    });
    await ledger.decisions.answer(answer(id, { action: "approve", text, effectiveAt: clock.ms }));
    return (await ledger.account.spend(`run:${run}`)).raisedMicros ?? 0;
  };
  expect(await raised("q1", null)).toBe(5_000_000);
  expect(await raised("q2", "$2.50")).toBe(7_500_000);
  expect(await raised("q3", "go on then")).toBe(12_500_000);
});
