import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { openLedger } from "../../../state/open-ledger.ts";
import { asksPlace } from "../../../src/domain/ids.ts";
import type { RecordedEvent } from "../../../src/domain/events.ts";
import { brand, envName } from "../../../src/domain/brand.ts";
import { isAlive, processStartTime } from "../../../src/processes/identity.ts";
import { systemClock } from "../../../src/processes/clock.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { at, having, parsed } from "../played.ts";
import { until } from "../../until.ts";
import { bundledMain } from "../../bundle.ts";

const fast = "retry: {call: {strategy: fixed, attempts: 3, base: 1ms}}\n";

/** No repository: a folder with models by these entries, and a scenario of these rules. */
function asker(models: Readonly<Record<string, string>>, rules = " []", settings = fast): Hand {
  const hand = atHand(null);
  hand.write("play.yaml", `version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:${rules}\n`);
  const entries = Object.entries(models).map(([name, entry]) => `  ${name}: ${entry}\n`);
  hand.write(brand.settingsFile, `models:\n${entries.join("")}${settings}`);
  return hand;
}

const scripted = "{adapter: scripted, scenario: play.yaml}";
const three = { a: scripted, b: scripted, c: scripted };

async function eventsOf(hand: Hand): Promise<readonly RecordedEvent[]> {
  const ledger = openLedger({
    path: join(hand.home, "state", "ledger.db"),
    mode: "read",
    clock: systemClock,
    random: Math.random,
  });
  try {
    expect(ledger.checkIntegrity()).toEqual([]);
    return await ledger.log.since(0, { repository: asksPlace });
  } finally {
    ledger.close();
  }
}

/** The errors that a provider may end with, as a model command says them, and how often each is asked by the policy. */
const ways = [
  ["auth", "bad_key", 1],
  ["invalid_request", "bad_request", 1],
  ["not_found", "model", 1],
  ["rate_limit", "throttled", 3],
  ["timeout", "idle", 3],
  ["api", "server", 3],
  ["network", "offline", 3],
  ["overloaded", null, 3],
  ["parse", "bad_schema", 2],
] as const;

describe("one model that fails in one of the nine ways beside two that answer", () => {
  test.each(ways)("%s (%s): %i requests, and the right error", async (type, reason, requests) => {
    const error = { type, ...(reason === null ? {} : { reason }), message: "as it is" };
    const event = JSON.stringify({ type: "error", error });
    const hand = asker(
      { a: scripted, b: '{adapter: command, argv: ["./fails.sh"]}', c: scripted },
      '\n  - on: {role: ask, model: a}\n    text: "4"\n    usage: {input: 10, output: 2}\n    cost_usd: 0.01',
    );
    const starts = join(hand.top, "starts");
    hand.write("fails.sh", `#!/bin/sh\necho started >> '${starts}'\necho '${event}'\nexit 1\n`);
    const { code, out, err } = await hand.say("ask", "2+2", "--models", "a,b,c", "--json");
    expect([code, err]).toEqual([0, ""]);
    expect(out.trim().split("\n")).toHaveLength(1);
    const said = parsed(out);
    expect(out).toMatch(/^\{"v":1,"success":true,"results":\[.*\],"failures":\[.*\],"totals":\{[^}]*\{[^}]*\}\}\}\n$/);
    expect(said).toMatchObject({
      v: 1,
      success: true,
      results: [
        { model: "a", text: "4", usage: { input: 10, output: 2, total: 12 }, costUsd: 0.01, attempts: 1 },
        { model: "c", attempts: 1 },
      ],
      failures: [{ model: "b", error: { type, reason, message: having("as it is") }, attempts: requests }],
    });
    expect(at(said, "failures", 0, "error", "retryable")).toBe(requests > 1);
    expect(readFileSync(starts, "utf8").trim().split("\n")).toHaveLength(requests);
    const ended = (await eventsOf(hand)).find((one) => one.type === "ask.ended");
    expect(ended?.data).toMatchObject({ answered: ["a", "c"], failed: ["b"], cancelled: false });
  });
});

