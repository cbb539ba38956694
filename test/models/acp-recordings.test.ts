import { describe, expect, test } from "vitest";

import { addUsage, noUsage } from "../../src/domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../src/engine/ports/adapter.ts";
import { AcpClient } from "../../src/models/acp/acp-lines.ts";
import { endingOf, linesOf, recordedMoment, recordingsOf } from "./recordings.ts";

/** Input, output, from the cache; what was asked; what it cost. */
type Expected = readonly [word: string, usage?: readonly number[], approvals?: number, usd?: number];

/**
 * Codex makes text and a good end of an overloaded provider, and in these runs it asked for nothing. A rejected tool is told to the
 * model, which ends its turn well. Of a session that was loaded nobody knows what it had cost before.
 */
const expected: Readonly<Record<string, Expected>> = {
  "claude-allow": ["success", [8400, 114, 6000], 1, 0.02022],
  "claude-auth": ["auth/bad_key", [0, 0, 0]],
  "claude-cancel": ["cancelled"],
  "claude-load": ["success", [8400, 114, 6000], 1],
  "claude-ratelimit": ["rate_limit/throttled"],
  "claude-reject": ["success", [8400, 114, 6000], 1, 0.02022],
  "codex-allow": ["success", [10_000, 160, 8192]],
  "codex-auth": ["auth/bad_key"],
  "codex-cancel": ["cancelled"],
  "codex-overloaded": ["success"],
  "gemini-allow": ["success", [6000, 80, 0], 1],
  "gemini-auth": ["auth/bad_key"],
  "gemini-cancel": ["cancelled"],
  "gemini-load": ["not_found/session"],
  "gemini-ratelimit": ["rate_limit/throttled"],
  "opencode-auth": ["auth/bad_key"],
  "opencode-cancel": ["cancelled"],
  "opencode-load": ["success", [2000, 60, 1024], 1],
  "opencode-reject": ["success", [2000, 60, 1024], 1, 0.001318],
};

const ofType = <T extends CallEvent["type"]>(
  events: readonly CallEvent[],
  type: T,
): readonly Extract<CallEvent, { type: T }>[] =>
  events.filter((event): event is Extract<CallEvent, { type: T }> => event.type === type);

function play(name: string): { readonly events: readonly CallEvent[]; readonly outcome: AdapterOutcome } {
  const talker = new AcpClient({ program: "recorded", schema: false, maySayNothing: true }, recordedMoment);
  talker.opening();
  const { exit, stderr } = endingOf(`acp/${name}`);
  const events = linesOf(`acp/${name}`).flatMap((line) => talker.output(line, false));
  return { events: [...events, ...stderr.flatMap((line) => talker.diagnostic(line))], outcome: talker.end(exit) };
}

const recordings = recordingsOf("acp");

describe("connections of real agents", () => {
  test("each of them is expected to be something", () => {
    expect(recordings).toEqual(Object.keys(expected).toSorted());
  });

  test.each(recordings)("%s", (name) => {
    const { events, outcome } = play(name);
    const [word, usage = [0, 0, 0], approvals = 0, usd = 0] = expected[name] ?? ["nobody knows"];
    const { failure } = outcome;
    expect(failure === null ? outcome.kind : `${failure.type}/${failure.reason}`).toBe(word);
    const sum = ofType(events, "usage")
      .map((event) => event.usage)
      .reduce(addUsage, noUsage);
    expect([sum.input, sum.output, sum.cacheRead]).toEqual(usage);
    expect(ofType(events, "approval").length).toBe(approvals);
    const micros = ofType(events, "cost").reduce((all, { cost }) => all + (cost.micros ?? 0), 0);
    expect(micros / 1_000_000).toBeCloseTo(usd, 5);
    expect(events.filter(({ type }) => type === "end")).toEqual([]);
  });

  test("what was said before a session was loaded is not said again", () => {
    expect(play("opencode-load").outcome.text).toBe("I will write the file.\nDone: wrote notes.txt.");
    expect(play("claude-load").outcome.text).toBe("I will write the file.\nDone: wrote notes.txt.");
  });

  test("an error says how long to wait", () => {
    expect(play("gemini-ratelimit").outcome.failure).toMatchObject({ retryAfterMs: 2500, retryable: true });
    expect(play("gemini-load").outcome.failure).toMatchObject({ retryable: true });
  });
});
