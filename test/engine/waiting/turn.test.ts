import { expect, test } from "vitest";

import { ModelPlace } from "../../../src/engine/waiting/model-slots.ts";
import { Slots, type Slot } from "../../../src/engine/waiting/slots.ts";
import { Turn } from "../../../src/engine/waiting/turn.ts";
import { Waker } from "../../../src/engine/waiting/waker.ts";
import { openMemory, repository } from "../../state/sample.ts";

const never = new AbortController().signal;

/** A task of an engine with this many slots. */
function turnIn(slots: Slots<number>): Turn {
  const { ledger, clock } = openMemory();
  const engineClock = { now: () => clock.now(), wait: (): Promise<void> => Promise.resolve() };
  return new Turn({
    repository,
    ledger,
    clock: engineClock,
    waker: new Waker(engineClock),
    acquire: (signal) => slots.acquire(0, signal),
    control: { paused: false, stopping: false },
    signal: never,
    onWaiting: () => undefined,
  });
}

test.each([1, 2])("a task that goes on twice at once takes one slot of %i, and gives it back", async (size) => {
  const slots = new Slots<number>(size, (a, b) => a - b);
  const turn = turnIn(slots);
  const other = await slots.acquire(0, never);
  const going = Promise.all([turn.ready(), turn.ready(), turn.ready()]);
  other?.release();
  await going;
  expect(slots.used).toBe(1);
  turn.yield();
  expect(slots.used).toBe(0);
});

test("a call that comes back to its model twice at once has one place there", async () => {
  const slots = new Slots<number>(1, (a, b) => a - b);
  const take = async (): Promise<Slot> => {
    const slot = await slots.acquire(0, never);
    if (slot === null) throw new Error("nobody stopped it");
    return slot;
  };
  const place = new ModelPlace(await take(), take);
  place.leave();
  await Promise.all([place.comeBack(), place.comeBack()]);
  expect(slots.used).toBe(1);
  place.leave();
  const coming = place.comeBack();
  place.release();
  await coming;
  expect(slots.used).toBe(0);
});
