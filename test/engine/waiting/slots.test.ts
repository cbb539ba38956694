import { setImmediate } from "node:timers/promises";
import { assert, asyncProperty, integer, nat, uniqueArray } from "fast-check";
import { expect, test } from "vitest";

import { Slots, type Slot } from "../../../src/engine/waiting/slots.ts";

const never = new AbortController().signal;

test("as many have a place as there are places, and the first in rank gets the next one", async () => {
  await assert(
    asyncProperty(integer({ min: 1, max: 4 }), uniqueArray(nat(), { maxLength: 9 }), async (size, ranks) => {
      const slots = new Slots<number>(size, (a, b) => a - b);
      const held = Array.from({ length: size }, () => slots.takeNow());
      expect(held).not.toContain(null);
      expect([slots.takeNow(), slots.used, slots.free]).toEqual([null, size, 0]);
      const given: number[] = [];
      for (const rank of ranks)
        void slots.acquire(rank, never).then((slot) => slot && given.push(rank) && held.push(slot));
      for (let n = 0; n < size + ranks.length; n += 1) {
        held.shift()?.release();
        await setImmediate();
        expect(given).toHaveLength(Math.min(n + 1, ranks.length));
      }
      expect(given).toEqual(ranks.toSorted((a, b) => a - b));
      expect([slots.used, slots.free]).toEqual([0, size]);
    }),
  );
});

test("who leaves while waiting gets none, and a place given back twice is free once", async () => {
  const slots = new Slots<number>(1, (a, b) => a - b);
  const first = slots.takeNow();
  const leaving = new AbortController();
  const left: Promise<Slot | null> = slots.acquire(1, leaving.signal);
  const stays = slots.acquire(2, never);
  leaving.abort();
  expect(await left).toBeNull();
  first?.release();
  first?.release();
  expect([slots.used, slots.free]).toEqual([1, 0]);
  (await stays)?.release();
  expect([slots.used, slots.free]).toEqual([0, 1]);
});
