import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";

import { openLedger } from "../../state/open-ledger.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { atHand, type Hand } from "../cli/at-hand.ts";
import { expectedSchema, looks, type Expected } from "./expected.ts";
import { placeholder, restore } from "./packing.ts";
import { until } from "../until.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures", "ledgers");

/** A ledger of an earlier version, with all that belongs to it, as it was left. */
function restored(version: string): { readonly hand: Hand; readonly expected: Expected } {
  const hand = atHand();
  const folder = dirname(hand.top);
  restore(join(fixtures, version), folder);
  const text = readFileSync(join(fixtures, version, "expected.json"), "utf8").replaceAll(placeholder, folder);
  return { hand, expected: expectedSchema.parse(JSON.parse(text)) };
}

const open = (hand: Hand) =>
  openLedger({ path: join(hand.home, "state", "ledger.db"), mode: "engine", clock: systemClock, random: Math.random });

async function seen(hand: Hand, ...argv: string[]): Promise<unknown> {
  const said = await hand.say(...argv, "--json");
  expect(said, `gandy ${argv.join(" ")}`).toMatchObject({ code: 0, err: "" });
  return JSON.parse(said.out);
}

const listSchema = z.object({ tasks: z.array(z.object({ id: z.string(), state: z.string() })) });
const reviewSchema = z.object({
  questions: z.array(
    z.object({
      kind: z.string(),
      reason: z.string(),
      task: z.object({ id: z.string() }),
      evidence: z.object({ worktree: z.string().optional() }),
    }),
  ),
});

const tasksOf = async (hand: Hand) => listSchema.parse(await seen(hand, "list")).tasks;
const questionsOf = async (hand: Hand) => reviewSchema.parse(await seen(hand, "review")).questions;
const lineOf = ({ task, kind, reason }: { task: { id: string }; kind: string; reason: string }): string =>
  `${task.id} ${kind} ${reason}`;

/** Every event there is, by today's reading of it. */
async function eventsOf(hand: Hand) {
  const ledger = open(hand);
  try {
    return await ledger.log.since(0, {});
  } finally {
    ledger.close();
  }
}

type Events = Awaited<ReturnType<typeof eventsOf>>;

const keysOf = (events: Events): readonly string[] =>
  events.flatMap((event) => (event.type === "key.committed" ? [`${event.task} ${event.data.key}`] : []));

/** What was committed is not done again, and nobody is asked because the program is another one. */
function expectNothingAgain(before: Events, since: Events, { questions, answers }: Expected): void {
  const known = new Set(keysOf(before));
  expect(known.size).toBeGreaterThan(0);
  expect(keysOf(since).filter((key) => known.has(key))).toEqual([]);
  const called = since.flatMap((event) => (event.type === "call.started" ? [`${event.task} ${event.data.key}`] : []));
  expect(called.filter((key) => known.has(key))).toEqual([]);
  const asked = since.flatMap((event) => (event.type === "question.asked" ? [event.data.question] : []));
  const said = asked.map(({ task, kind, reason }) => `${task} ${kind} ${reason}`);
  const may = [...questions, ...answers.flatMap(({ on }) => (on === undefined ? [] : [on]))];
  expect(said.filter((line) => !may.includes(line))).toEqual([]);
  expect(said.toSorted()).toEqual([...new Set(said)].toSorted());
}

/** A program that had come to its end is not started again for the same. */
function expectNoCallAgain(before: readonly string[], since: readonly string[]): void {
  const ended = new Set(before.flatMap((line) => (line.startsWith("end ") ? [line.slice("end ".length)] : [])));
  expect(ended.size).toBeGreaterThan(0);
  expect(since.filter((line) => line.startsWith("start ") && ended.has(line.slice("start ".length)))).toEqual([]);
}

const shown = ({ before }: Expected, look: string): Readonly<Record<string, unknown>> =>
  z.record(z.string(), z.unknown()).parse(before[look]);

const callsOf = (hand: Hand): readonly string[] =>
  readFileSync(join(hand.home, "calls.log"), "utf8").trim().split("\n");

