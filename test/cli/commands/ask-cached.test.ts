import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { at, having, parsed } from "../played.ts";

/** A model that may be asked once a minute, beside one that makes one answer of several; both say when they are asked. */
function asker(): { readonly hand: Hand; readonly asked: () => number } {
  const hand = atHand(null);
  const log = join(hand.home, "asked");
  const answer = JSON.stringify({ text: "Both say four.", agrees: [], differs: [] });
  hand.write("says.sh", `#!/bin/sh\necho asked >> '${log}'\necho '{"type":"text","text":"four"}'\n`);
  hand.write("sums.sh", `#!/bin/sh\necho asked >> '${log}'\necho '{"type":"answer","answer":${answer}}'\n`);
  hand.write(
    brand.settingsFile,
    `models:
  a: {adapter: command, argv: ["./says.sh"], billing: metered}
  b: {adapter: command, argv: ["./says.sh"], billing: metered}
  sum: {adapter: command, argv: ["./sums.sh"]}
roles: {ask: [a, b], synthesizer: [sum]}
limits: {per_model: {a: {rpm: 1}}}
`,
  );
  return {
    hand,
    asked: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0),
  };
}

test("a question that was asked before is answered for nothing where a person says so, and asked anew where not", async () => {
  const { hand, asked } = asker();
  expect((await hand.say("ask", "2+2", "--json")).code).toBe(0);
  expect(asked()).toBe(2);
  const { code, out } = await hand.say("ask", "2+2", "--cached", "--json");
  expect([code, asked()]).toEqual([0, 2]);
  expect(parsed(out)).toMatchObject({
    success: true,
    results: [
      { model: "a", text: "four", costUsd: 0, costSource: "cached", attempts: 0, usage: { total: 0 } },
      { model: "b", text: "four", costUsd: 0, costSource: "cached" },
    ],
    totals: { costUsd: 0 },
  });
  const plain = await hand.say("ask", "2+2", "--cached", "--plain");
  expect(plain.out).toContain("── a (an earlier answer, $0.00)");
  expect(plain.err).toContain("an earlier answer is taken, nothing is asked");
  expect(asked()).toBe(2);
  await hand.say("ask", "3+3", "--cached", "--models", "b", "--json");
  await hand.say("ask", "2+2", "--models", "b", "--json");
  expect(asked()).toBe(4);
});

test("one answer is made of the same answers once", async () => {
  const { hand, asked } = asker();
  await hand.say("ask", "2+2", "--synthesize", "--json");
  const { out } = await hand.say("ask", "2+2", "--synthesize", "--cached", "--json");
  expect(asked()).toBe(3);
  expect(at(parsed(out), "synthesis")).toMatchObject({ text: having("four"), costSource: "cached" });
});
