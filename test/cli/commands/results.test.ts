import { describe, expect, test } from "vitest";
import type { z } from "zod";

import { askResult } from "../../../src/actions/results/ask.ts";
import { checkResult } from "../../../src/actions/results/check.ts";
import { doctorResult } from "../../../src/actions/results/doctor.ts";
import { eventLine, whyResult } from "../../../src/actions/results/events.ts";
import { explainResult, modelsResult, pricesResult } from "../../../src/actions/results/model.ts";
import { planResult } from "../../../src/actions/results/plan.ts";
import { problemsResult } from "../../../src/actions/results/problem.ts";
import { startedResult, summaryResult } from "../../../src/actions/results/run.ts";
import { statsResult } from "../../../src/actions/results/stats.ts";
import { activeResult, listResult, reviewResult, taskResult } from "../../../src/actions/results/task.ts";
import { brand } from "../../../src/domain/brand.ts";
import { until } from "../../until.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { stopAfter } from "../engines.ts";
import { oneTask, parsed, parsedLines, played } from "../played.ts";

/** The value, which its schema knows to the last key. */
function fits<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const read = schema.parse(value);
  expect(read).toEqual(value);
  return read;
}

/** What a command prints for scripts, by its schema. */
async function printed<T extends z.ZodType>(schema: T, hand: Hand, ...argv: readonly string[]): Promise<z.output<T>> {
  return fits(schema, parsed((await hand.say(...argv, "--json")).out));
}

const lines = (text: string): readonly z.output<typeof eventLine>[] =>
  parsedLines(text).map((line) => fits(eventLine, line));

/** One is done after corrections, one asks for its merge, one for what to do with its failure, and one is blocked by that. */
const backlog = `tasks:
  - {id: A, goal: Is done, area: words}
  - {id: B, goal: Asks, risk: low, approve: [merge]}
  - {id: C, goal: Fails, risk: low}
  - {id: D, goal: Is blocked, risk: low, needs: [C]}
`;
const rules = `  - {on: {task: A, role: code_reviewer, round: 1}, n: 1, answer: {verdict: changes, summary: no, findings: [{severity: major, file: readme.md, line: 1, text: greet louder}]}}
  - {on: {task: B, role: implementer}, n: 1, error: {type: overloaded, message: busy, retry_after: 1ms}}
  - {on: {model: cay}, error: {type: rate_limit, reason: plan_limit, reset_in: 1h, message: used up}}
  - {on: {task: C, role: implementer}, error: {type: auth, message: who are you}}
  - {on: {model: bob}, cost_usd: 0.01}
`;
const settings = `  cay: {adapter: scripted, scenario: play.yaml, billing: subscription}
checks: [{name: test, run: "true"}]
budget: {run_usd: 5}
breaker: {failures: 1, open_for: 50ms}
roles: {planner: [cay, ann], plan_reviewer: [bob], implementer: [ann, bob], code_reviewer: [bob, ann]}
`;
const four = (): Hand => played(backlog, { rules, settings });

