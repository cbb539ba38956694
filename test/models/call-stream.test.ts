import { expect, test } from "vitest";

import type { AdapterOutcome, CallEvent } from "../../src/engine/ports/adapter.ts";
import { CallStream } from "../../src/models/call-stream.ts";

const outcome: AdapterOutcome = { kind: "success", text: "", answer: null, failure: null };
const never = (): Promise<void> => Promise.reject(new Error("abandoned"));

async function all(stream: CallStream): Promise<CallEvent[]> {
  const events: CallEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test("events come in order, before and while somebody listens, and nothing after the end", async () => {
  const stream = new CallStream(never);
  stream.push({ type: "text", text: "1" });
  const listening = all(stream);
  stream.push({ type: "text", text: "2" });
  await Promise.resolve();
  stream.push({ type: "text", text: "3" });
  stream.end(outcome);
  stream.push({ type: "text", text: "4" });
  stream.fail(new Error("late"));
  expect(await listening).toEqual([
    { type: "text", text: "1" },
    { type: "text", text: "2" },
    { type: "text", text: "3" },
    { type: "end", outcome },
  ]);
});

test("a fault is thrown after the events before it", async () => {
  const stream = new CallStream(never);
  stream.push({ type: "activity" });
  stream.fail(new Error("broken"));
  stream.end(outcome);
  const events: CallEvent[] = [];
  const listen = async (): Promise<void> => {
    for await (const event of stream) events.push(event);
  };
  await expect(listen()).rejects.toThrow("broken");
  expect(events).toEqual([{ type: "activity" }]);
});

test("who leaves early is told of, and waited for", async () => {
  let told = false;
  const stream = new CallStream(async () => {
    await Promise.resolve();
    told = true;
  });
  stream.push({ type: "activity" });
  for await (const event of stream) if (event.type === "activity") break;
  expect(told).toBe(true);
});

test("who leaves at the end is not", async () => {
  const stream = new CallStream(never);
  stream.end(outcome);
  for await (const event of stream) if (event.type === "end") break;
  await expect(all(stream)).rejects.toThrow("once");
});
