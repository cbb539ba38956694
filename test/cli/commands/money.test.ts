import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand, envName } from "../../../src/domain/brand.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { at, parsed, parsedLines } from "../played.ts";

/** A program as a model, which says what it used and not what it cost. */
const agent = `#!/bin/sh
tail -c 300 "$${envName("PROMPT_FILE")}" > told.txt
echo '{"type":"usage","input":100000,"output":20000}'
echo '{"type":"usage","input":100000,"output":20000}'
`;

function hand(budget: string, tasks = "tasks: [{id: A, goal: One, risk: low, budget: {tokens: 900000}}]\n"): Hand {
  return atHand({
    "tasks.yaml": tasks,
    "agent.sh": agent,
    "play.yaml": "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:\n  - {cost_usd: 0.5}\n",
    [brand.settingsFile]: `models:
  ann: {adapter: command, argv: [./agent.sh], billing: metered, model: m1}
  bob: {adapter: scripted, scenario: play.yaml, billing: subscription}
roles: {implementer: ann, code_reviewer: bob}
prices: {m1: [{input: 1, output: 5}, {input: 2, output: 10, above: 150000}]}
budget: ${budget}
`,
  });
}

test("what a program used is priced by the settings, told to it beforehand, and kept with the rows it took", async () => {
  const here = hand("{run_usd: 5}");
  const { code, out } = await here.say("run", "--json");
  expect(code).toBe(0);
  const events = parsedLines(out);
  const settled = events.filter((event) => at(event, "type") === "budget.settled").map((event) => at(event, "data"));
  expect(settled).toMatchObject([
    { model: "ann", costUsd: 0.4, costSource: "lower_bound", notional: false },
    { model: "bob", costUsd: 0.5, costSource: "reported", notional: true },
  ]);
  const told = here.git("show", `${brand.integrationBranch}:told.txt`);
  expect(told).toContain("The budget of this work has $5.00 and 900,000 tokens left.");

  const summary = parsed((await here.say("summary", "--json")).out);
  expect(summary).toMatchObject({ costUsd: 0.9, paidUsd: 0.4, notionalUsd: 0.5, unsettled: { calls: 0 } });
  expect((await here.say("summary")).out).toContain(
    "paid by the token: ≥$0.40; what subscriptions and free models did would have cost $0.50",
  );

  const markdown = readFileSync(join(here.home, "state", "runs", String(at(events[0], "run")), "log.md"), "utf8");
  expect(markdown).toMatch(
    /^\| g1\/main\/S1\/implement\/1 \| coding \| ann \| success \| 1 \| .* \| 240k \| ≥\$0\.40 \| at least;.*\(settings\/m1\) \|$/m,
  );
  expect(markdown).toMatch(
    /^\| g1\/main\/whole\/review\/1 \| review \| bob \| success \| 1 \| .* \| \$0\.50 \| reported by the provider \|$/m,
  );
  expect(markdown).toContain(
    "\npaid by the token: ≥$0.40; what subscriptions and free models did would have cost $0.50\n",
  );
});

test("a subscription spends no budget of money, and what a program overspends is booked and said", async () => {
  const here = hand("{day_usd: 0.3, on_limit: stop}");
  expect((await here.say("run", "--plain")).code).toBe(0);
  expect((await here.say("log")).out).toMatch(/\[WARN\] \[ann\] A: cost \$0\.10 more than was set aside for it/);
  expect((await here.say("summary")).out).toContain("calls cost $0.10 more than was set aside for them");

  here.write("tasks.yaml", "tasks: [{id: B, goal: Two, risk: low}]\n");
  expect((await here.say("run", "--plain")).code).toBe(1);
  expect((await here.say("log", "B")).out).toContain("no budget left for this day: $0.30 wanted, $0.00 left");
});

const two = (onLimit: string): Hand =>
  atHand({
    "tasks.yaml": "tasks: [{id: A, goal: One, risk: low}]\n",
    "play.yaml":
      "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:\n  - {on: {model: ann}, cost_usd: 0.1}\n  - {cost_usd: 0}\n",
    [brand.settingsFile]: `models:
  ann: {adapter: scripted, scenario: play.yaml, billing: metered}
  bob: {adapter: scripted, scenario: play.yaml, billing: free}
roles: {implementer: [ann, bob], code_reviewer: [ann, bob]}
review: {independent: "off"}
budget: {call_usd: 0.1, task_usd: 0.15, on_limit: ${onLimit}}
`,
  });

