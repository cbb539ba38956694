import { expect, test } from "vitest";

import type { SynthesisEnd } from "../../src/domain/ask.ts";
import type { PastAsk } from "../../src/domain/past-ask.ts";
import { noUsage } from "../../src/domain/money.ts";
import { performAsk, ScreenAsks, type AskDoor, type AskHearing } from "../../src/screen/screen-asks.ts";
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
  const asks = new ScreenAsks(door, new SlowClock(noon));
  const opened = await openStore(() => {}, { asks });
  asks.onChange = () => opened.store.changed("asks");
  opened.store.subscribe("asks", "", () => undefined);
  await opened.clock.pass(50);
  const shown = () => opened.store.getSnapshot("asks", "");
  return { asks, ended, heard, kept, clock: opened.clock, shown };
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
  kept.push({ id: "k1", at: noon, question: "Why?", repository: "repo", answers: [] });
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
