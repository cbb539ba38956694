import { expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { at, having, oneTask, parsed, parsedLines, played, some } from "../played.ts";

const dayMs = 86_400_000;

/** Implements and approves; at each end it tells that another tenth of its plan is used. */
const agent = `#!/bin/sh
used="$HOME/used-$1"
echo x >> "$used"
calls=$(wc -l < "$used")
case "$GANDY_ROLE" in
  implementer) echo "$GANDY_TASK" > "$GANDY_TASK.txt" ;;
  *) echo '{"verdict": "approve", "summary": "fine", "findings": []}' ;;
esac
echo "{\\"type\\": \\"window\\", \\"name\\": \\"five_hour\\", \\"used\\": 0.$((calls * 2 + 10)), \\"resetAt\\": ${Date.now() + dayMs}}"
`;

const plans = (settings = ""): string => `models:
  claude: {adapter: command, argv: [./agent.sh, "{model}"], billing: subscription, account: claude-max, provider: anthropic}
  codex: {adapter: command, argv: [./agent.sh, "{model}"], billing: subscription, account: codex-plus, provider: openai}
${settings}`;

const tasks = (count: number): string =>
  `tasks:\n${Array.from({ length: count }, (_, n) => `  - {id: T-${n + 1}, goal: Do it, risk: low}\n`).join("")}`;

const withPlans = (count: number, settings = ""): Hand =>
  atHand({
    "readme.md": "hello\n",
    "agent.sh": agent,
    "tasks.yaml": tasks(count),
    [brand.settingsFile]: plans(`limits: {parallel: 1}\n${settings}`),
  });

async function implementers(hand: Hand): Promise<readonly unknown[]> {
  const lines = parsedLines((await hand.say("log", "--json")).out);
  const calls = lines
    .filter((line) => at(line, "type") === "call.started" && at(line, "data", "role") === "implementer")
    .map((line) => at(line, "call"));
  return lines
    .filter((line) => at(line, "type") === "call.ended" && calls.includes(at(line, "call")))
    .map((line) => at(line, "data", "model"));
}

test("two plans share the work by what is left of them, and it is said why", async () => {
  const hand = withPlans(6);
  const ran = await hand.say("run");
  expect(ran.code).toBe(0);
  const models = await implementers(hand);
  expect(models).toHaveLength(6);
  expect(models.filter((name) => name === "claude")).toHaveLength(3);
  expect((await hand.say("why", "T-6")).out).toMatch(/\d+ % of \S+'s 5h window left, \d+ % of \S+'s 5h window left/);
  expect((await hand.say("models")).out).toMatch(/account claude-max: \d+ % of its 5h window left, until /);
  expect(at(parsed((await hand.say("models", "--json")).out), "models", 0)).toMatchObject({
    windows: [{ name: "5h", used: 0.22, source: "told" }],
    hours: null,
    keep: 0,
    parallel: null,
  });
  expect((await hand.say("doctor")).out).toMatch(/claude-max: \d+ % of its 5h window left/);
});

test("with routing.spread: order the first does all of it", async () => {
  const hand = withPlans(3, "routing: {spread: order}\n");
  expect((await hand.say("run")).code).toBe(0);
  expect(await implementers(hand)).toEqual(["claude", "claude", "claude"]);
});

test("what is kept of a plan is left alone: another goes on, and without another the run waits with an end", async () => {
  const hand = withPlans(1, "accounts: {claude-max: {keep: 90%}, codex-plus: {keep: 90%}}\n");
  expect((await hand.say("run")).code).toBe(0);
  hand.write("tasks.yaml", tasks(2));
  expect((await hand.say("run", "--no-wait")).code).toBe(4);
  const models = parsed((await hand.say("models", "--json")).out);
  const hold = {
    state: "held",
    keep: 0.9,
    until: some,
    holds: [{ by: "settings", reason: having("90 % is kept for you") }],
  };
  expect(at(models, "models", 0)).toMatchObject(hold);
  expect(at(models, "models", 1)).toMatchObject(hold);
  expect((await hand.say("list")).out).toContain("held");
  expect((await hand.say("release", "claude")).err).toContain("held by your settings");
});

/** Hours of so many hours from now on by the local clock. */
function hoursFrom(hours: number): string {
  const clock = (ms: number): string => {
    const shown = new Date(ms);
    return [shown.getHours(), shown.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
  };
  const fromMs = Date.now() + hours * 3_600_000;
  return `"${clock(fromMs)}-${clock(fromMs + 6 * 3_600_000)}"`;
}

const account = (settings: string): string => `accounts: {ann: {${settings}}, bob: {${settings}}}\n`;

test("outside of its hours an account is held until they begin; within them the work is done", async () => {
  const hand = played(oneTask, { settings: account(`hours: ${hoursFrom(9)}`) });
  expect((await hand.say("run", "--no-wait")).code).toBe(4);
  const listed = parsed((await hand.say("models", "--json")).out);
  const untilMs = Date.parse(String(at(listed, "models", 0, "until")));
  expect(untilMs).toBeGreaterThan(Date.now() + 7 * 3_600_000);
  expect(untilMs).toBeLessThan(Date.now() + 11 * 3_600_000);
  expect((await hand.say("models")).out).toMatch(/held until .*used from \d\d:\d\d to \d\d:\d\d only/);
  expect((await hand.say("doctor")).out).toContain("accounts.ann.hours");
  const report = await hand.say("report");
  expect(report.out).toMatch(/account ann was held once, .*; until .*used from \d\d:\d\d to \d\d:\d\d only/);
  hand.write(
    brand.settingsFile,
    `models:\n  ann: {adapter: scripted, scenario: play.yaml}\n  bob: {adapter: scripted, scenario: play.yaml}\n${account(`hours: ${hoursFrom(-3)}`)}`,
  );
  const ran = await hand.say("run");
  expect(ran.code).toBe(0);
});

test("of two accounts of one provider the other goes on when the first is held", async () => {
  const models = `models:
  work: {adapter: scripted, scenario: play.yaml, provider: anthropic, account: work, billing: subscription}
  private: {adapter: scripted, scenario: play.yaml, provider: anthropic, account: private, billing: subscription}
  judge: {adapter: scripted, scenario: play.yaml, provider: openai, account: judge}
routing: {spread: order}
roles: {implementer: [work, private], planner: [judge], code_reviewer: [judge]}
accounts: {work: {window: 1/1d, keep: 50%}}
`;
  const hand = atHand({
    "readme.md": "hello\n",
    "play.yaml": "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: []\n",
    "tasks.yaml": tasks(3),
    [brand.settingsFile]: `${models}limits: {parallel: 1}\n`,
  });
  const ran = await hand.say("run");
  expect(ran.code).toBe(0);
  expect(await implementers(hand)).toEqual(["work", "private", "private"]);
});

test("an account that no model has is a problem where it stands, with the nearest name", async () => {
  const hand = played(oneTask, { settings: "accounts: {anne: {keep: 30%}}\n" });
  const said = await hand.say("plan");
  expect(said.code).toBe(2);
  expect(said.err).toMatch(/:4:12.*no model has the account "anne"/);
  expect(said.err).toContain('did you mean "ann"');
});