test("where a budget is spent, a person may grant more", async () => {
  const here = two("ask");
  expect((await here.say("run", "--plain")).code).toBe(3);
  const json = parsed((await here.say("task", "A", "--json")).out);
  expect(at(json, "task", "question")).toMatchObject({ kind: "budget", reason: "budget" });
  expect((await here.say("review")).out).toContain("the budget of the task has $0.05 left");
  expect((await here.say("task", "A", "--approve")).code).toBe(0);
  expect((await here.say("run", "--plain")).code).toBe(0);
  expect(at(parsed((await here.say("summary", "--json")).out), "paidUsd")).toBe(0.2);
});

test("where a budget is spent, a cheaper candidate may go on", async () => {
  const here = two("downgrade");
  expect((await here.say("run", "--plain")).code).toBe(0);
  const calls = parsed((await here.say("task", "A", "--json")).out);
  expect(at(calls, "calls", 0)).toMatchObject({ role: "implementer", model: "ann", costUsd: 0.1 });
  expect(at(calls, "calls", 1)).toMatchObject({ role: "code_reviewer", model: "bob" });
  expect((await here.say("why", "A")).out).toContain("the budget of the task has $0.05 left");
});

test("a program that is not there costs nothing", async () => {
  const here = atHand({
    "tasks.yaml": "tasks: [{id: A, goal: One, risk: low}]\n",
    [brand.settingsFile]: `models:
  gone: {adapter: command, argv: [no-such-program], billing: metered}
  bob: {adapter: scripted, scenario: play.yaml}
roles: {implementer: [gone, bob], code_reviewer: bob}
budget: {run_usd: 1, metered_fallback: true, on_limit: stop}
`,
    "play.yaml": "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: []\n",
  });
  expect((await here.say("run", "--plain")).code).toBe(0);
  expect(parsed((await here.say("summary", "--json")).out)).toMatchObject({ paidUsd: 0, unknown: { calls: 0 } });
});

test("tokens of a task's budget count whoever pays, and are said to be used up", async () => {
  const here = hand("{on_limit: stop}", "tasks: [{id: A, goal: One, risk: low, budget: {tokens: 200000}}]\n");
  expect((await here.say("run", "--plain")).code).toBe(1);
  expect((await here.say("log", "A")).out).toContain("no tokens left in the budget of this task");
  const task = parsed((await here.say("task", "A", "--json")).out);
  expect(at(task, "task", "failure")).toMatchObject({
    type: "budget",
    message: "the tokens in the budget of the task are used up",
  });
});

test("a metered model that was listed behind a free one takes over, and the start says so and what it may cost", async () => {
  const hand = (settings: string): Hand =>
    atHand({
      "tasks.yaml": "tasks: [{id: A, goal: One, risk: low}]\n",
      "play.yaml":
        "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:\n  - {on: {model: local}, error: {type: auth, message: no}}\n  - {cost_usd: 0.1}\n",
      [brand.settingsFile]: `models:
  local: {adapter: scripted, scenario: play.yaml}
  sonnet: {adapter: scripted, scenario: play.yaml, billing: metered}
${settings}`,
    });
  const here = hand("roles: {implementer: [local, sonnet], code_reviewer: [local, sonnet]}\nbudget: {run_usd: 2}\n");
  const { code, out } = await here.say("run", "--plain");
  expect(code).toBe(0);
  expect(out).toContain(
    "note: sonnet is metered and takes over where local cannot (coding): nobody knows its price (prices.sonnet); at most $2.00 a run (budget)\n",
  );
  here.write("tasks.yaml", "tasks: [{id: B, goal: Two, risk: low}]\n");
  expect((await here.say("run", "--plain")).out).toContain(
    "takes over where local cannot (coding): a call of it has cost $0.10 so far; at most $2.00 a run (budget)\n",
  );

  const priced = hand("roles: {implementer: [local, sonnet]}\nprices: {sonnet: {input: 3, output: 15}}\n");
  expect((await priced.say("run", "--plain")).out).toContain(
    "$3.00 for a million tokens in, $15.00 out; no budget limits it (budget.run_usd, budget.day_usd)\n",
  );

  const unlisted = hand("");
  const left = await unlisted.say("run", "--plain");
  expect(left.code).toBe(3);
  expect(left.out).not.toContain("takes over");
});