test("a limit of the account is no try, and is said at once", async () => {
  const hand = asker(
    three,
    "\n  - on: {role: ask, model: b}\n    error: {type: rate_limit, reason: plan_limit, reset_in: 1h, message: used up}",
  );
  const { code, out } = await hand.say("ask", "2+2", "--models=a,b", "--json");
  expect(code).toBe(0);
  expect(at(parsed(out), "failures")).toMatchObject([
    { model: "b", error: { type: "rate_limit", reason: "plan_limit" }, attempts: 1 },
  ]);
  const again = parsed((await hand.say("ask", "2+2", "--models=b", "--json")).out);
  expect(again).toMatchObject({
    success: false,
    failures: [{ error: { type: "rate_limit", message: having("is held until") }, attempts: 0 }],
    totals: { costUsd: 0 },
  });
});

test("a model whose breaker is open is not waited for", async () => {
  const hand = asker(
    { a: scripted, b: scripted },
    "\n  - on: {role: ask, model: b}\n    error: {type: api, message: broken}",
    `breaker: {failures: 2, open_for: 10m}\n${fast}`,
  );
  const failures = async (): Promise<unknown> => at(parsed((await hand.say("ask", "x", "--json")).out), "failures");
  expect(await failures()).toMatchObject([{ error: { type: "api", message: "broken" }, attempts: 2 }]);
  expect(await failures()).toMatchObject([
    { error: { type: "overloaded", retryable: true, message: having("its breaker") }, attempts: 0 },
  ]);
});

describe("who is asked", () => {
  test("all models, or those of roles.ask, or those that are named, in that order", async () => {
    const models = async (hand: Hand, ...more: string[]): Promise<readonly (string | undefined)[]> =>
      [...(await hand.say("ask", "x", "--json", ...more)).out.matchAll(/"model":"(\w+)"/g)].map(([, name]) => name);
    const hand = asker(three);
    expect(await models(hand)).toEqual(["a", "b", "c"]);
    expect(await models(hand, "--models", "c,a,c")).toEqual(["c", "a"]);
    expect(await models(asker(three, " []", `roles: {ask: [b, a]}\n${fast}`))).toEqual(["b", "a"]);
  });

  test("what the user's own settings have, where there is no project", async () => {
    const hand = atHand(null);
    mkdirSync(join(hand.home, ".config", brand.folder), { recursive: true });
    writeFileSync(
      join(hand.home, ".config", brand.folder, "config.yaml"),
      `models: {mine: {adapter: command, argv: [echo, hello]}}\n`,
    );
    expect((await hand.say("words", "model")).out).toBe("mine\n");
    expect((await hand.say("ask", "--prompt", "hi")).out).toMatch(/^── mine \(.*\)\nhello\n\n1 of 1 answered in /);
  });

  test.each([
    [["x", "--models", "a,opsu"], 'unknown model "opsu"; did you mean "opus"?'],
    [["x", "--models", "a:b"], 'unknown model "a:b"'],
    [["x", "--timeout", "soon"], "--timeout must be milliseconds"],
    [["x", "--timeout", "0"], "--timeout must be milliseconds"],
    [["x", "--prompt", "y"], "not both"],
    [[" "], "ask needs a text"],
    [[], "ask needs a text"],
    [["--vote", "a"], "nothing was asked yet"],
  ])("%j is refused", async (argv, message) => {
    const hand = asker({ a: scripted, opus: scripted });
    expect(await hand.say("ask", ...argv)).toMatchObject({ code: 2, out: "", err: having(message) });
  });

  test("settings with mistakes, and no settings at all", async () => {
    const hand = asker({ a: "{adapter: comand}" });
    expect(await hand.say("ask", "x", "--json")).toMatchObject({ code: 2, out: having('"problems"') });
    expect(await atHand(null).say("ask", "x")).toMatchObject({ code: 2, err: having("no model found") });
  });
});

test("nobody answers", async () => {
  const hand = asker(three, "\n  - on: {role: ask}\n    error: {type: auth, message: no key}");
  const { code, out } = await hand.say("ask", "x");
  expect(code).toBe(1);
  expect(out).toMatch(/── a has no answer \(.*s, 0 tokens, \$0\.00\)\nauth: no key\n/);
  expect(out).toMatch(/\n0 of 3 answered in /);
  expect((await eventsOf(hand)).findLast((one) => one.type === "ask.ended")?.data).toMatchObject({ answered: [] });
});

