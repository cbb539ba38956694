import { expect, test } from "vitest";

import type { ModelAdapter } from "../../../src/engine/ports/adapter.ts";
import { withAsk, type AskParts } from "../../../src/engine/ask/open-ask.ts";
import { CallStream } from "../../../src/models/call-stream.ts";
import { model, settings } from "../../policy/sample.ts";
import { openMemory, owner } from "../../state/sample.ts";

const ended = { kind: "cancelled", text: "", answer: null, failure: null } as const;

test("a ledger that fails while an ask is kept ends its calls, and is told", async () => {
  const { ledger, clock } = openMemory();
  const started = Promise.withResolvers<void>();
  const over = new Set<string>();
  let ids = 0;
  const adapter: ModelAdapter = {
    name: "scripted",
    capabilities: {
      streaming: true,
      session: "none",
      resume: false,
      schema: true,
      approvals: false,
      readOnly: true,
      implements: true,
      durableOutput: false,
      costControl: "before",
    },
    start: ({ call }) => {
      const stream = new CallStream(() => Promise.resolve());
      started.resolve();
      return {
        [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
        cancel: () => {
          over.add(call);
          stream.end(ended);
          return Promise.resolve();
        },
        respond: () => undefined,
      };
    },
  };
  const given = settings({ models: [model("m", { adapter: "scripted" })] });
  const parts: AskParts = {
    ledger: {
      ...ledger,
      leases: { ...ledger.leases, renew: () => Promise.reject(new Error("the ledger is broken")) },
    },
    scratch: { tail: () => undefined, tool: () => undefined, read: () => null },
    // The lease is to be renewed when the model is at work; no limit of its call is ever reached.
    clock: {
      now: () => clock.now(),
      wait: (ms, signal) =>
        ms === 5_000
          ? started.promise
          : new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true })),
    },
    random: () => 0,
    newId: () => `id${(ids += 1)}`,
    adapters: new Map([["scripted", adapter]]),
    files: {
      folder: () => Promise.resolve("/f"),
      writeOutcome: () => Promise.resolve(),
      readOutcome: () => Promise.resolve(null),
    },
    settings: () => given,
    day: () => "2030-01-01",
    endProcess: () => Promise.resolve(),
    owner: owner(1),
    isDead: () => false,
  };
  const asking = withAsk(parts, "ask1", new AbortController().signal, (ask) =>
    ask.call({
      key: "ask/m",
      role: "ask",
      step: null,
      round: 1,
      workdir: "/f",
      access: "read",
      base: null,
      prompt: { text: "x", schema: null, hash: "h" },
      prepare: () => Promise.resolve(),
      check: () => null,
      authors: [],
      session: null,
      struggles: { rejections: 0, gateFailures: 0 },
      exclude: [],
      grantedMicros: 0,
      forced: "m",
      giveUpAtMs: Infinity,
    }),
  );
  await expect(asking).rejects.toThrow("the ledger is broken");
  expect(over.size).toBe(1);
});
