import { describe, expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import type { ErrorType } from "../../../src/domain/failure.ts";
import { dialects, type Dialect } from "../../models/dialects.ts";
import { loopback, type LoopbackReply, type Place } from "../../models/loopback.ts";
import { atHand } from "../at-hand.ts";
import { parsed } from "../played.ts";

const server = loopback();

/** The ways a provider fails, and how often it is asked by the policy. */
const ways: readonly (readonly [ErrorType, number])[] = [
  ["auth", 1],
  ["invalid_request", 1],
  ["not_found", 1],
  ["rate_limit", 3],
  ["timeout", 3],
  ["api", 3],
  ["network", 3],
  ["overloaded", 3],
  ["parse", 2],
];

const answering = (dialect: Dialect): LoopbackReply => {
  const speech = { text: ["It is ", "4."], usage: { input: 100, output: 10 } };
  return { pieces: [...dialect.body(speech), ...dialect.end(speech)] };
};

function failing(dialect: Dialect, type: ErrorType): LoopbackReply {
  if (type === "network") return { pieces: [...dialect.body({ text: ["It is "] }), { lets: "cut" }] };
  if (type === "parse") return { pieces: [...dialect.body({}), "data: {it broke\n\n"] };
  const words = dialect.words[type];
  if (words === undefined) throw new Error(`${dialect.name} has no words for ${type}`);
  return { status: words.status, pieces: [dialect.error({ message: "it broke", ...words })] };
}

const entry = (dialect: Dialect, place: Place): string =>
  `{adapter: ${dialect.name}, model: ${dialect.name === "anthropic" ? "claude-test" : "test-model"}, base_url: "${place.url}${dialect.base}", key_env: LOOPBACK_KEY, account: ${place.url.replace(/\W/g, "-")}}`;

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
  "asked over HTTP as %s",
  (_name, dialect) => {
    test.each(ways)("a model that fails with %s is asked %i times, beside two that answer", async (type, requests) => {
      const [a, b, c] = [
        server.place(() => answering(dialect)),
        server.place(() => failing(dialect, type)),
        server.place(() => answering(dialect)),
      ];
      const hand = atHand(null);
      hand.env["LOOPBACK_KEY"] = "test-key-1234567890";
      hand.write(
        brand.settingsFile,
        `models:\n  a: ${entry(dialect, a)}\n  b: ${entry(dialect, b)}\n  c: ${entry(dialect, c)}\nretry: {call: {strategy: fixed, attempts: 3, base: 1ms}}\n`,
      );
      const { code, out, err } = await hand.say("ask", "2+2", "--models", "a,b,c", "--json");
      expect([code, err]).toEqual([0, ""]);
      expect(parsed(out)).toMatchObject({
        success: true,
        results: [
          { model: "a", text: "It is 4.", usage: { input: 100, output: 10 }, attempts: 1 },
          { model: "c", text: "It is 4.", attempts: 1 },
        ],
        failures: [{ model: "b", error: { type, retryable: requests > 1 }, attempts: requests }],
      });
      expect([a.sent.length, b.sent.length, c.sent.length]).toEqual([1, requests, 1]);
    });
  },
);