test("a model that does not come to an end is ended by the time limit, with all it started", async () => {
  const hand = asker({ a: scripted, slow: '{adapter: command, argv: ["./slow.sh"]}' });
  hand.write("slow.sh", "#!/bin/sh\necho $$ > pid\nsleep 600 & wait\n");
  const { code, out } = await hand.say("ask", "x", "--json", "--timeout", "700");
  expect(code).toBe(0);
  expect(at(parsed(out), "failures")).toMatchObject([
    { model: "slow", error: { type: "timeout", reason: "wall", message: "no answer within 700 ms (--timeout)" } },
  ]);
  const ask = (await eventsOf(hand)).find((one) => one.type === "ask.started")?.run ?? "";
  expect(existsSync(join(hand.home, "state", "runs", ask, "folders"))).toBe(false);
  const spawned = (await eventsOf(hand)).flatMap((one) => (one.type === "attempt.spawned" ? [one.data] : []));
  expect(spawned).toHaveLength(1);
  for (const child of spawned) expect(isAlive(child)).toBe(false);
});

test("a person may give a model more time than it has in tasks", async () => {
  const models = { mine: '{adapter: command, argv: ["./slow.sh"]}' };
  const hand = asker(models, " []", "timeouts: {review: 300ms}\nretry: {call: {strategy: immediate, attempts: 1}}\n");
  hand.write("slow.sh", "#!/bin/sh\nsleep 0.6\necho 4\n");
  expect(at(parsed((await hand.say("ask", "x", "--json")).out), "failures")).toMatchObject([
    { error: { type: "timeout", reason: "wall", message: having("timeouts.review") } },
  ]);
  expect(at(parsed((await hand.say("ask", "x", "--json", "--timeout=20s")).out), "results")).toMatchObject([
    { text: having("4") },
  ]);
});

test("SIGINT stops all, ends their children and keeps what was answered", async () => {
  const hand = asker({ a: scripted, slow: '{adapter: command, argv: ["./slow.sh"]}' });
  hand.write("slow.sh", `#!/bin/sh\necho $$ > '${join(hand.top, "pid")}'\nsleep 600 & wait\n`);
  const asking = hand.begin(["ask", "x", "--json"]);
  await until("it runs", () => existsSync(join(hand.top, "pid")));
  const pid = Number(readFileSync(join(hand.top, "pid"), "utf8"));
  const startTime = processStartTime(pid) ?? "";
  asking.signal("SIGINT");
  const { code, out } = await asking.end;
  expect(code).toBe(130);
  expect(parsed(out)).toMatchObject({
    results: [{ model: "a" }],
    failures: [{ model: "slow", error: { type: "cancelled" }, attempts: 1 }],
    totals: { costUsd: 0 },
  });
  expect(isAlive({ pid, startTime })).toBe(false);
  const events = await eventsOf(hand);
  expect(events.findLast((one) => one.type === "ask.ended")?.data).toMatchObject({ cancelled: true, failed: ["slow"] });
  expect(
    events
      .filter((one) => one.type === "call.ended")
      .map((one) => one.data.outcome)
      .toSorted(),
  ).toEqual(["cancelled", "success"]);
});

describe("one answer of several", () => {
  const rules =
    '\n  - on: {role: synthesizer}\n    answer: {text: "It is 4.", agrees: ["all say 4"], differs: ["b shows how"]}\n    usage: {input: 100, output: 10}\n    cost_usd: 0.02\n  - on: {role: ask, model: c}\n    error: {type: auth, message: no}';

  test("is made by the first that answered, and stands in JSON and in words", async () => {
    const hand = asker(three, rules);
    const said = parsed((await hand.say("ask", "2+2", "--synthesize", "--json", "--models=c,b,a")).out);
    expect(said).toMatchObject({
      results: [{ model: "b" }, { model: "a" }],
      synthesis: { model: "b", text: "It is 4.", agrees: ["all say 4"], differs: ["b shows how"], costUsd: 0.02 },
      totals: { costUsd: 0.02 },
    });
    const { out } = await hand.say("ask", "2+2", "--synthesize");
    expect(out).toMatch(/── synthesis by a .*\nIt is 4\.\n\nThey agree:\n- all say 4\n\nThey differ:\n- b shows how\n/);
  });

  test("is made by who is named for it, from both answers", async () => {
    const hand = asker(
      { ...three, judge: '{adapter: command, argv: ["./judge.sh"]}' },
      rules,
      `roles: {synthesizer: judge}\n${fast}`,
    );
    hand.write(
      "judge.sh",
      `#!/bin/sh\ncp "$${envName("PROMPT_FILE")}" '${join(hand.top, "asked")}'\necho '{"text": "so"}'\n`,
    );
    const said = parsed((await hand.say("ask", "2+2 \u001b[31m", "--synthesize", "--json", "--models=a,b")).out);
    expect(at(said, "synthesis")).toMatchObject({ model: "judge", text: "so", agrees: [], differs: [] });
    const asked = readFileSync(join(hand.top, "asked"), "utf8");
    expect(asked).toMatch(/a:\n<<<ANSWER [0-9a-f]{12}\nThis is what a says\.\nANSWER/);
    expect(asked).toContain("This is what b says.");
  });

  test("takes two answers, and its own failure does not spoil them", async () => {
    const hand = asker(three, rules);
    const lonely = await hand.say("ask", "2+2", "--synthesize", "--json", "--models=a,c");
    expect([lonely.code, at(parsed(lonely.out), "synthesis")]).toEqual([0, null]);
    const broken = asker(three, '\n  - on: {role: synthesizer}\n    text: "I would rather not"');
    const said = await broken.say("ask", "2+2", "--synthesize", "--json");
    expect(said.code).toBe(0);
    expect(at(parsed(said.out), "synthesis")).toMatchObject({ model: "a", error: { type: "parse" }, attempts: 2 });
  });
});

