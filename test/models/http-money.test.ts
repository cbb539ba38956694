import { describe, expect, test } from "vitest";

import type { PriceRow } from "../../src/domain/price.ts";
import type { CallEvent, CallSpec } from "../../src/engine/ports/adapter.ts";
import { AttemptMoney } from "../../src/engine/attempt/attempt-money.ts";
import { usualOutputTokens } from "../../src/policy/worst-answer.ts";
import { at } from "../cli/played.ts";
import { callSpec, committed, seen, type Seen } from "./call-spec.ts";
import { anthropic, compatible, google, openai, type Dialect, type Speech } from "./dialects.ts";
import { adapterOf, asked, spoken } from "./http-subject.ts";
import { loopback, type LoopbackReply, type Place } from "./loopback.ts";

const server = loopback();

/** $1 a million input tokens, $10 a million output tokens. */
const prices: readonly PriceRow[] = [
  {
    provider: null,
    model: "m",
    aliases: [],
    from: null,
    above: 0,
    microsPerMillion: { input: 1e6, output: 1e7, cacheRead: 1e5, cacheWrite: 1e6, cacheWriteLong: 1e6 },
    source: "here",
    checked: null,
  },
];

async function converse(
  dialect: Dialect,
  replies: readonly (Speech | LoopbackReply)[],
  more: Partial<CallSpec>,
): Promise<Seen & { readonly place: Place; readonly bodies: readonly unknown[] }> {
  const place = server.place((n) => {
    const reply = replies[Math.min(n, replies.length - 1)] ?? {};
    return "pieces" in reply ? reply : spoken(dialect, reply);
  });
  const spec = asked(dialect, place, callSpec({ role: "synthesizer", access: "read", prices, ...more }));
  const all = await seen(adapterOf(dialect).start(spec, committed));
  return { ...all, place, bodies: place.sent.map(({ body }) => body) };
}

function costOf(events: readonly CallEvent[]): unknown {
  const money = new AttemptMoney(prices, "metered", "request");
  for (const event of events) {
    if (event.type === "usage") money.used(event.usage, event.raw, 0);
    if (event.type === "cost") money.cost(event.cost);
  }
  return money.sum().cost;
}

describe.each<[string, Dialect, fieldAt: readonly string[]]>([
  ["anthropic", anthropic, ["max_tokens"]],
  ["openai", openai, ["max_output_tokens"]],
  ["google", google, ["generationConfig", "maxOutputTokens"]],
  ["openai-compatible", compatible, ["max_tokens"]],
])("%s", (_name, dialect, fieldAt) => {
  test("an answer may be so long that it fits its cap, and no longer than usual", async () => {
    const capped = await converse(dialect, [{ text: ["yes"] }], { budgetLeftMicros: 50_000 });
    const output = Number(at(capped.bodies[0], ...fieldAt));
    expect(output).toBeGreaterThan(4_000);
    expect(output).toBeLessThan(5_000);
    const ample = await converse(dialect, [{ text: ["yes"] }], { budgetLeftMicros: 50_000_000 });
    expect(at(ample.bodies[0], ...fieldAt)).toBe(usualOutputTokens);
  });

  test("a request that cannot fit its cap is not made", async () => {
    const { outcome, bodies, events } = await converse(dialect, [{ text: ["yes"] }], { budgetLeftMicros: 2_000 });
    expect([outcome.kind, bodies.length]).toEqual(["budget", 0]);
    expect(outcome.failure?.message).toMatch(
      /first request alone may cost more than the \$0\.002 .*; raise the budget/,
    );
    expect(costOf(events)).toEqual({ micros: 0, source: "estimated" });
  });

  test("an answer that its cap cut off ends for the budget", async () => {
    const { outcome } = await converse(dialect, [{ text: ["ye"], finish: "length" }], { budgetLeftMicros: 50_000 });
    expect(outcome.kind).toBe("budget");
  });

  test("requests of one attempt together keep to its cap", async () => {
    const again: Speech = {
      calls: [{ id: "c1", name: "list", input: { path: "." } }],
      usage: { input: 2_000, output: 1_000 },
    };
    const more = { role: "implementer", access: "write", budgetLeftMicros: 100_000 } as const;
    const { outcome, events, bodies } = await converse(dialect, [again], more);
    expect(outcome.kind).toBe("budget");
    expect(bodies.length).toBeGreaterThan(2);
    expect(costOf(events)).toEqual({ micros: bodies.length * 12_000, source: "estimated" });
    expect(bodies.length * 12_000).toBeLessThanOrEqual(100_000);
    const given = bodies.map((body) => Number(at(body, ...fieldAt)));
    expect(given).toEqual(given.toSorted((a, b) => b - a));
  });

  test("a request that was turned away costs nothing; one that broke off is not known", async () => {
    const limit = dialect.words.rate_limit ?? { status: 429, type: "x" };
    const refused = await converse(dialect, [{ status: limit.status, pieces: [dialect.error(limit)] }], {});
    expect(refused.outcome.failure?.type).toBe("rate_limit");
    expect(costOf(refused.events)).toEqual({ micros: 0, source: "estimated" });
    const busy = dialect.words.overloaded ?? limit;
    const early = await converse(dialect, [{ pieces: [dialect.errorEvent(busy)] }], {});
    expect(early.outcome.kind).toBe("error");
    expect(costOf(early.events)).toEqual({ micros: 0, source: "estimated" });
    const late = await converse(
      dialect,
      [{ pieces: [...dialect.body({ text: ["ye"] }), dialect.errorEvent(busy)] }],
      {},
    );
    expect(costOf(late.events)).toEqual({ micros: null, source: "unsettled" });
    const place = { url: "http://127.0.0.1:9", sent: [] };
    const unheard = await seen(adapterOf(dialect).start(asked(dialect, place, callSpec()), committed));
    expect(unheard.outcome.failure?.reason).toBe("refused_connection");
    expect(costOf(unheard.events)).toEqual({ micros: 0, source: "estimated" });
    const cut = await converse(dialect, [{ pieces: [...dialect.body({ text: ["ye"] }), { lets: "cut" }] }], {});
    expect(cut.outcome.kind).toBe("error");
    expect(costOf(cut.events)).toEqual({ micros: null, source: "unsettled" });
    const endless = await converse(dialect, [{ pieces: [...dialect.body({ text: ["ye"] })] }], {});
    expect(endless.outcome.kind).toBe("error");
    expect(costOf(endless.events)).toEqual({ micros: null, source: "unsettled" });
  });

  test("an answer said to be made of no tokens is not free: its cost is not known", async () => {
    const { outcome, events } = await converse(dialect, [{ text: ["yes"], usage: { input: 0, output: 0 } }], {});
    expect(outcome.text).toBe("yes");
    expect(costOf(events)).toEqual({ micros: null, source: "unknown" });
  });

  test("a request that broke off leaves the cost of those before it unsettled", async () => {
    const look: Speech = {
      calls: [{ id: "c1", name: "list", input: { path: "." } }],
      usage: { input: 2_000, output: 1_000 },
    };
    const cut = { pieces: [...dialect.body({ text: ["ye"] }), { lets: "cut" } as const] };
    const { outcome, events } = await converse(dialect, [look, cut], { role: "implementer", access: "write" });
    expect(outcome.kind).toBe("error");
    expect(costOf(events)).toEqual({ micros: 12_000, source: "unsettled" });
  });
});
