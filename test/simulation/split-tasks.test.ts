import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import type { Action, Command } from "../../src/domain/question.ts";
import type { TaskRow } from "../../src/domain/rows.ts";
import type { TaskSpec } from "../../src/domain/task.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { passUntil, playedIn, quietWorld as anyWorld, startIn } from "./quiet-world.ts";
import { splitting } from "./split-pipeline.ts";
import { repository, type World } from "./world.ts";

/** One in which every context-aware task is large. */
const quietWorld: typeof anyWorld = (seed, settings, around) =>
  anyWorld(seed, settings, around, {
    mistake: (parts) => ({ ...parts, pipelines: { ...parts.pipelines, "context-aware": splitting } }),
  });

const details = "- bring the alpha list\n- bring the beta list\n- bring the gamma list";
const large = (more: Partial<TaskSpec> = {}): TaskSpec =>
  taskSpec("T", { mode: "context-aware", goal: "bring three lists", details, ...more });

const rowsOf = async ({ ledger }: World): Promise<Record<string, TaskRow>> =>
  Object.fromEntries((await ledger.tasks.list(repository)).map((row) => [row.id, row]));
const states = async (world: World): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await rowsOf(world)).map(([id, { state }]) => [id, state]));

/** Lets time pass until what the ledger says fits; it is asked each time something was written. */
async function passUntilRows(world: World, fits: (rows: Record<string, TaskRow>) => boolean): Promise<void> {
  let isSo = false;
  const unfollow = world.ledger.log.follow(() => void rowsOf(world).then((rows) => void (isSo ||= fits(rows))));
  await passUntil(world, () => isSo);
  unfollow();
  expect(isSo).toBe(true);
}

const anna = { kind: "person", name: "anna", pid: null } as const;

async function answer(world: World, task: string, action: Action): Promise<void> {
  const found = (await world.ledger.account.questions(repository)).find(({ question }) => question.task === task);
  const effectiveAt = world.clock.now();
  const id = found?.question.id ?? "";
  const said = await world.ledger.decisions.answer({
    question: id,
    action,
    text: null,
    model: null,
    actor: anna,
    effectiveAt,
  });
  expect(said).toMatchObject({ ok: true });
}

let given = 0;
const give = (world: World, command: Command): Promise<void> =>
  world.ledger.decisions.give(repository, null, {
    id: `c${(given += 1)}`,
    command,
    actor: anna,
    givenAt: world.clock.now(),
  });

const typesOf = (events: readonly RecordedEvent[], task: string): readonly string[] =>
  events.filter((event) => event.task === task).map(({ type }) => type);

test("a large task is done in parts, which are tasks of their own, and is done when they are and the checks pass on what has them all", async () => {
  const world = quietWorld("split");
  const events = await playedIn(world, [large(), taskSpec("D", { needs: ["T"] })]);
  expect(world.violations).toEqual([]);
  expect(await states(world)).toEqual({ T: "DONE", "T.1": "DONE", "T.2": "DONE", "T.3": "DONE", D: "DONE" });
  const rows = await rowsOf(world);
  expect(rows["T.2"]?.spec).toMatchObject({ parent: "T", goal: "bring the beta list", mode: "two-loop", risk: "low" });
  const ends = events.filter(({ type, data }) => type === "task.moved" && "to" in data && data.to === "DONE");
  expect(ends.at(-2)?.task).toBe("T");
  expect(typesOf(events, "T")).toEqual(expect.arrayContaining(["task.split", "parts.joined", "task.proven"]));
  expect(typesOf(events, "T")).not.toContain("merge.done");
  const [joined] = events.flatMap((event) => (event.type === "parts.joined" ? [event.data] : []));
  expect(joined).toMatchObject({
    unmet: [],
    model: null,
    claims: [{ text: "bring the alpha list", sources: ["T.1"] }, {}, {}],
  });
  const ended = events.find(({ type }) => type === "run.ended");
  expect(ended?.data).toMatchObject({
    exitCode: 0,
    summary: { total: 2, done: 2, parts: { total: 3, done: 3, failed: 0 } },
  });
});

