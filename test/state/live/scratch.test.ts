import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { openScratch, type OpenScratch } from "../../../state/live/open-scratch.ts";
import { scratchFolder, StoppedClock } from "../sample.ts";

const folder = scratchFolder(afterAll);
const open = (name: string, clock = new StoppedClock()): OpenScratch =>
  openScratch({ path: join(folder, name), clock });

test("the tail of a call is read by others after a flush, by its writer at once", () => {
  const writer = open("tail.db");
  const reader = open("tail.db");
  expect(reader.read("c1")).toBeNull();
  writer.tail("c1", "hello ");
  writer.tail("c1", "world");
  writer.tool("c1", "edit a.ts");
  const tail = { text: "hello world", tool: "edit a.ts", bytes: 11 };
  expect([writer.read("c1"), reader.read("c1")]).toEqual([tail, null]);
  writer.flush();
  expect([writer.read("c1"), reader.read("c1")]).toEqual([tail, tail]);
  writer.tool("c1", null);
  writer.close();
  expect(reader.read("c1")).toEqual({ ...tail, tool: null });
  reader.close();
  const later = open("tail.db");
  later.tail("c1", "!");
  expect(later.read("c1")).toEqual({ text: "hello world!", tool: null, bytes: 12 });
  later.close();
});

test("what is written comes to others by itself", async () => {
  const writer = open("timer.db");
  const reader = open("timer.db");
  writer.tail("c1", "x");
  const keepAlive = setInterval(() => {}, 5);
  while (reader.read("c1") === null) await new Promise((resolve) => void setImmediate(resolve));
  clearInterval(keepAlive);
  expect(reader.read("c1")?.text).toBe("x");
  writer.close();
  reader.close();
});

test("keeps 8 KB, cut between characters, and counts all", () => {
  const scratch = open("long.db");
  for (let i = 0; i < 500; i += 1) scratch.tail("c1", `€😀${i} `);
  const tail = scratch.read("c1");
  expect(tail?.bytes).toBe(Buffer.byteLength(Array.from({ length: 500 }, (_, i) => `€😀${i} `).join("")));
  expect(tail?.text.endsWith("€😀498 €😀499 ")).toBe(true);
  scratch.tail("c1", "é".repeat(10_001));
  const long = scratch.read("c1")?.text ?? "";
  expect(Buffer.byteLength(long)).toBe(8_192);
  expect(long).toBe("é".repeat(4_096));
  scratch.tail("c1", `x${"€".repeat(3_000)}`);
  expect(Buffer.byteLength(scratch.read("c1")?.text ?? "")).toBe(8_190);
  scratch.close();
});

test("remembers checks, answers and drafts", async () => {
  const scratch = open("caches.db");
  expect([await scratch.checkCache.get("k"), await scratch.answers.get("k"), await scratch.drafts.get("k")]).toEqual([
    null,
    null,
    null,
  ]);
  await scratch.checkCache.put("k", { result: "pass", failures: [] });
  await scratch.answers.put("k", "text");
  await scratch.drafts.put("k", "begun");
  scratch.close();
  const again = open("caches.db");
  expect(await again.checkCache.get("k")).toEqual({ result: "pass", failures: [] });
  expect([await again.answers.get("k"), await again.drafts.get("k")]).toEqual(["text", "begun"]);
  await again.answers.put("k", null);
  await again.drafts.put("k", null);
  expect([await again.answers.get("k"), await again.drafts.get("k")]).toEqual([null, null]);
  again.close();
});

test("of answers 64 MB are kept, and what was not looked at for longest goes first", async () => {
  const clock = new StoppedClock();
  const scratch = open("answers.db", clock);
  const large = "x".repeat(20 * 1024 * 1024);
  for (const key of ["a", "b", "c"]) {
    clock.ms += 1;
    await scratch.answers.put(key, large);
  }
  clock.ms += 1;
  await scratch.answers.get("a");
  await scratch.answers.put("d", large);
  await scratch.checkCache.put("b", 1);
  const kept = await Promise.all(["a", "b", "c", "d"].map((key) => scratch.answers.get(key)));
  expect(kept.map((text) => text?.length ?? null)).toEqual([large.length, null, large.length, large.length]);
  expect(await scratch.checkCache.get("b")).toBe(1);
  scratch.close();
});

test("old things go when it is opened", async () => {
  const clock = new StoppedClock();
  const first = open("old.db", clock);
  first.tail("c1", "x");
  await first.checkCache.put("k", 1);
  await first.drafts.put("k", "kept");
  first.close();
  clock.ms += 2 * 86_400_000;
  const second = open("old.db", clock);
  expect([second.read("c1"), await second.checkCache.get("k")]).toEqual([null, 1]);
  second.close();
  clock.ms += 31 * 86_400_000;
  const third = open("old.db", clock);
  expect([await third.checkCache.get("k"), await third.drafts.get("k")]).toEqual([null, "kept"]);
  third.close();
});

test("a damaged file is made anew, and where no file can be it works in memory", async () => {
  writeFileSync(join(folder, "damaged.db"), "no database ".repeat(1_000));
  const anew = open("damaged.db");
  await anew.drafts.put("k", "kept");
  anew.close();
  const again = open("damaged.db");
  expect(await again.drafts.get("k")).toBe("kept");
  again.close();
  mkdirSync(join(folder, "a-folder"));
  const memory = open("a-folder");
  memory.tail("c1", "x");
  memory.flush();
  expect(memory.read("c1")?.text).toBe("x");
  memory.close();
  const small = openScratch({ path: ":memory:", clock: new StoppedClock() });
  await small.drafts.put("k", "v");
  expect(await small.drafts.get("k")).toBe("v");
  small.close();
  await small.drafts.put("k", "after the end");
  expect(await small.drafts.get("k")).toBeNull();
});

test("is its owner's alone", () => {
  const scratch = open("deep/er/scratch.db");
  expect((statSync(join(folder, "deep", "er", "scratch.db")).mode & 0o777).toString(8)).toBe("600");
  expect((statSync(join(folder, "deep")).mode & 0o777).toString(8)).toBe("700");
  scratch.close();
  expect(existsSync(join(folder, "deep", "er", "scratch.db-wal"))).toBe(false);
});
