import { expect, test } from "vitest";

import type { SynthesisEnd } from "../../src/domain/ask.ts";
import type { PastAsk } from "../../src/domain/past-ask.ts";
import { noUsage } from "../../src/domain/money.ts";
import { performAsk, ScreenAsks, type AskDoor, type AskHearing } from "../../src/screen/screen-asks.ts";
import { asksAtWork } from "../../src/view/screen/screen-source.ts";
import { noon, usd } from "../view/fixtures.ts";
import { openStore } from "./open-store.ts";
import { SlowClock } from "./slow-clock.ts";

/** Asks through a door that answers when it is told to. */
async function asking() {
  const ended = Promise.withResolvers<SynthesisEnd | null>();
  const heard: { on: AskHearing | null; signal: AbortSignal | null } = { on: null, signal: null };
  const kept: PastAsk[] = [];
  const door: AskDoor = {
    look: (text) => (text === "" ? Promise.reject(new Error("not trusted")) : Promise.resolve(["about $0.02"])),
    start: (_text, models, on, signal) => {
      Object.assign(heard, { on, signal });
      signal.addEventListener("abort", () => ended.resolve(null));
      return Promise.resolve({ id: "k1", models, notice: null, ended: ended.promise });
    },
    vote: (id, model) => Promise.resolve(`${model} has the best answer of ${id}`),
    past: () => Promise.resolve([...kept]),
  };
  const own = new SlowClock(noon);
  const asks = new ScreenAsks(door, own, true);
  const opened = await openStore(() => {}, { asks });
  asks.onChange = () => opened.store.changed("asks");
  opened.store.subscribe("asks", "", () => undefined);
  await opened.clock.pass(50);
  const shown = () => opened.store.getSnapshot("asks", "");
  const atWork = () => opened.store.getSnapshot("asks", asksAtWork).running;
  const clock = {
    pass: async (ms: number) => {
      await own.pass(ms);
      await opened.clock.pass(ms);
    },
  };
  return { asks, ended, heard, kept, clock, shown, atWork };
}

test("an ask is shown as its answers come, goes on in the back, and is in the list when it is over", async () => {
  const { asks, ended, heard, kept, clock, shown } = await asking();
  expect(shown()).toMatchObject({ shown: null, past: [] });
  await asks.start("Why?", ["ann", "bob"]);
  await clock.pass(50);
  expect(shown()).toMatchObject({ id: "k1", running: 1, shown: { board: { question: "Why?" } } });
  asks.show(null);
  await clock.pass(50);
  expect(shown()).toMatchObject({ shown: null, running: 1 });
  const answer = { usage: noUsage, cost: usd(0.01), durationMs: 5, attempts: 1 };
  heard.on?.onEnd({ ...answer, model: "ann", text: "Because." });
  kept.push({ id: "k1", at: noon, question: "Why?", repository: "repo", answers: [], best: null });
  ended.resolve(null);
  await clock.pass(50);
  asks.show("k1");
  await clock.pass(50);
  expect(shown()).toMatchObject({ id: "k1", running: 0, past: [{ id: "k1" }] });
});

test("who is at work when the screen is left is stopped and waited for", async () => {
  const { asks, heard } = await asking();
  await asks.start("Why?", ["ann"]);
  await asks.close();
  expect(heard.signal?.aborted).toBe(true);
});

test("what it costs is told, or why nobody can be asked", async () => {
  const { asks } = await asking();
  const told: string[] = [];
  const tell = { written: (text: string) => void told.push(text), say: (text: string) => void told.push(text) };
  await performAsk(asks, { kind: "look_ask", text: "Why?", models: ["ann"] }, tell);
  await performAsk(asks, { kind: "look_ask", text: "", models: ["ann"] }, tell);
  await asks.start("Why?", ["ann"]);
  await performAsk(asks, { kind: "vote_ask", model: "ann" }, tell);
  expect(told).toEqual(["about $0.02", "it cannot be asked: not trusted", "ann has the best answer of k1"]);
  await expect(performAsk(undefined, { kind: "stop_ask" }, tell)).rejects.toThrow("nobody can be asked");
});

test("the answer that is voted for is marked at once, and when the ask is looked at again", async () => {
  const { asks, ended, kept, clock, shown } = await asking();
  await asks.start("Why?", ["ann"]);
  const past: PastAsk = { id: "k0", at: noon, question: "Who?", repository: "repo", answers: [], best: null };
  kept.push(past);
  ended.resolve(null);
  await clock.pass(50);
  await asks.vote("ann");
  await clock.pass(50);
  expect(shown().shown?.board.voted).toBe("ann");
  asks.show("k0");
  await clock.pass(50);
  expect(shown().shown?.board.voted).toBe(null);
  kept[0] = { ...past, best: "bob" };
  asks.pastChanged();
  await clock.pass(50);
  expect(shown().shown?.board.voted).toBe("bob");
});

test("how many are at work is known where nobody looks at asks", async () => {
  const { asks, ended, clock, atWork } = await asking();
  await asks.start("Why?", ["ann"]);
  await clock.pass(50);
  expect(atWork()).toBe(1);
  ended.resolve(null);
  await clock.pass(50);
  expect(atWork()).toBe(0);
});
