import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { systemClock } from "../../src/processes/clock.ts";
import { startGated, type GatedProcess } from "../../src/processes/gated-process.ts";
import { groupMembers } from "../../src/processes/group.ts";
import { InputChannel } from "../../src/processes/input-channel.ts";
import { until } from "../until.ts";
import { contentOf, endAfterTest, environment, scratchFolder } from "./scratch.ts";

const listener = `while IFS= read -r line; do echo "heard \${#line} $(printf %.20s "$line")"; done; echo over`;

async function start(text = listener): Promise<{ readonly process: GatedProcess; readonly folder: string }> {
  const folder = scratchFolder();
  const argv = ["sh", "-c", text];
  const onSpawn = async (): Promise<void> => {};
  const outcome = await startGated({ argv, cwd: folder, env: environment, folder, input: "talked to", onSpawn });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  endAfterTest(outcome.process.record);
  return { process: outcome.process, folder };
}

const talkIn = (folder: string, over = new AbortController()): Promise<InputChannel> =>
  InputChannel.with(folder, systemClock, over.signal);

test("a program hears what it is told, each thing once, until its input ends", async () => {
  const { process, folder } = await start();
  const talk = await talkIn(folder);
  await talk.say("a", "first");
  await talk.say("long", "x".repeat(300_000));
  await talk.say("a", "first");
  expect(await contentOf(join(folder, "stdout"), /xxx\n$/)).toBe(`heard 5 first\nheard 300000 ${"x".repeat(20)}\n`);
  await talk.end();
  expect(await process.exit).toEqual({ kind: "exited", code: 0 });
  expect(readFileSync(join(folder, "stdout"), "utf8")).toMatch(/\nover\n$/);
  await until("the end of all", () => groupMembers(process.record).length === 0);
  await talk.close();
  expect(existsSync(join(folder, "input"))).toBe(false);
});

test("its input has no end when the one who talked is gone, and another goes on where that was", async () => {
  const { process, folder } = await start();
  const first = await talkIn(folder);
  await first.say("a", "first");
  first.leave();
  await contentOf(join(folder, "stdout"), /first\n$/);

  const second = await talkIn(folder);
  expect(second.isTorn).toBe(false);
  expect(second.hasSaid("a")).toBe(true);
  await second.say("a", "first");
  await second.say("b", "second");
  await second.end();
  await process.exit;
  expect(readFileSync(join(folder, "stdout"), "utf8")).toBe("heard 5 first\nheard 6 second\nover\n");
});

test("whether a word was heard that somebody died over is not known", async () => {
  const { folder } = await start();
  const talk = await talkIn(folder);
  await talk.say("a", "first");
  talk.leave();
  appendFileSync(join(folder, "said"), "> b\n");
  expect((await talkIn(folder)).isTorn).toBe(true);
});

test("a program that does not listen, or is gone, makes nobody wait", async () => {
  const { process, folder } = await start("exec <&-; exit 3");
  const over = new AbortController();
  const talk = await talkIn(folder, over);
  const saying = talk.say("a", "x".repeat(200_000));
  expect(await process.exit).toEqual({ kind: "exited", code: 3 });
  over.abort();
  await saying;
  await talk.end();
  await talk.say("b", "more");
});

test("nothing is said, nor noted, by one who has left it to another, or behind its end", async () => {
  const { process, folder } = await start();
  const first = await talkIn(folder);
  await first.say("a", "first");
  first.leave();
  await first.say("b", "too late");
  const second = await talkIn(folder);
  expect([second.isTorn, second.hasSaid("b")]).toEqual([false, false]);
  await second.end();
  await second.say("c", "too late");
  await process.exit;
  expect(readFileSync(join(folder, "stdout"), "utf8")).toBe("heard 5 first\nover\n");
  expect(readFileSync(join(folder, "said"), "utf8")).toBe("> a\n= a\n");
});