test("what it is split by is what ledgers of before have, so that a task under way in parts goes on without a question", async () => {
  const events = await playedIn(quietWorld("old"), [large()]);
  const keys = events.flatMap((event) => (event.type === "key.committed" && event.task === "T" ? [event.data] : []));
  expect(keys.find(({ key }) => key === "g1/main/split")?.inputs).toBe("d9ade5d303ca83c8");
});

test.each([
  ["one slot", { parallel: 1 }],
  ["one task an area", { perArea: 1 }],
  ["waves", { schedule: "waves" as const }],
  ["one question at a time", { awaitingHuman: 1 }],
])("parts come through with %s, as a task that waits for them takes nothing", async (_, limit) => {
  const world = quietWorld("limits", { limits: { ...defaultSettings.limits, parallel: 3, ...limit } });
  const other = taskSpec("X", { area: "web" });
  await playedIn(world, [large({ area: "web" }), other, taskSpec("D", { needs: ["T"], area: "web" })]);
  expect(world.violations).toEqual([]);
  expect(new Set(Object.values(await states(world)))).toEqual(new Set(["DONE"]));
});

test("with one task an area the parts run beside each other, and nobody else of the area", async () => {
  const limits = { ...defaultSettings.limits, parallel: 4, perArea: 1 };
  const world = quietWorld("area", { limits });
  const events = await playedIn(world, [large({ area: "web" }), taskSpec("X", { area: "web" })]);
  const at = (task: string, to: string): number =>
    events.find((event) => event.task === task && event.type === "task.moved" && event.data.to === to)?.pos ?? 0;
  const firstEnd = Math.min(...["T.1", "T.2", "T.3"].map((id) => at(id, "DONE")));
  for (const id of ["T.1", "T.2", "T.3"]) expect(at(id, "IMPLEMENTING")).toBeLessThan(firstEnd);
  expect(at("X", "IMPLEMENTING")).toBeGreaterThan(at("T", "DONE"));
});

/** Plays until one part was given up, and its parent asks. */
async function withFailedPart(seed: string): Promise<World> {
  const world = quietWorld(seed, { limits: { ...defaultSettings.limits, parallel: 1 } });
  startIn(world, [large()]);
  await passUntilRows(world, (rows) => rows["T.1"]?.state === "DONE");
  await give(world, { kind: "abort", task: "T.2", reason: "no use" });
  await passUntilRows(world, (rows) => rows["T"]?.state === "AWAITING_HUMAN");
  return world;
}

test("a failed part is a question of its parent: tried again, it goes on as if nothing had been", async () => {
  const world = await withFailedPart("retry");
  await answer(world, "T", "retry");
  await passUntilRows(world, (rows) => rows["T"]?.state === "DONE");
  expect(await states(world)).toEqual({ T: "DONE", "T.1": "DONE", "T.2": "DONE", "T.3": "DONE" });
  expect(world.violations).toEqual([]);
});

test("gone on without it, what it was for is unmet, and a person says whether that is enough", async () => {
  const world = await withFailedPart("keep");
  await answer(world, "T", "keep");
  await passUntilRows(world, (rows) => rows["T.3"]?.state === "DONE" && rows["T"]?.state === "AWAITING_HUMAN");
  const [open] = await world.ledger.account.questions(repository);
  expect(open?.question).toMatchObject({
    kind: "parts",
    reason: "unmet",
    evidence: { unmet: ["A2: bring the beta list"] },
  });
  await passUntil(world, () => world.lives.every(({ end }) => end !== null));
  await answer(world, "T", "approve");
  await playedIn(world, [large()]);
  expect(await states(world)).toEqual({ T: "DONE", "T.1": "DONE", "T.2": "FAILED", "T.3": "DONE" });
});

test("done as a whole, the task does itself what is not done yet, and merges that", async () => {
  const world = await withFailedPart("restart");
  await answer(world, "T", "restart");
  await passUntilRows(world, (rows) => rows["T"]?.state === "DONE");
  const rows = await rowsOf(world);
  expect(await states(world)).toMatchObject({ "T.1": "DONE", "T.2": "FAILED" });
  expect(rows["T"]?.mergeCommit).not.toBeNull();
  expect((await world.ledger.tasks.detail(repository, "T"))?.joined?.unmet).toEqual([]);
});

