import { describe, expect, test } from "vitest";
import { z } from "zod";

import { askResult } from "../../src/actions/results/ask.ts";
import { checkResult } from "../../src/actions/results/check.ts";
import { doctorResult } from "../../src/actions/results/doctor.ts";
import { eventLine, whyResult } from "../../src/actions/results/events.ts";
import { explainResult, modelsResult, pricesResult } from "../../src/actions/results/model.ts";
import { planResult } from "../../src/actions/results/plan.ts";
import { problemsResult } from "../../src/actions/results/problem.ts";
import { startedResult, summaryResult } from "../../src/actions/results/run.ts";
import { statsResult } from "../../src/actions/results/stats.ts";
import { activeResult, listResult, reviewResult, taskResult } from "../../src/actions/results/task.ts";

const results = {
  activeResult,
  askResult,
  checkResult,
  doctorResult,
  eventLine,
  explainResult,
  listResult,
  modelsResult,
  planResult,
  pricesResult,
  problemsResult,
  reviewResult,
  startedResult,
  statsResult,
  summaryResult,
  taskResult,
  whyResult,
};

describe.each(Object.entries(results))("%s", (_name, schema) => {
  test("has a JSON Schema that forbids no key", () => {
    const text = JSON.stringify(z.toJSONSchema(schema, { io: "input" }));
    expect(text).toContain('"v":{"type":"number","const":1');
    expect(text).not.toContain('"additionalProperties":false');
  });
});

test("a reader passes over keys that are new", () => {
  expect(startedResult.parse({ v: 1, run: "r", more: true })).toEqual({ v: 1, run: "r" });
  expect(startedResult.safeParse({ v: 2, run: "r" }).success).toBe(false);
});