describe("a vote", () => {
  test("is kept for an answer of the last ask, or of the named one", async () => {
    const hand = asker(three, "\n  - on: {role: ask, model: c}\n    error: {type: auth, message: no}");
    await hand.say("ask", "one");
    const first = (await eventsOf(hand)).find((one) => one.type === "ask.ended")?.run ?? "";
    await hand.say("ask", "two");
    expect((await hand.say("ask", "--vote", "b")).code).toBe(0);
    expect((await hand.say("ask", "--vote", "a", "--of", first)).out).toBe(`a has the best answer of ${first}\n`);
    expect((await hand.say("ask", "--vote", "c")).err).toContain("answers came from a, b");
    expect((await hand.say("ask", "--vote", "a", "--of", "nothing")).err).toContain('no ask "nothing"');
    const votes = (await eventsOf(hand)).flatMap((one) =>
      one.type === "ask.voted" ? [[one.data.model, one.run === first]] : [],
    );
    expect(votes).toEqual([
      ["b", false],
      ["a", true],
    ]);
  });

  test("is a person's: an agent's is refused", async () => {
    const hand = asker(three);
    await hand.say("ask", "one");
    hand.env[envName("KEY")] = "x#1";
    expect(await hand.say("ask", "--vote", "a")).toMatchObject({ code: 2, err: having("only people decide") });
    expect((await eventsOf(hand)).some((one) => one.type === "ask.voted")).toBe(false);
  });
});

test("a budget of nothing lets no metered model be asked", async () => {
  const metered = "{adapter: scripted, scenario: play.yaml, billing: metered}";
  const hand = asker({ a: metered, b: scripted }, " []", `budget: {day_usd: 0}\n${fast}`);
  const { code, out } = await hand.say("ask", "x", "--json");
  expect(code).toBe(0);
  expect(parsed(out)).toMatchObject({
    results: [{ model: "b" }],
    failures: [
      { model: "a", attempts: 0, error: { type: "budget", reason: "day", message: having("has $0.00 left") } },
    ],
  });
});

test("a budget of the day holds for asks too", async () => {
  const metered = '{adapter: command, argv: ["./answers.sh"], billing: metered}';
  const hand = asker({ a: metered }, " []", `budget: {day_usd: 1.5, call_usd: 1, on_limit: stop}\n${fast}`);
  hand.write("answers.sh", `#!/bin/sh\necho '{"type":"cost","costUsd":1}'\necho 4\n`);
  const first = parsed((await hand.say("ask", "x", "--json")).out);
  expect(first).toMatchObject({ success: true, totals: { costUsd: 1 } });
  const second = await hand.say("ask", "x", "--json");
  expect(second.code).toBe(1);
  expect(at(parsed(second.out), "failures", 0, "error")).toMatchObject({ type: "budget", reason: "day" });
});