/** Answers with tokens that nobody knows the price of. */
const unpriced = `#!/bin/sh
echo '{"type":"usage","input":1000,"output":100}'
echo done > "$${envName("TASK")}.txt"
`;

const many = (ids: readonly string[]): string =>
  `defaults: {risk: low}\ntasks:\n${ids.map((id) => `  - {id: ${id}, goal: Do ${id}}\n`).join("")}`;

function crowd(budget: string, ids: readonly string[]): Hand {
  return atHand({
    "tasks.yaml": many(ids),
    "agent.sh": unpriced,
    "play.yaml": "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: []\n",
    [brand.settingsFile]: crowdSettings(budget),
  });
}

const crowdSettings = (budget: string): string => `models:
  ann: {adapter: command, argv: [./agent.sh], billing: metered}
  bob: {adapter: scripted, scenario: play.yaml}
roles: {implementer: ann, code_reviewer: bob}
budget: ${budget}
`;

const questionsOf = async (here: Hand): Promise<readonly unknown[]> => {
  const found: unknown = at(parsed((await here.say("review", "--json")).out), "questions");
  return typeof found === "object" && found !== null ? Object.entries(found).map(([, one]): unknown => one) : [];
};

test("a used-up budget is one question, and one yes to it is for all that wait", async () => {
  const ids = ["A", "B", "C", "D", "E", "F"];
  const here = crowd("{run_usd: 3}", ids);
  const first = await here.say("run", "--plain");
  expect(first.code).toBe(3);
  expect(first.out).toContain("nobody knows what this call cost: budgets count $1.00, which is assumed");
  expect(first.out).toContain("prices: {ann: {input: USD, output: USD}}");
  const asked = await questionsOf(here);
  expect(asked).toHaveLength(1);
  expect(at(asked[0], "text")).toContain("3 calls of unknown cost are only assumed to have cost what was set aside");
  expect(at(asked[0], "text")).toContain("it is raised by $3.00 for all tasks");
  expect((await here.say("summary")).out).toContain("not known: the cost of 3 paid calls; budgets count $3.00 for it");
  const waiting = at(parsed((await here.say("list", "--json")).out), "tasks");
  const others = (await here.say("list")).out.match(/. asks you first, about the budget of this run/g) ?? [];
  expect(others).toHaveLength(2);
  expect(JSON.stringify(waiting)).toContain("about the budget of this run");
  expect((await here.say("review")).code).toBe(0);
  const id = String(at(asked[0], "task", "id"));
  expect((await here.say("task", id, "--approve")).code).toBe(0);
  expect((await here.say("run", "--plain")).code).toBe(0);
});

test("a budget that is raised in the settings is its own answer", async () => {
  const here = crowd("{run_usd: 2}", ["A", "B", "C", "D"]);
  expect((await here.say("run", "--plain")).code).toBe(3);
  expect(await questionsOf(here)).toHaveLength(1);
  here.write(brand.settingsFile, crowdSettings("{run_usd: 10}"));
  expect((await here.say("run", "--plain")).code).toBe(0);
});

test("free and scripted models, and calls that used nothing, take nothing from a budget", async () => {
  const here = atHand({
    "tasks.yaml": many(["A", "B", "C"]),
    "play.yaml":
      "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:\n  - {on: {model: ann}, error: {type: auth, message: no}}\n  - {on: {model: max}, error: {type: overloaded, message: busy}}\n  - {on: {model: eve}, crash: 7}\n",
    [brand.settingsFile]: `models:
  ann: {adapter: scripted, scenario: play.yaml, billing: metered}
  eve: {adapter: scripted, scenario: play.yaml, billing: metered}
  max: {adapter: scripted, scenario: play.yaml, billing: metered}
  bob: {adapter: scripted, scenario: play.yaml, billing: metered}
roles: {implementer: [ann, max, eve, bob], code_reviewer: [ann, bob]}
retry: {call: {strategy: fixed, base: 1ms}}
breaker: {failures: 1000}
budget: {run_usd: 1}
`,
  });
  expect((await here.say("run", "--plain")).code).toBe(0);
  expect(parsed((await here.say("summary", "--json")).out)).toMatchObject({
    paidUsd: 0,
    unknown: { calls: 0 },
    unsettled: { calls: 0 },
  });
});
