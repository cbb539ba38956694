import { expect, test } from "vitest";

import { settings } from "../../policy/sample.ts";
import { noUsage } from "../../../src/domain/money.ts";
import { person, repository, run, type OpenFresh, type Opened } from "../sample.ts";

const breaker = { enabled: true, failures: 2, openForMs: 60_000, successes: 2 };
const off = { ...settings().breaker, enabled: false };

export function breakersConformance(open: OpenFresh): void {
  const report = ({ ledger }: Opened, ok: boolean): Promise<void> =>
    ledger.calls.end(
      { repository, run, events: [] },
      {
        reservation: null,
        cost: { micros: 0, source: "reported" },
        usage: noUsage,
        model: "opus",
        day: "2030-01-01",
        breaker: { ok, settings: breaker, reason: "overloaded" },
      },
    );

  test("opens after failures, lets one probe through, closes after successes", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    expect(await ledger.breakers.acquire("opus", breaker, 1_000)).toEqual({
      passed: true,
      probe: false,
      retryAtMs: null,
    });
    await report(opened, false);
    await report(opened, false);
    const openedAt = clock.ms;
    expect(await ledger.breakers.list()).toEqual([
      { model: "opus", state: "open", failures: 2, successes: 0, openedAt, probeUntil: null },
    ]);
    expect(await ledger.breakers.acquire("opus", breaker, 1_000)).toEqual({
      passed: false,
      probe: false,
      retryAtMs: openedAt + 60_000,
    });
    expect((await ledger.breakers.acquire("opus", off, 1_000)).passed).toBe(true);
    clock.ms += 60_000;
    expect(await ledger.breakers.acquire("opus", breaker, 1_000)).toMatchObject({ passed: true, probe: true });
    expect(await ledger.breakers.acquire("opus", breaker, 1_000)).toEqual({
      passed: false,
      probe: false,
      retryAtMs: clock.ms + 1_000,
    });
    clock.ms += 1_000;
    expect(await ledger.breakers.acquire("opus", breaker, 1_000)).toMatchObject({ passed: true, probe: true });
    await report(opened, true);
    expect(await ledger.breakers.acquire("opus", breaker, 1_000)).toMatchObject({ passed: true, probe: true });
    await report(opened, true);
    expect(await ledger.breakers.acquire("opus", breaker, 1_000)).toMatchObject({ passed: true, probe: false });
    const moved = await ledger.log.since(0, { types: ["breaker.moved"] });
    expect(moved.map((event) => (event.type === "breaker.moved" ? `${event.data.from} ${event.data.to}` : ""))).toEqual(
      ["closed open", "open half_open", "half_open closed"],
    );
    const before = await ledger.breakers.list();
    ledger.rebuild();
    expect(await ledger.breakers.list()).toEqual(before);
    expect(ledger.checkIntegrity()).toEqual([]);
  });

  test("a probe that says nothing of the model lets another go", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    const before = clock.ms;
    clock.ms += 1;
    await report(opened, false);
    await report(opened, false);
    clock.ms += 60_000;
    const probed = clock.ms;
    expect(await ledger.breakers.acquire("opus", breaker, 600_000)).toMatchObject({ passed: true, probe: true });
    await ledger.breakers.giveBack("opus", before);
    expect(await ledger.breakers.acquire("opus", breaker, 600_000)).toMatchObject({ passed: false });
    await ledger.breakers.giveBack("opus", probed);
    expect(await ledger.breakers.acquire("opus", breaker, 600_000)).toMatchObject({ passed: true, probe: true });
  });

  test("a person resets it, and says so in the log", async () => {
    const opened = open();
    const { ledger } = opened;
    await ledger.breakers.reset("gpt", person);
    expect(await ledger.log.since(0)).toEqual([]);
    await report(opened, false);
    await report(opened, false);
    await ledger.breakers.reset("opus", person);
    expect(await ledger.breakers.list()).toMatchObject([
      { model: "gpt", state: "closed" },
      { model: "opus", state: "closed", failures: 0, openedAt: null },
    ]);
    expect((await ledger.log.since(0)).at(-1)).toMatchObject({
      type: "breaker.moved",
      data: { reason: "reset by anna via screen" },
    });
  });

  test("requests and tokens of a minute are shared", async () => {
    const { ledger, clock } = open();
    const limits = { rpm: 2, tpm: 1_000 };
    expect(await ledger.limiter.take("opus", limits, 600)).toBe(0);
    expect(await ledger.limiter.take("opus", limits, 600)).toBe(61_000);
    expect(await ledger.limiter.take("opus", limits, 400)).toBe(0);
    expect(await ledger.limiter.take("opus", { rpm: 2, tpm: null }, 0)).toBe(61_000);
    expect(await ledger.limiter.take("gpt", limits, 600)).toBe(0);
    expect(await ledger.limiter.take("opus", { rpm: null, tpm: null }, 1e9)).toBe(0);
    clock.ms += 61_000;
    expect(await ledger.limiter.take("opus", limits, 1_000)).toBe(0);
  });
}
