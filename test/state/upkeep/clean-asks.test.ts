import { expect, test } from "vitest";

import { asksPlace } from "../../../src/domain/ids.ts";
import type { OpenLedger } from "../../../state/open-ledger.ts";
import {
  attemptEnded,
  attemptStarted,
  callStarted,
  cents,
  event,
  openMemory,
  person,
  repository,
  usage,
} from "../sample.ts";

/** An ask of one model; one that is not over has its call under way. */
async function asked(ledger: OpenLedger, run: string, isOver = true): Promise<void> {
  const put = { repository: asksPlace, run };
  await ledger.log.append({
    ...put,
    events: [
      event("ask.started", { models: ["opus"], promptHash: "h", timeoutMs: null }),
      callStarted(run, `call of ${run}`, "ask/opus"),
      attemptStarted(run, `call of ${run}`),
    ],
  });
  if (!isOver) return;
  await ledger.calls.end(
    {
      ...put,
      events: [
        attemptEnded(run, `call of ${run}`),
        event(
          "call.ended",
          { outcome: "success", failure: null, model: "opus", attempts: 1 },
          { task: run, call: `call of ${run}` },
        ),
      ],
    },
    { reservation: null, cost: cents(2), usage, model: "opus", day: "2030-01-01", breaker: null },
  );
  await ledger.log.append({
    ...put,
    events: [
      event("ask.ended", { answered: ["opus"], failed: [], cancelled: false, durationMs: 9 }),
      event("ask.voted", { model: "opus", actor: person }),
    ],
  });
}

test("old asks lose their calls, but not who answered, who was best, and what it cost", async () => {
  const { ledger } = openMemory();
  await asked(ledger, "A1");
  await asked(ledger, "A2", false);
  await asked(ledger, "A3");
  await asked(ledger, "A4");
  await asked(ledger, "A5");
  expect(ledger.cleanAsks(2)).toEqual(["A3", "A1"]);
  expect(ledger.cleanAsks(2)).toEqual([]);
  const types = async (run: string): Promise<readonly string[]> =>
    (await ledger.log.since(0, { run })).map(({ type }) => type);
  expect(await types("A1")).toEqual(["ask.started", "budget.settled", "ask.ended", "ask.voted"]);
  expect(await types("A2")).toContain("attempt.started");
  expect(await types("A5")).toContain("attempt.ended");
  expect(await ledger.calls.find(asksPlace, "A1", "ask/opus")).toBeNull();
  expect(await ledger.calls.find(asksPlace, "A5", "ask/opus")).not.toBeNull();
  expect((await ledger.account.spend("day:2030-01-01")).micros).toBe(80_000);
  expect(ledger.checkIntegrity()).toEqual([]);
});

test("asks are no runs of a repository, and its retention leaves them alone", async () => {
  const { ledger } = openMemory();
  await asked(ledger, "A1");
  expect(await ledger.runs.runs(null, 10)).toEqual([]);
  expect(await ledger.calls.unended(repository)).toEqual([]);
  expect(ledger.cleanRuns({ repository, keep: 0 })).toEqual([]);
  expect(await ledger.calls.find(asksPlace, "A1", "ask/opus")).not.toBeNull();
});
