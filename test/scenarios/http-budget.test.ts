import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { atHand } from "../cli/at-hand.ts";
import { at, having, parsed } from "../cli/played.ts";
import { compatible, type Speech } from "../models/dialects.ts";
import { spoken } from "../models/http-subject.ts";
import { loopback } from "../models/loopback.ts";

const server = loopback();

/** A model that never comes to an end: it looks around for ever, for $0.012 a look. */
const looks: Speech = {
  calls: [{ id: "call_1", name: "list", input: { path: "" } }],
  usage: { input: 2_000, output: 1_000 },
};

test("a model over HTTP that would spend without an end is stopped before its budget is passed", async () => {
  const place = server.place(() => spoken(compatible, looks));
  const hand = atHand({
    "readme.md": "hello\n",
    "tasks.yaml": "tasks: [{id: A, goal: One, risk: low}]\n",
    [brand.settingsFile]: `models:
  far: {adapter: openai-compatible, model: m1, base_url: "${place.url}/v1", billing: metered}
prices: {m1: {input: 1, output: 10}}
budget: {task_usd: 0.1, on_limit: ask}
`,
  });
  expect((await hand.say("run", "--plain")).code).toBe(3);
  const detail = parsed((await hand.say("task", "A", "--json")).out);
  expect(at(detail, "calls", 0)).toMatchObject({ role: "implementer", costSource: "estimated", outcome: "error" });
  expect(at(detail, "task", "question")).toMatchObject({ text: having("stopped at what this call may cost") });
  const paid = Number(at(parsed((await hand.say("summary", "--json")).out), "paidUsd"));
  expect(paid).toBeCloseTo(place.sent.length * 0.012, 6);
  expect(paid).toBeGreaterThan(0.05);
  expect(paid).toBeLessThanOrEqual(0.1);

  await hand.say("task", "A", "--retry");
  expect((await hand.say("run", "--plain")).code).toBe(3);
  const asked = parsed((await hand.say("task", "A", "--json")).out);
  expect(at(asked, "task", "question")).toMatchObject({ kind: "budget" });
  expect(at(parsed((await hand.say("summary", "--json")).out), "paidUsd")).toBe(paid);
});