describe("what is printed for scripts has the keys of its schema and no others", () => {
  test("before a run", async () => {
    const hand = four();
    expect(await printed(summaryResult, hand, "summary")).toEqual({ v: 1, run: null });
    expect((await printed(listResult, hand, "list")).run).toBeNull();
    expect((await printed(planResult, hand, "plan")).tasks).toHaveLength(4);
    expect((await printed(modelsResult, hand, "models")).models[0]?.usage).toBeNull();
    expect((await printed(doctorResult, hand, "doctor")).agents.length).toBeGreaterThan(0);
    expect((await printed(checkResult, hand, "check")).ok).toBe(true);
    await printed(statsResult, hand, "stats");
  });

  test("of a run with corrections, questions, failures and a hold", async () => {
    const hand = four();
    expect(lines((await hand.say("run", "--json")).out).at(-1)?.type).toBe("run.ended");
    const { tasks } = await printed(listResult, hand, "list");
    expect(tasks.map(({ state }) => state)).toEqual(["DONE", "AWAITING_HUMAN", "AWAITING_HUMAN", "NEW"]);
    expect((await printed(listResult, hand, "list", "--all")).tasks).toEqual(tasks);
    expect((await printed(reviewResult, hand, "review")).questions).toHaveLength(2);
    const done = await printed(taskResult, hand, "task", "A");
    expect([done.plan?.steps.length, done.findings.length, done.checks.length]).toEqual([1, 1, 1]);
    expect((await printed(whyResult, hand, "why", "C")).decisions.length).toBeGreaterThan(1);
    const { models } = await printed(modelsResult, hand, "models");
    expect(models.map(({ holds }) => holds.length)).toEqual([0, 0, 1]);
    expect((await printed(doctorResult, hand, "doctor")).findings.map(({ what }) => what)).toContain("hold");
    expect((await printed(planResult, hand, "plan")).done).toEqual(["A"]);

    await hand.say("task", "C", "--abort");
    expect((await hand.say("run", "--yes-to", "merge")).code).toBe(1);
    const told = new Set(lines((await hand.say("log", "--json")).out).map(({ type }) => type));
    for (const type of ["question.answered", "hold.set", "breaker.moved", "call.retried", "budget.settled"])
      expect(told).toContain(type);
    const failed = await printed(taskResult, hand, "task", "C");
    expect([failed.task.state, failed.task.failure?.type]).toEqual(["FAILED", "aborted"]);
    expect(await printed(summaryResult, hand, "summary")).toMatchObject({ tasks: { done: 2, failed: 1, blocked: 1 } });
    expect((await printed(statsResult, hand, "stats")).errors).toMatchObject({ overloaded: 1 });
  });

  test("while a run goes on", async () => {
    const hand = played(oneTask, { rules: "  - {on: {role: implementer}, delay: 20s}\n" });
    stopAfter(hand);
    const { run } = await printed(startedResult, hand, "run", "--detach");
    await until("work", async () => (await hand.say("active")).out.includes("A-1"));
    const active = await printed(activeResult, hand, "active");
    expect([active.run, active.tasks.length]).toEqual([run, 1]);
    const { calls } = await printed(taskResult, hand, "task", "A-1");
    expect(calls).toMatchObject([{ outcome: null, durationMs: null }]);
  });

  test("of an ask", async () => {
    const hand = atHand(null);
    const play = (synthesizer: string): void =>
      hand.write(
        "play.yaml",
        `version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:\n  - {on: {role: synthesizer}, ${synthesizer}}\n  - {on: {model: c}, error: {type: api, message: broken}}\n`,
      );
    play("answer: {text: four, agrees: [all], differs: []}");
    const model = "{adapter: scripted, scenario: play.yaml}";
    hand.write(
      brand.settingsFile,
      `models: {a: ${model}, b: ${model}, c: ${model}}\nretry: {call: {strategy: fixed, attempts: 2, base: 1ms}}\nbreaker: {failures: 2, open_for: 10m}\n`,
    );
    const ask = async (question: string, ...flags: readonly string[]): Promise<z.output<typeof askResult>> =>
      await printed(askResult, hand, "ask", question, ...flags);
    expect(await ask("2+2", "--synthesize")).toMatchObject({ failures: [{ model: "c" }], synthesis: { text: "four" } });
    expect(await ask("2+2", "--models=a")).not.toHaveProperty("synthesis");
    expect(await ask("2+2", "--models=a", "--synthesize")).toMatchObject({ synthesis: null });
    play("text: I would rather not");
    expect(await ask("3+3", "--models=a,b", "--synthesize")).toMatchObject({ synthesis: { error: { type: "parse" } } });
    expect((await printed(modelsResult, hand, "models")).models[2]).toMatchObject({ state: "resting" });
  });

  test("of prices, a recorded stream, a machine without models, and files that are wrong", async () => {
    const hand = atHand({});
    expect(
      (await printed(doctorResult, hand, "doctor")).findings.find(({ what }) => what === "models")?.hints,
    ).toBeDefined();
    const end = { type: "result", subtype: "success", is_error: true, stop_reason: "refusal", result: "no" };
    hand.write("stream.jsonl", `${JSON.stringify(end)}\n`);
    expect(
      (await printed(explainResult, hand, "models", "--explain", "claude-code", "stream.jsonl")).error,
    ).toMatchObject({
      reason: "refused",
    });
    hand.write(
      brand.settingsFile,
      "models: {opus: {adapter: claude-code, model: claude-opus-5-5}, strange: {adapter: codex}}\n",
    );
    const { prices } = await printed(pricesResult, hand, "models", "--prices");
    expect(prices.map(({ known }) => known)).toEqual([true, false]);
    hand.write("tasks.yaml", "tasks: [{id: A, goal: x, needs: [B]}]\n");
    expect((await printed(problemsResult, hand, "run")).problems).toHaveLength(1);
  });
});