describe.each(readdirSync(fixtures).filter((name) => /^\d+$/.test(name)))("a ledger of version %s", (version) => {
  test("is whole, and folds to the tables it has", async () => {
    const { hand, expected } = restored(version);
    expect(await seen(hand, "check")).toMatchObject({ ok: true, problems: [] });
    const ledger = open(hand);
    ledger.rebuild();
    expect(ledger.checkIntegrity()).toEqual([]);
    ledger.close();
    expect(await seen(hand, "list")).toMatchObject(shown(expected, "list"));
  });

  test("shows what it showed", async () => {
    const { hand, expected } = restored(version);
    for (const look of looks) expect(await seen(hand, look), `gandy ${look}`).toMatchObject(shown(expected, look));
    for (const { id } of await tasksOf(hand)) {
      expect(await seen(hand, "task", id)).toMatchObject({ v: 1, task: { id } });
      expect(await seen(hand, "why", id)).toMatchObject({ v: 1, task: id });
    }
    const log = await hand.say("log", "--json");
    const counts: Record<string, number> = {};
    for (const line of log.out.trim().split("\n")) {
      const { type } = z.object({ type: z.string() }).parse(JSON.parse(line));
      counts[type] = (counts[type] ?? 0) + 1;
    }
    expect(log.code).toBe(0);
    expect(counts).toMatchObject(expected.log);
    for (const look of ["list", "review", "summary", "models", "stats", "log"])
      expect((await hand.say(look)).code).toBe(0);
  });

  test("goes on as if nothing had happened", async () => {
    const { hand, expected } = restored(version);
    const before = await eventsOf(hand);
    const callsBefore = callsOf(hand);
    const run = hand.begin(["run", "--json"], { trusted: false });
    let isOver = false;
    void run.end.finally(() => (isOver = true));
    onTestFinished(async () => {
      if (!isOver) run.signal("SIGINT");
      await run.end;
    });

    const unforeseen = async (): Promise<readonly string[]> =>
      (await questionsOf(hand)).map(lineOf).filter((line) => !expected.questions.includes(line));
    const isAtRest = async (): Promise<boolean> =>
      (await tasksOf(hand)).every(({ id, state }) => state === (expected.rests[id] ?? "DONE"));
    await until(
      "what the run is to come to",
      async () => isOver || (await unforeseen()).length > 0 || (await isAtRest()),
    );
    expect(await unforeseen()).toEqual([]);
    expect(isOver, `it ended with ${run.out()}`).toBe(false);
    await until(
      "what the run is to come to",
      async () => (await questionsOf(hand)).length >= expected.questions.length,
    );
    const questions = await questionsOf(hand);
    expect(questions.map(lineOf).toSorted()).toEqual(expected.questions);

    for (const { say, on, writes } of expected.answers) {
      if (on !== undefined)
        await until(
          "what the run is to come to",
          async () => isOver || (await questionsOf(hand)).map(lineOf).includes(on),
        );
      const tree = questions.find(({ task }) => task.id === writes)?.evidence.worktree;
      if (tree !== undefined) writeFileSync(join(tree, `${writes}.txt`), "by hand\n");
      expect(await hand.say(...say), `gandy ${say.join(" ")}`).toMatchObject({ code: 0 });
    }
    expect(await run.end).toMatchObject({ code: 0 });
    expect((await tasksOf(hand)).filter(({ state }) => state !== "DONE")).toEqual([]);
    expect((await questionsOf(hand)).map(lineOf)).toEqual([]);
    expect(hand.git("log", "--format=%s", "gandy/integration").trim().split("\n").toSorted()).toEqual(
      expected.subjects.toSorted(),
    );
    expect(hand.git("fsck", "--no-dangling")).toBe("");
    expect((await hand.say("ask", "And now?", "--models", "ash", "--plain")).code).toBe(0);
    expect(await seen(hand, "check")).toMatchObject({ ok: true });

    const after = await eventsOf(hand);
    expect(after.slice(0, before.length)).toEqual(before);
    expectNothingAgain(before, after.slice(before.length), expected);
    expectNoCallAgain(callsBefore, callsOf(hand).slice(callsBefore.length));
    const ids = (type: string) => new Set(after.flatMap((event) => (event.type === type ? [event.run] : [])));
    expect(ids("ask.ended")).toEqual(ids("ask.started"));
  });
});
