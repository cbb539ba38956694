import { expect, test } from "vitest";

import { settings } from "../../policy/sample.ts";
import { noUsage } from "../../../src/domain/money.ts";
import type { Admission } from "../../../src/engine/ports/calls.ts";
import { person, repository, run, type OpenFresh, type Opened } from "../sample.ts";

const breaker = { enabled: true, failures: 2, openForMs: 60_000, successes: 2 };
const off = { ...settings().breaker, enabled: false };

export function breakersConformance(open: OpenFresh): void {
  /** `ok` null: nothing is said of the model's health. */
  const report = ({ ledger }: Opened, ok: boolean | null, sinceMs?: number): Promise<void> =>
    ledger.calls.end(
      { repository, run, events: [] },
      {
        reservation: null,
        cost: { micros: 0, source: "reported" },
        usage: noUsage,
        model: "opus",
        day: "2030-01-01",
        ...(sinceMs === undefined ? {} : { sinceMs }),
        breaker: ok === null ? null : { ok, settings: breaker, reason: "overloaded" },
      },
    );

  /** Begins a call of nothing but its admission; null: it is let through. */
  const ask = ({ ledger }: Opened, more: Partial<Admission> = {}) =>
    ledger.calls.begin({ repository: null, run: null, events: [] }, null, {
      model: "opus",
      limits: { rpm: null, tpm: null },
      tokens: 0,
      breaker,
      probeMs: 1_000,
      ...more,
    });

  test("opens after failures, lets one probe through, closes after successes", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    expect(await ask(opened)).toBeNull();
    await report(opened, false);
    await report(opened, false);
    const openedAt = clock.ms;
    expect(await ledger.breakers.list()).toEqual([
      { model: "opus", state: "open", failures: 2, successes: 0, openedAt, probeUntil: null },
    ]);
    expect(await ask(opened)).toEqual({ by: "breaker", retryAtMs: openedAt + 60_000 });
    expect(await ask(opened, { breaker: off })).toBeNull();
    clock.ms += 60_000;
    expect(await ask(opened)).toBeNull();
    expect(await ask(opened)).toEqual({ by: "breaker", retryAtMs: clock.ms + 1_000 });
    clock.ms += 1_000;
    expect(await ask(opened)).toBeNull();
    await report(opened, true);
    expect(await ask(opened)).toBeNull();
    expect(await ask(opened)).toMatchObject({ by: "breaker" });
    await report(opened, true);
    expect([await ask(opened), await ask(opened)]).toEqual([null, null]);
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
    const { clock } = opened;
    const before = clock.ms;
    clock.ms += 1;
    await report(opened, false);
    await report(opened, false);
    clock.ms += 60_000;
    const probed = clock.ms;
    expect(await ask(opened, { probeMs: 600_000 })).toBeNull();
    await report(opened, null, before);
    expect(await ask(opened, { probeMs: 600_000 })).toMatchObject({ by: "breaker" });
    await report(opened, null, probed);
    expect(await ask(opened, { probeMs: 600_000 })).toBeNull();
  });

  test("a call that does not fit the budget, or its minute, tries no model out", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    await report(opened, false);
    await report(opened, false);
    clock.ms += 60_000;
    const before = await ledger.breakers.list();
    const place = { repository, run, events: [] };
    const caps = { taskMicros: null, runMicros: 1, dayMicros: null };
    const admission = { model: "opus", limits: { rpm: 1, tpm: null }, tokens: 0, breaker, probeMs: 1_000 };
    const wanted = { id: "r", model: "opus", micros: 2, caps, day: "2030-01-01" };
    expect(await ledger.calls.begin(place, wanted, admission)).toMatchObject({ by: "spend" });
    expect(await ledger.breakers.list()).toEqual(before);
    expect(await ask(opened, { ...admission, breaker: off })).toBeNull();
    expect(await ask(opened, admission)).toMatchObject({ by: "rate" });
    expect(await ledger.breakers.list()).toEqual(before);
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
    const opened = open();
    const { clock } = opened;
    const limits = { rpm: 2, tpm: 1_000 };
    const full = { by: "rate", retryAtMs: clock.ms + 61_000 };
    expect(await ask(opened, { limits, tokens: 600 })).toBeNull();
    expect(await ask(opened, { limits, tokens: 600 })).toEqual(full);
    expect(await ask(opened, { limits, tokens: 400 })).toBeNull();
    expect(await ask(opened, { limits: { rpm: 2, tpm: null } })).toEqual(full);
    expect(await ask(opened, { model: "gpt", limits, tokens: 600 })).toBeNull();
    expect(await ask(opened, { tokens: 1e9 })).toBeNull();
    clock.ms += 61_000;
    expect(await ask(opened, { limits, tokens: 1_000 })).toBeNull();
  });
}
