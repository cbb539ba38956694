import { describe, expect, test } from "vitest";

import { besideOthers, createCheckTurns } from "../../src/workspace/check-turns.ts";

const never = new AbortController().signal;

/** A piece of work that ends when it is told to. */
function piece(name: string, said: string[]) {
  const done = Promise.withResolvers<string>();
  const began = Promise.withResolvers<void>();
  const work = async (): Promise<string> => {
    said.push(`${name} began`);
    began.resolve();
    const value = await done.promise;
    said.push(`${name} ended`);
    return value;
  };
  return { work, began: began.promise, end: () => done.resolve(name) };
}

describe("turns of checks", () => {
  test("a check of a call waits until a measurement that is alone is over, and for the lock of the machine where it is exclusive", async () => {
    const turns = createCheckTurns();
    const said: string[] = [];
    const [base, own] = ["base", "own"].map((name) => piece(name, said));
    if (base === undefined || own === undefined) throw new Error("two pieces");
    const inTurn = besideOthers(turns, async (work) => {
      said.push("locked");
      return await work();
    });
    const alone = turns.alone(base.work, never);
    await base.began;
    const beside = inTurn({ exclusive: true }, own.work, never);
    base.end();
    await alone;
    own.end();
    expect(await beside).toBe("own");
    expect(said).toEqual(["base began", "base ended", "locked", "own began", "own ended"]);
    expect(await inTurn({ exclusive: false }, () => Promise.resolve("unlocked"), never)).toBe("unlocked");
    expect(said.filter((word) => word === "locked")).toHaveLength(1);
  });

  test("checks run side by side, know of each other, and hold back who wants to be alone; who comes later waits", async () => {
    const turns = createCheckTurns();
    const said: string[] = [];
    const [a, b, base, late] = ["a", "b", "base", "late"].map((name) => piece(name, said));
    if (a === undefined || b === undefined || base === undefined || late === undefined) throw new Error("four pieces");
    const first = turns.shared(a.work, never);
    const second = turns.shared(b.work, never);
    const alone = turns.alone(base.work, never);
    const last = turns.shared(late.work, never);
    await Promise.all([a.began, b.began]);
    a.end();
    expect(await first).toEqual({ value: "a", overlapped: true });
    b.end();
    expect((await second).overlapped).toBe(true);
    await base.began;
    base.end();
    expect(await alone).toBe("base");
    late.end();
    expect(await last).toEqual({ value: "late", overlapped: false });
    expect(said).toEqual([
      "a began",
      "b began",
      "a ended",
      "b ended",
      "base began",
      "base ended",
      "late began",
      "late ended",
    ]);
  });

  test("who gives up waiting holds back nobody, and a failed one frees its turn", async () => {
    const turns = createCheckTurns();
    const said: string[] = [];
    const a = piece("a", said);
    const first = turns.shared(a.work, never);
    await a.began;
    const stop = new AbortController();
    const alone = turns.alone(() => Promise.resolve(1), stop.signal);
    const behind = turns.shared(() => Promise.resolve("behind"), never);
    stop.abort(new Error("stop"));
    await expect(alone).rejects.toThrow("stop");
    expect((await behind).value).toBe("behind");
    a.end();
    await first;
    await expect(turns.alone(() => Promise.reject(new Error("broken")), never)).rejects.toThrow("broken");
    expect(await turns.alone(() => Promise.resolve("next"), never)).toBe("next");
    await expect(turns.alone(() => Promise.resolve("late"), stop.signal)).rejects.toThrow("stop");
    expect((await turns.shared(() => Promise.resolve("free"), never)).value).toBe("free");
  });
});
