import { expect, test } from "vitest";

import { countStatements } from "../bench/statement-count.ts";
import {
  answer,
  attemptEnded,
  attemptStarted,
  callStarted,
  cents,
  openMemory,
  question,
  repository,
  run,
  started,
} from "./sample.ts";

const calls = 5_000;

/** Calls of a run, each a minute after the other. */
async function busy(many: number) {
  const opened = openMemory();
  const { ledger, clock } = opened;
  await started(ledger, "A-1");
  for (let n = 0; n < many; n += 500)
    await ledger.log.append({
      repository,
      run,
      events: Array.from({ length: Math.min(500, many - n) }, (_, at) => `c${n + at}`).flatMap((call) => [
        callStarted("A-1", call, `g1/main/${call}/1`),
        attemptStarted("A-1", call),
        attemptEnded("A-1", call, 1, { cost: cents(2) }),
      ]),
    });
  return { ledger, clock };
}

test("the newest attempts, oldest first, with what they were for, and how long questions waited", async () => {
  const { ledger } = await busy(3);
  await ledger.log.append({
    repository,
    run,
    events: [{ type: "question.asked", task: "A-1", data: { question: question("q1", { task: "A-1", askedAt: 5 }) } }],
  });
  await ledger.log.append({
    repository,
    run,
    events: [{ type: "question.answered", task: "A-1", data: { answer: answer("q1", { effectiveAt: 9 }) } }],
  });
  const { attempts, questions, cut } = await ledger.runs.activity(repository, 0);
  expect(attempts.map(({ call }) => call)).toEqual(["c0", "c1", "c2"]);
  expect(attempts[0]).toMatchObject({ task: "A-1", step: "S1", role: "planner", model: "opus", costMicros: 20_000 });
  expect(questions).toEqual([{ task: "A-1", kind: question("q1").kind, askedAt: 5, answeredAt: 9 }]);
  expect(cut).toBe(false);
  expect(await ledger.runs.activity("other", 0)).toEqual({ attempts: [], questions: [], cut: false });
  expect((await ledger.runs.activity(repository, Number.MAX_SAFE_INTEGER)).attempts).toEqual([]);
});

test("a long run costs two statements and a bounded number of rows, none of them events", async () => {
  const counted = countStatements();
  try {
    const { ledger } = await busy(calls);
    const before = new Map(counted.statements);
    const { attempts, cut } = await ledger.runs.activity(repository, 0);
    const ran = [...counted.statements].filter(([text, count]) => count !== (before.get(text) ?? 0));
    expect(ran.map(([text]) => text).filter((text) => /\bevent\b/.test(text))).toEqual([]);
    expect(ran.filter(([text]) => text.includes("SELECT"))).toHaveLength(2);
    expect(ran.every(([text]) => !text.includes("SELECT") || text.includes("LIMIT"))).toBe(true);
    expect({ attempts: attempts.length, cut, last: attempts.at(-1)?.call }).toEqual({
      attempts: 4_000,
      cut: true,
      last: `c${calls - 1}`,
    });
  } finally {
    counted.stop();
  }
});