test("given up, it takes its parts with it; begun again, they are begun again too", async () => {
  const world = await withFailedPart("abort");
  await answer(world, "T", "abort");
  await passUntilRows(world, (rows) => ["T", "T.2", "T.3"].every((id) => rows[id]?.state === "FAILED"));
  await passUntil(world, () => world.lives.every(({ end }) => end !== null));
  await give(world, { kind: "retry", task: "T", model: null, text: "try harder" });
  await playedIn(world, [large()]);
  expect(await states(world)).toEqual({ T: "DONE", "T.1": "DONE", "T.2": "DONE", "T.3": "DONE" });
  expect(world.violations).toEqual([]);
});

test("begun anew from the start, the parts of before are given up and new ones have other ids", async () => {
  const world = await withFailedPart("again");
  await give(world, { kind: "again", task: "T" });
  await passUntilRows(world, (rows) => rows["T"]?.state === "DONE");
  expect(await states(world)).toEqual({
    T: "DONE",
    "T.1": "DONE",
    "T.2": "FAILED",
    "T.3": "FAILED",
    "T.4": "DONE",
    "T.5": "DONE",
    "T.6": "DONE",
  });
});

test("parts are not the file's: it neither takes them away nor has tasks of their ids", async () => {
  const world = quietWorld("file", { limits: { ...defaultSettings.limits, parallel: 1 } });
  const running = startIn(world, [large()]);
  await passUntilRows(world, (rows) => rows["T.1"]?.state === "DONE");
  running.life.die();
  const events = await playedIn(
    world,
    [large()].concat(["T.2", "t.1"].map((id) => taskSpec(id, { goal: "something else" }))),
  );
  const rows = await rowsOf(world);
  expect(rows["T.2"]).toMatchObject({ state: "DONE", spec: { goal: "bring the beta list" } });
  expect(Object.keys(rows)).not.toContain("t.1");
  const notes = events.flatMap((event) => (event.type === "note" && event.task !== "T" ? [event.data.text] : []));
  expect(notes).toEqual([
    expect.stringContaining("T.2 is a part of T; give it another id"),
    expect.stringMatching(/has a task t\.1 of its own, .* T\.1 is a part of T; give it another id/),
  ]);
});

test.each(["T.2", "t.2"])("a task is kept whole where the file has the id of a part: %s", async (id) => {
  const world = quietWorld("taken");
  const events = await playedIn(world, [large(), taskSpec(id, { goal: "something else" })]);
  expect(await states(world)).toEqual({ T: "DONE", [id]: "DONE" });
  expect(events.find(({ type }) => type === "task.split")?.data).toMatchObject({
    parts: [],
    why: "the backlog has a task T.2 of its own",
  });
});

test("what parts spend counts for their parent, whose budget they share by their size", async () => {
  const models = [modelSettings("one", { adapter: "acp", billing: "metered" })];
  const budget = { usdMicros: 60_000_000, tokens: 30_000 };
  const world = quietWorld("money", { models });
  await playedIn(world, [large({ budget })]);
  const rows = await rowsOf(world);
  const spent = async (id: string): Promise<number> =>
    (await world.ledger.account.spend(`task:${repository}/${id}`)).micros;
  const ofParts = (await spent("T.1")) + (await spent("T.2")) + (await spent("T.3"));
  expect(ofParts).toBeGreaterThan(0);
  expect(await spent("T")).toBe(ofParts + (rows["T"]?.cost.micros ?? 0));
  expect(rows["T.1"]?.spec.budget).toEqual({ usdMicros: 20_000_000, tokens: 10_000 });
});

test("a run with only questions of parts left ends as one with questions left", async () => {
  const world = quietWorld("questions", {}, { mood: () => ({ ...goodMood, noChange: 1 }) });
  const running = startIn(world, [large()]);
  await passUntil(world, () => running.end !== null);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 3 });
  expect(await states(world)).toMatchObject({ T: "IMPLEMENTING", "T.1": "AWAITING_HUMAN" });
});
