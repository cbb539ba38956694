import { expect, test } from "vitest";

import { envName } from "../../../src/domain/brand.ts";
import type { Hand } from "../at-hand.ts";
import { engineOf, stopAfter } from "../engines.ts";
import { at, having, parsed, played } from "../played.ts";
import { until } from "../../until.ts";

/** Waits for a yes without a model: an engine in the background stays for it. */
const waiting = "tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n";
const question = async (hand: Hand): Promise<void> =>
  await until("the question", async () => (await hand.say("review")).out.includes("A-1"));

test("a run goes on in the background, is watched, joined and given more to do", async () => {
  const hand = played(waiting);
  stopAfter(hand);
  const begun = await hand.say("run", "--detach", "--json");
  expect(begun.code).toBe(0);
  const run = at(parsed(begun.out), "run");
  expect(await engineOf(hand)).not.toBe(process.pid);
  const again = await hand.say("run", "--detach");
  expect([again.code, again.out]).toEqual([0, expect.stringContaining(`run ${String(run)} goes on in the background`)]);

  const joined = hand.begin(["run"]);
  const watched = hand.begin(["watch", "--json"]);
  await until("the start", () => joined.out().includes("1 task from main"));
  hand.env[envName("KEY")] = "A-1/g1/main/S1/implement/1";
  const planted = await hand.say("do", "Say evil", "--mode", "adaptive");
  expect([planted.code, planted.err]).toEqual([2, expect.stringContaining("only people decide")]);
  hand.env[envName("KEY")] = "";
  expect((await hand.say("do", "Say more", "--risk", "low")).out).toContain(
    "DO-1 was added to the run that goes on here",
  );
  await question(hand);
  expect((await hand.say("task", "A-1", "--approve")).out).toBe("A-1: approve\n");
  expect((await watched.end).code).toBe(0);
  expect(at(parsed((await watched.end).out.trim().split("\n").at(-1) ?? ""), "type")).toBe("run.ended");
  const { code, out, err } = await joined.end;
  expect([code, err]).toEqual([0, expect.stringContaining("another engine runs this repository; following it")]);
  expect(out).toContain("2 of 2 tasks done");
});

test("leaving a watch stops nothing; an engine that was killed is noticed, and the next one goes on until it is stopped", async () => {
  const hand = played(waiting);
  stopAfter(hand);
  expect((await hand.say("run", "--detach")).code).toBe(0);
  const watching = hand.begin(["watch", "--plain"]);
  await question(hand);
  watching.signal("SIGINT");
  expect(await watching.end).toMatchObject({ code: 0, out: having("left; the run goes on") });

  const following = hand.begin(["run", "--plain"]);
  await until("the start", () => following.out().includes("model ann"));
  const engine = await engineOf(hand);
  if (engine === null) throw new Error("no engine works here");
  process.kill(engine, "SIGKILL");
  const left = await following.end;
  expect([left.code, left.err]).toEqual([
    1,
    expect.stringContaining("the engine is gone; what it had committed is kept"),
  ]);
  const dead = having("nobody runs this now, its engine died; go on: ");
  for (const window of ["active", "list", "review", "summary"])
    expect(await hand.say(window)).toMatchObject({ out: dead });

  expect((await hand.say("run", "--detach")).code).toBe(0);
  expect((await hand.say("list")).out).not.toContain("engine died");
  expect((await hand.say("stop")).out).toBe("stopping after the calls under way\n");
  await until("the engine's end", async () => (await engineOf(hand)) === null);
  expect(parsed((await hand.say("summary", "--json")).out)).toMatchObject({ run: { state: "stopped", exitCode: 130 } });
  expect((await hand.say("resume", "--yes-to", "merge")).code).toBe(0);
});

test("pause holds back what is new, resume lifts it", async () => {
  const hand = played(waiting);
  stopAfter(hand);
  expect((await hand.say("run", "--detach")).code).toBe(0);
  expect((await hand.say("pause")).out).toBe("paused: calls under way go on, nothing new starts\n");
  await until("the pause", async () => (await hand.say("log")).out.includes("paused by"));
  await hand.say("do", "Say more", "--risk", "low");
  expect((await hand.say("list", "--json")).out).toContain('"derived":"paused"');
  expect((await hand.say("resume")).out).toBe("resumed\n");
  await question(hand);
  await hand.say("task", "A-1", "--approve");
  const { code, out } = await hand.say("watch", "--plain");
  expect([code, out]).toEqual([0, expect.stringContaining("2 of 2 tasks done")]);
});

test("who gives up a task and takes it out of the backlog is not asked about it again", async () => {
  const hand = played(waiting);
  expect((await hand.say("run", "--plain")).code).toBe(3);
  expect((await hand.say("task", "A-1", "--abort")).out).toContain("takes effect at the next");
  hand.write("tasks.yaml", "tasks: [{id: B-1, goal: Say more, risk: low}]\n");
  const { code, out } = await hand.say("run", "--plain");
  expect([code, out]).toEqual([1, expect.not.stringContaining("is no longer in the backlog")]);
  expect((await hand.say("review")).out).toContain("nothing waits for you");
  expect((await hand.say("list")).out).toMatch(/A-1 +x failed .*aborted/);
});
