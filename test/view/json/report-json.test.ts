import { expect, test } from "vitest";

import type { NewEvent } from "../../../src/domain/events.ts";
import { reportJson, repositoryReport, type ReportFacts } from "../../../src/view/json/report-json.ts";
import { reportLines, totalLines } from "../../../src/view/text/report-lines.ts";
import { event, hold, minute, noon, question, run, task, usage, usd } from "../fixtures.ts";

const hour = 60 * minute;
const done = (id: string): NewEvent => ({
  type: "task.moved",
  task: id,
  data: { from: "QUALITY_GATE", to: "DONE", reason: "merged" },
});
const proven = { proof: "checks", provenBy: ["test"], without: [] } as const;

function facts(more: Partial<ReportFacts>, ...events: readonly (readonly [number, NewEvent])[]): ReportFacts {
  return {
    path: "/shop",
    nowMs: noon,
    sinceMs: noon - 10 * hour,
    run: run({ state: "ended" }),
    dead: false,
    startable: false,
    rows: [],
    reverted: new Set(),
    landed: new Set(),
    questions: [],
    holds: [],
    events: events.map(([ago, one]) => event(ago / 1000, one)),
    ...more,
  };
}

test("counts how often and how long each was held, and says what is held until somebody releases it", () => {
  const plan = hold("claude-max", { id: "h1", untilMs: noon - 5 * hour });
  const again = hold("claude-max", { id: "h2", untilMs: noon + hour, setAt: noon - 2 * hour });
  const endless = hold("gpt", { id: "h3", untilMs: null, setAt: noon - 20 * hour });
  const { limits, next } = repositoryReport(
    facts(
      { holds: [again, endless] },
      [6 * hour, { type: "hold.set", data: { hold: plan } }],
      [2 * hour, { type: "hold.set", data: { hold: again } }],
    ),
  );
  expect(limits.map(({ target, holds, heldMs, endless: is }) => [target, holds, heldMs / hour, is])).toEqual([
    ["claude-max", 2, 3, false],
    // Since then, not since ever.
    ["gpt", 1, 10, true],
  ]);
  expect(limits[0]?.until).toBe(new Date(noon + hour).toISOString());
  expect(next).toEqual(["gandy release gpt"]);
});

test("tells what is done from what was undone, what proves it, why others failed, and what to do about each", () => {
  const rows = [
    task("A", "Do A", { state: "DONE", proof: proven, mergeCommit: "c1" }),
    task("B", "Do B", { state: "DONE", proof: { proof: "none", provenBy: [], without: [] }, mergeCommit: "c2" }),
    task("C", "Do C", { state: "DONE", proof: proven, mergeCommit: "c3" }),
    task("D", "Do D", { state: "FAILED", failure: { type: "gate", reason: null, message: "test is red" } }),
    task("E", "Do E", { state: "DONE", proof: proven, mergeCommit: "c4" }),
  ];
  const report = repositoryReport(
    facts(
      { rows, reverted: new Set(["C"]), landed: new Set(["E"]), questions: [question("q", "F")] },
      [hour, done("A")],
      [hour, done("B")],
      [hour, done("C")],
      [hour, { type: "task.moved", task: "D", data: { from: "QUALITY_GATE", to: "FAILED", reason: "gate" } }],
      [minute, { type: "merge.reverted", task: "C", data: { commit: "c5", of: "c3" } }],
    ),
  );
  expect(report).toMatchObject({
    proven: [{ task: "A", proven_by: ["test"] }],
    unproven: [{ task: "B" }],
    reverted: [{ task: "C" }],
    failed: [{ task: "D", why: "gate: test is red", command: "gandy task D --retry" }],
    asked: [{ task: "F", command: "gandy review F" }],
    next: ["gandy review", "gandy land"],
  });
  expect(reportLines(report, "you looked", noon)).toEqual(
    expect.arrayContaining(["  1 proven", "    A  Do A  by test", "    D  Do D  gate: test is red"]),
  );
});

test("sums cost by account, over all repositories too", () => {
  const ended: NewEvent = {
    type: "attempt.ended",
    data: {
      attempt: 1,
      rerun: 0,
      model: "opus",
      account: "claude-max",
      outcome: "success",
      failure: null,
      usage: usage(100, 10),
      cost: usd(0.5),
      durationMs: 1,
      startupMs: null,
      session: null,
      counted: true,
    },
  };
  const settled: NewEvent = {
    type: "budget.settled",
    data: { reservation: null, cost: usd(0.5), usage: usage(100, 10), model: "opus", day: "d", notional: true },
  };
  const one = repositoryReport(facts({}, [hour, ended], [hour, settled], [minute, settled]));
  expect(one.accounts).toMatchObject([{ account: "claude-max", calls: 2, costUsd: 1, notional: true }]);
  const all = reportJson([one, one]);
  expect(all.totals.accounts).toMatchObject([{ account: "claude-max", calls: 4, costUsd: 2 }]);
  expect(totalLines(all)[1]).toBe("  claude-max  4 calls, 440 tokens, not paid by the token, would have cost $2.00");
});

test.each([
  [null, true, ["gandy run"]],
  [null, false, []],
  ["ended", true, ["gandy run"]],
  ["running", true, []],
] as const)(
  "where the last run is %s, and %s that a task could begin, the next command is %j",
  (state, startable, next) => {
    const last = state === null ? null : run({ state });
    expect(repositoryReport(facts({ run: last, startable })).next).toEqual(next);
  },
);
