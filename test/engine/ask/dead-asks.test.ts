import { expect, test } from "vitest";

import type { NewEvent } from "../../../src/domain/events.ts";
import { asksPlace } from "../../../src/domain/ids.ts";
import type { AttemptRow } from "../../../src/domain/rows.ts";
import { endDeadAsks } from "../../../src/engine/ask/dead-asks.ts";
import type { AttemptParts } from "../../../src/engine/attempt/attempt-parts.ts";
import { ModelSlots } from "../../../src/engine/waiting/model-slots.ts";
import { Waker } from "../../../src/engine/waiting/waker.ts";
import { settings } from "../../policy/sample.ts";
import { attemptEnded, attemptStarted, callStarted, event, openMemory, owner } from "../../state/sample.ts";

const ask = "ask1";

async function deadAsk(...more: readonly NewEvent[]) {
  const opened = openMemory();
  const { ledger, clock } = opened;
  await ledger.log.append({
    repository: asksPlace,
    run: ask,
    events: [
      event("ask.started", { models: ["opus"], promptHash: "h", timeoutMs: null }),
      callStarted(ask, "c1", "ask/opus"),
      attemptStarted(ask, "c1"),
      ...more,
    ],
  });
  const parts: AttemptParts = {
    ledger,
    scratch: { tail: () => undefined, tool: () => undefined, read: () => null },
    clock: { now: () => clock.now(), wait: () => Promise.resolve() },
    random: () => 0,
    newId: () => "x",
    adapters: new Map(),
    files: {
      folder: () => Promise.resolve("/f"),
      writeOutcome: () => Promise.resolve(),
      readOutcome: () => Promise.resolve(null),
    },
    settings: () => settings(),
    day: () => "2030-01-01",
    watched: (_, work) => work(() => undefined),
    onSlept: () => () => undefined,
    modelSlots: new ModelSlots(() => settings()),
    endProcess: () => Promise.resolve(),
  };
  const end = (pid: number, looked: (left: readonly AttemptRow[]) => Promise<void> = () => Promise.resolve()) => {
    let looks = 0;
    const unended: typeof ledger.calls.unended = async (repository) => {
      const left = await ledger.calls.unended(repository);
      looks += 1;
      if (looks === 1) await looked(left);
      return left;
    };
    return endDeadAsks(
      { ...parts, ledger: { ...ledger, calls: { ...ledger.calls, unended } } },
      { owner: owner(pid), isDead: () => false, waker: new Waker(parts.clock) },
    );
  };
  const ends = async () =>
    (await ledger.log.since(0, { run: ask })).flatMap(({ type }) => (type.endsWith(".ended") ? [type] : []));
  return { end, ends, ledger, clock };
}

test("two that look at once end a dead ask once", async () => {
  const { end, ends } = await deadAsk();
  await end(1, async (left) => {
    expect(left).toHaveLength(1);
    await end(2);
  });
  expect(await ends()).toEqual(["attempt.ended", "call.ended", "ask.ended"]);
});

test("one that died while it waited to try again is ended too, once", async () => {
  const { end, ends, ledger } = await deadAsk(attemptEnded(ask, "c1"));
  await end(1);
  await end(2);
  expect(await ends()).toEqual(["attempt.ended", "call.ended", "ask.ended"]);
  const [over] = await ledger.log.since(0, { run: ask, types: ["ask.ended"] });
  expect(over?.data).toMatchObject({ answered: [], failed: ["opus"], cancelled: true });
  expect((await ledger.calls.find(asksPlace, ask, "ask/opus"))?.call).toMatchObject({ state: "ended", model: "opus" });
});

test("one that died before the clock was set back took no time, not less", async () => {
  const { end, ledger, clock } = await deadAsk();
  clock.ms -= 60_000;
  await end(1);
  const ended = await ledger.log.since(0, { run: ask, types: ["attempt.ended", "ask.ended"] });
  expect(ended.map(({ data }) => ("durationMs" in data ? data.durationMs : null))).toEqual([0, 0]);
});
