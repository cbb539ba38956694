import { expect, test } from "vitest";

import { brand, envName } from "../../../src/domain/brand.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { at, parsed, parsedLines } from "../played.ts";

const play = "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: []\n";

/** Answers with tokens that nobody knows the price of, and keeps what it was told of its budget. */
const unpriced = `#!/bin/sh
tail -c 300 "$${envName("PROMPT_FILE")}" > "$${envName("TASK")}.txt"
echo '{"type":"usage","input":1000,"output":100}'
`;

const crowd = (budget: string, ids: readonly string[]): Hand =>
  atHand({
    "tasks.yaml": `defaults: {risk: low}\ntasks:\n${ids.map((id) => `  - {id: ${id}, goal: Do ${id}}\n`).join("")}`,
    "agent.sh": unpriced,
    "play.yaml": play,
    [brand.settingsFile]: `models:
  ann: {adapter: command, argv: [./agent.sh], billing: metered}
  eve: {adapter: command, argv: [./agent.sh], billing: metered}
  bob: {adapter: scripted, scenario: play.yaml}
roles: {implementer: [ann, eve], code_reviewer: bob}
budget: ${budget}
`,
  });

const askedBy = async (here: Hand): Promise<readonly string[]> => {
  const found: unknown = at(parsed((await here.say("review", "--json")).out), "questions");
  return Array.isArray(found) ? found.map((one: unknown) => String(at(one, "task", "id"))) : [];
};

test.each(["ask", "downgrade"])(
  "with on_limit %s a used-up budget is one question, and one yes is for all",
  async (onLimit) => {
    const ids = ["A", "B", "C", "D", "E"];
    const here = crowd(`{run_usd: 3, on_limit: ${onLimit}}`, ids);
    expect((await here.say("run", "--plain")).code).toBe(3);
    const [asked = "", ...more] = await askedBy(here);
    expect(more).toEqual([]);
    expect((await here.say("task", asked, "--approve")).code).toBe(0);
    expect((await here.say("run", "--plain")).code).toBe(0);
    const told = ids.map((id) => here.git("show", `${brand.integrationBranch}:${id}.txt`));
    for (const text of told) expect(text).toMatch(/has \$[123]\.00 left/);
  },
);

test("nobody waits for the answer of a task that this run leaves out, and a yes counts from when it is given", async () => {
  const here = crowd("{day_usd: 1}", ["A", "B", "C", "D"]);
  expect((await here.say("run", "--plain", "--task", "A")).code).toBe(0);
  expect((await here.say("run", "--plain", "--task", "B")).code).toBe(3);
  expect((await here.say("run", "--plain", "--task", "C")).code).toBe(3);
  expect(await askedBy(here)).toEqual(["B", "C"]);
  expect((await here.say("task", "B", "--approve")).code).toBe(0);
  expect((await here.say("run", "--plain", "--task", "D")).code).toBe(0);
});

test("a yes answers the other questions about the same budget where there is room again", async () => {
  const here = crowd("{day_usd: 2}", ["A", "B", "C", "D"]);
  expect((await here.say("run", "--plain", "--task", "A", "--task", "B")).code).toBe(0);
  expect((await here.say("run", "--plain", "--task", "C")).code).toBe(3);
  expect((await here.say("run", "--plain", "--task", "D")).code).toBe(3);
  expect((await here.say("task", "D", "--approve")).code).toBe(0);
  expect((await here.say("run", "--plain", "--task", "D")).code).toBe(0);
  expect(await askedBy(here)).toEqual([]);
  expect((await here.say("run", "--plain")).code).toBe(0);
});

const error = (type: string, reason: string): string =>
  `echo '{"type":"error","error":{"type":"${type}","reason":"${reason}","message":"no"}}'; exit 1`;
const tool = `echo '{"type":"tool","name":"edit"}'`;
const nothing = `echo '{"type":"usage","input":0,"output":0}'`;

/** How a program ends that told of no tokens, and whether it may have used any. */
const ends: Readonly<Record<string, readonly [string, "nothing" | "unknown"]>> = {
  key: [error("auth", "bad_key"), "nothing"],
  name: [error("not_found", "model"), "nothing"],
  request: [error("invalid_request", "bad_request"), "nothing"],
  limit: [error("rate_limit", "throttled"), "nothing"],
  offline: [error("network", "offline"), "nothing"],
  refused: [error("network", "refused_connection"), "nothing"],
  told: [`${nothing}; exit 1`, "nothing"],
  silent: ["exit 1", "unknown"],
  crash: [`${tool}; exit 1`, "unknown"],
  words: ["echo I have begun; exit 1", "unknown"],
  cut: [error("network", "cut"), "unknown"],
  server: [error("api", "server"), "nothing"],
  latekey: [`${tool}; ${error("auth", "bad_key")}`, "unknown"],
  overflow: [`${tool}; ${error("invalid_request", "context_overflow")}`, "unknown"],
  latelimit: [`${tool}; ${error("rate_limit", "throttled")}`, "unknown"],
  lateoffline: [`${tool}; ${error("network", "offline")}`, "unknown"],
};

test("what failed counts nothing where it cannot have begun, else what was set aside for it", async () => {
  const names = Object.keys(ends);
  const model = (name: string): string => `  ${name}: {adapter: command, argv: [./${name}.sh], billing: metered}\n`;
  const here = atHand({
    "tasks.yaml": "tasks: [{id: A, goal: One, risk: low}]\n",
    "play.yaml": play,
    ...Object.fromEntries(names.map((name) => [`${name}.sh`, `#!/bin/sh\n${ends[name]?.[0] ?? ""}\n`])),
    [brand.settingsFile]: `models:\n${names.map(model).join("")}  bob: {adapter: scripted, scenario: play.yaml}
roles: {implementer: [${names.join(", ")}, bob], code_reviewer: bob}
retry: {call: {attempts: 1}}
budget: {run_usd: 100, metered_fallback: true}
`,
  });
  const { code, out } = await here.say("run", "--json");
  expect(code).toBe(0);
  const settled = parsedLines(out).filter((event) => at(event, "type") === "budget.settled");
  const counted = settled.flatMap((event): readonly (readonly [string, string])[] => {
    const name = String(at(event, "data", "model"));
    if (name === "bob") return [];
    const isNothing = at(event, "data", "costUsd") === 0 && at(event, "data", "assumedUsd") === undefined;
    return [[name, isNothing ? "nothing" : at(event, "data", "assumedUsd") === 1 ? "unknown" : "else"]];
  });
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(names.map((name) => [name, ends[name]?.[1]])));
});