test("models that cannot be paid at once are asked one after the other", async () => {
  const metered = '{adapter: command, argv: ["./answers.sh"], billing: metered}';
  const hand = asker({ a: metered, b: metered }, " []", `budget: {day_usd: 1.5, call_usd: 1, on_limit: stop}\n${fast}`);
  hand.write("answers.sh", `#!/bin/sh\nsleep 0.2\necho '{"type":"cost","costUsd":0.25}'\necho 4\n`);
  const said = parsed((await hand.say("ask", "x", "--json")).out);
  expect(said).toMatchObject({ failures: [], totals: { costUsd: 0.5 } });
  const running = (await eventsOf(hand)).filter(({ type }) => type === "attempt.started" || type === "attempt.ended");
  expect(running.map(({ type }) => type)).toEqual([
    "attempt.started",
    "attempt.ended",
    "attempt.started",
    "attempt.ended",
  ]);
});

test("an answer moves no cursor and gives no key away", async () => {
  const hand = asker({ evil: '{adapter: command, argv: ["./evil.sh"]}' });
  hand.env["EVIL_API_KEY"] = "abcdefgh12345678";
  hand.write("evil.sh", "#!/bin/sh\nprintf 'one\\033[2J\\033]0;title\\007\\n\\ttwo abcdefgh12345678\\n'\n");
  expect((await hand.say("ask", "x")).out).toMatch(/\none\n {4}two \[redacted\]\n/);
  const { out } = await hand.say("ask", "x", "--json");
  expect(out).not.toMatch(/[\x1b\x07]|abcdefgh/);
  expect(at(parsed(out), "results", 0, "text")).toContain("one\u001b[2J");
});

test("calls lie in the ask's own folder, and the ledger's tables are folds of its log", async () => {
  const hand = asker(three);
  await hand.say("ask", "x");
  const [ask = ""] = readdirSync(join(hand.home, "state", "runs"));
  expect(readdirSync(join(hand.home, "state", "runs", ask, "calls"))).toHaveLength(3);
  await eventsOf(hand);
});

test("what a killed ask left is ended by the next one, and its cost is unsettled", async () => {
  const metered = '{adapter: command, argv: ["./slow.sh"], billing: metered}';
  const hand = asker({ a: scripted, slow: metered }, " []", `budget: {day_usd: 1}\n${fast}`);
  const pidFile = join(hand.top, "pid");
  hand.write("slow.sh", `#!/bin/sh\necho $$ > '${pidFile}'\nsleep 600 & wait\n`);
  const asking = spawn(process.execPath, [bundledMain(), "ask", "--trust", "x"], {
    cwd: hand.top,
    env: hand.env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let out = "";
  asking.stdout.on("data", (data: Buffer) => (out += data.toString()));
  await until("one has answered", () => out.includes("── a"));
  await until("the other runs", () => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n"));
  const gone = once(asking, "close");
  asking.kill("SIGKILL");
  await gone;
  const pid = Number(readFileSync(pidFile, "utf8"));
  const left = { pid, startTime: processStartTime(pid) ?? "" };
  expect(isAlive(left)).toBe(true);
  expect((await hand.say("ask", "x", "--models", "a")).code).toBe(0);
  expect(isAlive(left)).toBe(false);
  const events = await eventsOf(hand);
  const [dead, next] = events.flatMap((one) => (one.type === "ask.ended" ? [one.data] : []));
  expect(dead).toMatchObject({ answered: ["a"], failed: ["slow"], cancelled: true });
  expect(next).toMatchObject({ answered: ["a"], cancelled: false });
  const cut = events.find((one) => one.type === "attempt.ended" && one.data.model === "slow");
  expect(cut?.data).toMatchObject({ outcome: "crashed", cost: { source: "unsettled" } });
});

test("an ask that lives is left alone by another one", async () => {
  const hand = asker({ a: scripted, slow: '{adapter: command, argv: ["./slow.sh"]}' });
  const pidFile = join(hand.top, "pid");
  hand.write(
    "slow.sh",
    `#!/bin/sh\necho $$ > '${pidFile}'\nwhile [ ! -e '${hand.top}/go' ]; do sleep 0.05; done\necho done\n`,
  );
  const asking = hand.begin(["ask", "x", "--json", "--models", "slow"]);
  await until("it runs", () => existsSync(pidFile));
  const other = spawn(process.execPath, [bundledMain(), "ask", "--trust", "x", "--models=a"], {
    cwd: hand.top,
    env: hand.env,
    stdio: "ignore",
  });
  expect(await once(other, "close")).toEqual([0, null]);
  hand.write("go", "");
  expect(await asking.end).toMatchObject({ code: 0, out: having('"text":"done') });
});
