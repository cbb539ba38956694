import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { errorTypes, failure, type Failure, type OutcomeKind } from "../../src/domain/failure.ts";
import type { RetrySettings } from "../../src/domain/settings.ts";
import { breakerReport, longestWaitMs, retryDelay } from "../../src/policy/retry.ts";

const call: RetrySettings = { strategy: "exponential", attempts: 5, baseMs: 1000, capMs: 8000 };
const server = failure("api", "500", { reason: "server" });
const limited = (more: Partial<Failure>): Failure => failure("rate_limit", "slow down", more);

describe("the wait", () => {
  test.each([
    [1, 999],
    [2, 1999],
    [3, 3999],
    [4, 7999],
  ])("after try %i is under its ceiling, here %i ms", (attempt, delayMs) => {
    expect(retryDelay(call, attempt, server, 0.999999)).toEqual({ kind: "retry", delayMs });
  });

  test("is capped, also after very many tries", () => {
    expect(retryDelay({ ...call, attempts: 9999 }, 5000, server, 0.5)).toEqual({ kind: "retry", delayMs: 4000 });
  });

  test.each([
    ["immediate", 0],
    ["fixed", 1000],
  ] as const)("is the same each time: %s", (strategy, delayMs) => {
    for (const attempt of [1, 2, 3, 4]) {
      expect(retryDelay({ ...call, strategy }, attempt, server, 0.7)).toEqual({ kind: "retry", delayMs });
    }
  });

  test.each<[string, Partial<Failure>, number]>([
    ["a longer wait that was asked for wins", { retryAfterMs: 5000 }, 5000],
    ["also beside a known end", { retryAfterMs: 5000, resetAtMs: 99 }, 5000],
    ["a shorter one does not", { retryAfterMs: 100 }, 500],
    ["sixty seconds are still a wait", { retryAfterMs: longestWaitMs }, 60_000],
  ])("%s", (_what, more, delayMs) => {
    expect(retryDelay(call, 1, limited({ reason: "throttled", ...more }), 0.5)).toEqual({ kind: "retry", delayMs });
  });
});

describe("no more tries", () => {
  test.each([
    [failure("auth", "no"), 1, "auth does not get better by trying again"],
    [
      failure("invalid_request", "no", { reason: "context_overflow" }),
      1,
      "context_overflow does not get better by trying again",
    ],
    [
      failure("network", "no", { reason: "refused_connection" }),
      1,
      "refused_connection does not get better by trying again",
    ],
    [server, 5, "api after 5 tries"],
    [failure("parse", "no"), 2, "parse after 2 tries; 2 is the most for it (retry.call.parse)"],
    [failure("timeout", "no"), 3, "timeout after 3 tries; 3 is the most for it (retry.call.timeout)"],
  ])("%o after try %i", (failed, attempt, why) => {
    expect(retryDelay(call, attempt, failed, 0.5)).toEqual({ kind: "stop", why });
  });

  test("the settings say how often a wrong answer and a timeout are tried, whatever holds for others", () => {
    const own: RetrySettings = { ...call, attempts: 2, parse: 4, timeout: 1 };
    expect(retryDelay(own, 3, failure("parse", "no"), 0).kind).toBe("retry");
    expect(retryDelay(own, 4, failure("parse", "no"), 0).kind).toBe("stop");
    expect(retryDelay(own, 1, failure("timeout", "no"), 0).kind).toBe("stop");
    expect(retryDelay(own, 1, failure("api", "no"), 0).kind).toBe("retry");
  });
  test("a wrong answer is tried again once, a timeout twice", () => {
    expect(retryDelay(call, 1, failure("parse", "no"), 0).kind).toBe("retry");
    expect(retryDelay(call, 2, failure("timeout", "no"), 0).kind).toBe("retry");
  });

  test("a limit of its own is named only where it is the one that counts", () => {
    expect(retryDelay({ ...call, attempts: 2 }, 2, failure("parse", "no"), 0)).toEqual({
      kind: "stop",
      why: "parse after 2 tries",
    });
  });

  test("one try is one try", () => {
    expect(retryDelay({ ...call, attempts: 1 }, 1, server, 0)).toEqual({ kind: "stop", why: "api after one try" });
  });
});

