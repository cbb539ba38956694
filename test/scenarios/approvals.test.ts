import { mkdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { atHand, type Hand } from "../cli/at-hand.ts";
import { engineOf, stopAfter } from "../cli/engines.ts";
import { at, having, parsed, parsedLines } from "../cli/played.ts";
import { exportClock } from "../clock/child-env.ts";
import { until } from "../until.ts";

const program = join(import.meta.dirname, "..", "fixtures", "asking-claude.ts");

interface World {
  readonly hand: Hand;
  /** The lines of a file of the agent's. */
  readonly lines: (name: "starts" | "told" | "pid") => readonly string[];
}

/** A repository whose model is a `claude` that asks for these commands while it works on ASK. */
function asking(commands: readonly string[], settings = ""): World {
  const hand = atHand({
    "readme.md": "hello\n",
    "tasks.yaml": "tasks:\n  - {id: ASK, goal: Ask, risk: low}\n  - {id: OTHER, goal: Do not ask, risk: low}\n",
  });
  const world = join(hand.home, "world");
  mkdirSync(join(world, "bin"), { recursive: true });
  writeFileSync(join(world, "asks"), commands.join("\n"));
  writeFileSync(
    join(world, "bin", "claude"),
    `#!/bin/sh\n${exportClock}exec "${process.execPath}" "${program}" "$@"\n`,
    {
      mode: 0o755,
    },
  );
  hand.env["PATH"] = `${join(world, "bin")}:${hand.env["PATH"] ?? ""}`;
  hand.write(
    brand.settingsFile,
    `models:\n  opus: {adapter: claude-code, billing: free}\nenv: {set: {CLAUDE_WORLD: ${JSON.stringify(world)}}}\n${settings}`,
  );
  const lines: World["lines"] = (name) => {
    const path = join(world, name);
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  };
  return { hand, lines };
}

/** What the run is asked now. */
async function asked(hand: Hand): Promise<readonly unknown[]> {
  const questions: unknown = at(parsed((await hand.say("review", "--json")).out), "questions");
  const list: readonly unknown[] = Array.isArray(questions) ? questions : [];
  return list;
}

const untilAsked = (hand: Hand): Promise<void> => until("a question", async () => (await asked(hand)).length > 0);
const stateOf = async (hand: Hand, id: string): Promise<unknown> =>
  at(parsed((await hand.say("task", id, "--json")).out), "task", "state");

test("an agent that asks waits for a person, who sees the command; the others go on", async () => {
  const { hand, lines } = asking(["npm install x"]);
  const running = hand.begin(["run", "--json"]);
  await untilAsked(hand);
  expect(await asked(hand)).toMatchObject([
    {
      kind: "approval",
      text: "opus asks to run: npm install x",
      actions: ["approve", "allow_always", "deny", "abort"],
      returnState: "IMPLEMENTING",
      evidence: { tool: "Bash", command: "npm install x" },
    },
  ]);
  expect((await hand.say("review")).out).toEqual(having("  | npm install x\n"));
  await until("the other is done", async () => (await stateOf(hand, "OTHER")) === "DONE");
  expect(await stateOf(hand, "ASK")).toBe("AWAITING_HUMAN");
  expect((await hand.say("task", "ASK", "--approve")).out).toEqual(having("approve"));
  const { code, out } = await running.end;
  expect(code).toBe(0);
  expect(lines("told")).toEqual(["npm install x: allow"]);
  const moves = parsedLines(out)
    .filter((event) => at(event, "type") === "task.moved" && at(event, "task") === "ASK")
    .map((event) => at(event, "data", "to"));
  expect(moves).toEqual(["IMPLEMENTING", "AWAITING_HUMAN", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE", "DONE"]);
});

test("what is denied, with words or by silence, ends nothing", async () => {
  const { hand, lines } = asking(["rm -rf build", "npm publish"], "timeouts: {approval: 2s}\n");
  const running = hand.begin(["run"]);
  await untilAsked(hand);
  await hand.say("task", "ASK", "--reject", "--message", "use make clean");
  expect((await running.end).code).toBe(0);
  expect(lines("told")).toEqual([
    "rm -rf build: deny use make clean",
    "npm publish: deny nobody answered within 2 s; go on without it",
  ]);
});

test("what was always allowed, and the project's own checks, are asked for no more", async () => {
  const settings = "checks: [{name: here, run: test -f readme.md}]\n";
  const { hand, lines } = asking(["make", "test -f readme.md", "make", "make all"], settings);
  const running = hand.begin(["run"]);
  await untilAsked(hand);
  await hand.say("task", "ASK", "--answer", "allow_always");
  await until("the second question", async () => at((await asked(hand))[0], "text") === "opus asks to run: make all");
  await hand.say("task", "ASK", "--approve");
  expect((await running.end).code).toBe(0);
  expect(lines("told")).toEqual(["make: allow", "test -f readme.md: allow", "make: allow", "make all: allow"]);
});

test("a task that is given up while its agent asks ends, and its agent with it", async () => {
  const { hand, lines } = asking(["make"]);
  const running = hand.begin(["run"]);
  await untilAsked(hand);
  await hand.say("task", "ASK", "--abort");
  expect((await running.end).code).toBe(1);
  expect(await stateOf(hand, "ASK")).toBe("FAILED");
  expect(await asked(hand)).toEqual([]);
  expect(lines("told")).toEqual([]);
});

test("a run that is stopped while an agent asks asks again when it goes on, in the same session", async () => {
  const { hand, lines } = asking(["make"]);
  const first = hand.begin(["run", "--task", "ASK"]);
  await untilAsked(hand);
  first.signal("SIGINT");
  expect((await first.end).code).toBe(130);
  expect(await asked(hand)).toEqual([]);
  const second = hand.begin(["run", "--task", "ASK"]);
  await untilAsked(hand);
  await hand.say("task", "ASK", "--approve");
  expect((await second.end).code).toBe(0);
  expect(lines("told")).toEqual(["make: allow"]);
  const [, resumed = ""] = lines("starts");
  expect(resumed).toMatch(/^ASK implementer resumed [\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test("an engine that is killed while an agent asks takes the question, and the same agent, up again", async () => {
  const { hand, lines } = asking(["make"]);
  stopAfter(hand);
  const run = ["run", "--task", "ASK", "--detach"];
  expect((await hand.say(...run)).code).toBe(0);
  await untilAsked(hand);
  const [question] = await asked(hand);
  const engine = await engineOf(hand);
  if (engine === null) throw new Error("no engine runs");
  process.kill(engine, "SIGKILL");
  await until("the engine's death", async () => (await engineOf(hand)) === null);
  // Answered while nobody is there to hear it.
  expect((await hand.say("task", "ASK", "--approve")).out).toEqual(having("takes effect at the next"));
  expect((await hand.say(...run)).code).toBe(0);
  await until("its end", async () => (await stateOf(hand, "ASK")) === "DONE");
  expect(lines("starts")).toEqual(["ASK implementer", "ASK code_reviewer"]);
  expect(lines("told")).toEqual(["make: allow"]);
  const log = parsedLines((await hand.say("log", "ASK", "--json")).out);
  const questions = log.filter((event) => at(event, "type") === "question.asked");
  expect(questions).toHaveLength(1);
  expect(at(questions[0], "data", "question", "id")).toBe(at(question, "id"));
});

test("what an agent asks at once is decided one by one, and the task goes on behind the last", async () => {
  const settings = "limits: {parallel: 1, per_model: {opus: {parallel: 1}}}\ntimeouts: {approval: 2s}\n";
  const { hand, lines } = asking(["make\tnpm ci\tmake x", "make y"], settings);
  const running = hand.begin(["run", "--json"]);
  const { code, out } = await running.end;
  expect(code).toBe(0);
  const told = lines("told").map((line) => line.slice(0, line.indexOf(" nobody")));
  expect(told.toSorted()).toEqual(["make x: deny", "make y: deny", "make: deny", "npm ci: deny"]);
  const events = parsedLines(out).filter((event) => at(event, "task") === "ASK");
  const moves = events
    .filter((event) => at(event, "type") === "task.moved")
    .map((event) => [at(event, "data", "from"), at(event, "data", "to")].join(" > "));
  expect(moves).toEqual([
    "NEW > IMPLEMENTING",
    "IMPLEMENTING > AWAITING_HUMAN",
    "AWAITING_HUMAN > IMPLEMENTING",
    "IMPLEMENTING > AWAITING_HUMAN",
    "AWAITING_HUMAN > IMPLEMENTING",
    "IMPLEMENTING > CODE_REVIEW",
    "CODE_REVIEW > QUALITY_GATE",
    "QUALITY_GATE > DONE",
  ]);
});

test("an answer is for what was asked: not for what another call asks under the same id", async () => {
  const { hand, lines } = asking(["make", "make x"]);
  const run = ["run", "--task", "ASK"];
  const first = hand.begin(run);
  await untilAsked(hand);
  await hand.say("task", "ASK", "--approve");
  await until("the second question", async () => at((await asked(hand))[0], "text") === "opus asks to run: make x");
  first.signal("SIGINT");
  expect((await first.end).code).toBe(130);
  expect((await hand.say("rewind", "ASK", "--to", "snapshot/1")).code).toBe(0);
  const second = hand.begin(run);
  await untilAsked(hand);
  expect(await asked(hand)).toMatchObject([{ text: "opus asks to run: make" }]);
  await hand.say("task", "ASK", "--reject");
  await until("the second question", async () => at((await asked(hand))[0], "text") === "opus asks to run: make x");
  await hand.say("task", "ASK", "--reject");
  expect((await second.end).code).toBe(0);
  expect(lines("told")).toEqual(["make: allow", "make: deny", "make x: deny"].map((line) => having(line)));
});

test("a task that is given up while nothing runs stays so, though its agent is gone as well", async () => {
  const { hand, lines } = asking(["make"]);
  stopAfter(hand);
  const run = ["run", "--task", "ASK", "--detach"];
  expect((await hand.say(...run)).code).toBe(0);
  await untilAsked(hand);
  const engine = await engineOf(hand);
  if (engine === null) throw new Error("no engine runs");
  process.kill(engine, "SIGKILL");
  await until("the engine's death", async () => (await engineOf(hand)) === null);
  process.kill(Number(lines("pid")[0]), "SIGKILL");
  await hand.say("task", "ASK", "--abort");
  expect((await hand.say(...run)).code).toBe(0);
  await until("its end", async () => (await stateOf(hand, "ASK")) === "FAILED");
  expect(lines("starts")).toHaveLength(1);
});

test("an agent cannot flood a person with questions", async () => {
  const many = Array.from({ length: 25 }, (_, n) => `make ${n}`);
  const { hand, lines } = asking([many.join("\t")], "timeouts: {approval: 2s}\n");
  expect((await hand.begin(["run", "--task", "ASK"]).end).code).toBe(0);
  const told = lines("told");
  expect(told).toHaveLength(25);
  expect(told.filter((line) => line.includes("deny nobody answered"))).toHaveLength(20);
  expect(told.filter((line) => line.includes("deny 20 questions of yours"))).toHaveLength(5);
});
