import { expect, test } from "vitest";

import { createSerial, inTurn } from "../../src/workspace/serial.ts";

test("whoever waits for a turn can be stopped at once, and never has it; what has begun is waited for", async () => {
  const serial = createSerial();
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const [a, b] = [new AbortController(), new AbortController()];
  const one = inTurn(serial, a.signal, async () => {
    await first.promise;
    done.push("one");
  });
  const two = inTurn(serial, b.signal, async () => void done.push("two"));
  await Promise.resolve();
  b.abort(new Error("stopped"));
  await expect(two).rejects.toThrow("stopped");
  a.abort(new Error("stopped"));
  first.resolve();
  await one;
  await serial(async () => void done.push("three"));
  expect(done).toEqual(["one", "three"]);
  await expect(inTurn(serial, a.signal, async () => done.push("never"))).rejects.toThrow("stopped");
  await expect(
    inTurn(serial, new AbortController().signal, () => Promise.reject(new Error("its own"))),
  ).rejects.toThrow("its own");
});