describe("a hold", () => {
  test.each<Partial<Failure>>([
    { reason: "plan_limit", resetAtMs: 5_000_000 },
    { reason: "plan_limit", retryAfterMs: 2000 },
    { reason: "per_day" },
    { reason: "quota_exhausted" },
    { reason: "spend_cap", retryable: false },
    { reason: "throttled", retryAfterMs: longestWaitMs + 1 },
    { reason: "throttled", resetAtMs: 5_000_000 },
  ])("for %o, also after the last try", (more) => {
    for (const attempt of [1, 99]) expect(retryDelay(call, attempt, limited(more), 0.5)).toEqual({ kind: "hold" });
  });

  test("for a long wait of an overloaded provider too", () => {
    expect(retryDelay(call, 1, failure("overloaded", "503", { retryAfterMs: 90_000 }), 0)).toEqual({ kind: "hold" });
  });

  test("not for a failure that no wait mends", () => {
    expect(retryDelay(call, 1, failure("auth", "no", { retryAfterMs: 90_000 }), 0.5).kind).toBe("stop");
  });
});

const anyFailure = fc
  .record({
    type: fc.constantFrom(...errorTypes),
    reason: fc.constantFrom("plan_limit", "throttled", "spend_cap", "server", null),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 120_000 })),
    resetAtMs: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
  })
  .map(({ type, ...more }) => failure(type, "m", more));
const anySettings = fc.record({
  strategy: fc.constantFrom("immediate", "fixed", "exponential"),
  attempts: fc.integer({ min: 1, max: 8 }),
  baseMs: fc.integer({ min: 0, max: 60_000 }),
  capMs: fc.integer({ min: 0, max: 60_000 }),
});
const random01 = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("whatever fails: a wait is a whole number within bounds and no shorter than asked for, and tries end", () => {
  fc.assert(
    fc.property(
      anySettings,
      fc.integer({ min: 1, max: 10 }),
      anyFailure,
      random01,
      (settings: RetrySettings, attempt, failed, random) => {
        const decision = retryDelay(settings, attempt, failed, random);
        if (decision.kind !== "retry") return;
        expect(attempt).toBeLessThan(settings.attempts);
        expect(failed.retryable).toBe(true);
        expect(Number.isInteger(decision.delayMs)).toBe(true);
        expect(decision.delayMs).toBeGreaterThanOrEqual(failed.retryAfterMs ?? 0);
        expect(decision.delayMs).toBeLessThanOrEqual(longestWaitMs);
      },
    ),
  );
});

describe("the breaker is told", () => {
  test.each<[OutcomeKind, Failure | null, boolean | null]>([
    ["success", null, true],
    ["no_change", null, true],
    ["refused", failure("invalid_request", "no"), true],
    ["max_turns", null, true],
    ["permission_denied", null, true],
    ["cancelled", null, null],
    ["budget", null, null],
    ["error", server, false],
    ["error", failure("overloaded", "529"), false],
    ["error", failure("network", "reset"), false],
    ["error", failure("network", "no route", { reason: "offline" }), null],
    ["error", failure("timeout", "silent", { reason: "idle" }), false],
    ["error", failure("timeout", "45 minutes", { reason: "wall" }), null],
    ["error", failure("parse", "no JSON"), false],
    ["error", failure("rate_limit", "429"), null],
    ["error", failure("auth", "401"), null],
    ["error", failure("invalid_request", "400"), null],
    ["error", failure("not_found", "404"), null],
    ["error", null, null],
  ])("of %s with %o: %s", (outcome, failed, ok) => {
    expect(breakerReport(failed, outcome)?.ok ?? null).toBe(ok);
  });

  test("why", () => {
    expect(breakerReport(server, "error")).toEqual({ ok: false, reason: "api: 500" });
  });
});
