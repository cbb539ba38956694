import { spawn } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { LineSplitter, type SplitLine } from "../../src/processes/line-splitter.ts";
import { tailLines, type TailItem, type TailOptions } from "../../src/processes/tail.ts";
import { scratchFolder } from "./scratch.ts";
import { VirtualClock } from "./virtual-clock.ts";

const mebibyte = 1024 * 1024;
const ended = Promise.resolve();

async function all(path: string, options: Partial<TailOptions> = {}): Promise<TailItem[]> {
  const items: TailItem[] = [];
  for await (const item of tailLines(path, { ended, ...options })) items.push(item);
  return items;
}

function file(content: string | Buffer): string {
  const path = join(scratchFolder(), "stdout");
  writeFileSync(path, content);
  return path;
}

const line = (text: string, offset: number, truncated = false): TailItem => ({
  kind: "line",
  line: text,
  offset,
  truncated,
});

test("lines come with the position after them; the last one without a newline too", async () => {
  expect(await all(file("a\n\nbä\r\nc"))).toEqual([line("a", 2), line("", 3), line("bä\r", 8), line("c", 9)]);
  expect(await all(file(""))).toEqual([]);
  expect(await all(file("\n"))).toEqual([line("", 1)]);
});

test("a reader can go on at any position it was given", async () => {
  const path = file("one\ntwo\nthree");
  const items = await all(path);
  const rests = await Promise.all(items.map((item) => all(path, { from: item.kind === "line" ? item.offset : 0 })));
  expect(rests).toEqual([items.slice(1), items.slice(2), []]);
});

test("bytes that are no UTF-8 are replaced, never fatal", async () => {
  const items = await all(file(Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0xe4, 0xb8, 0x0a, 0x00, 0x1b])));
  expect(items).toEqual([line("a\ufffd\ufffd", 4), line("\ufffd", 7), line("\0\u001b", 9)]);
});

test("an overlong line is cut at whole characters and the next one is whole", async () => {
  const path = file("ääää\nnext\n");
  expect(await all(path, { maxLineBytes: 5 })).toEqual([line("ää", 9, true), line("next", 14)]);
  expect(await all(path, { maxLineBytes: 8 })).toEqual([line("ääää", 9), line("next", 14)]);
  expect(await all(file("𝄞𝄞"), { maxLineBytes: 7 })).toEqual([line("𝄞", 8, true)]);
});

test("of a line of 20 MiB the first 4 MiB are kept", async () => {
  const path = file(Buffer.concat([Buffer.alloc(20 * mebibyte, "x"), Buffer.from("\nend\n")]));
  const [long, end, ...more] = await all(path);
  expect(long).toMatchObject({ kind: "line", offset: 20 * mebibyte + 1, truncated: true });
  expect(long?.kind === "line" && long.line.length).toBe(4 * mebibyte);
  expect(end).toEqual(line("end", 20 * mebibyte + 5));
  expect(more).toEqual([]);
});

test("a file over its limit: what is below it, then overflow, then nothing", async () => {
  const path = file("one\ntwo\nthree\n");
  expect(await all(path, { maxBytes: 9 })).toEqual([line("one", 4), line("two", 8), { kind: "overflow", bytes: 14 }]);
  expect(await all(path, { maxBytes: 14 })).toHaveLength(3);
  expect(await all(path, { maxBytes: 9, from: 8 })).toEqual([{ kind: "overflow", bytes: 14 }]);
  expect(await all(path, { maxBytes: 3, from: 8 })).toEqual([{ kind: "overflow", bytes: 14 }]);
});

test("however the bytes are cut, the lines are those of the whole", () => {
  const bytes = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    fc.uint8Array().map((raw) => Buffer.from(raw)),
  );
  const split = (chunks: readonly Buffer[], max: number): SplitLine[] => {
    const splitter = new LineSplitter(max, 0);
    return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()];
  };
  fc.assert(
    fc.property(
      fc.array(fc.oneof(bytes, fc.constant(Buffer.from("\n")))),
      fc.integer({ min: 1, max: 64 }),
      (parts, max) => {
        const whole = Buffer.concat(parts);
        const lines = split([whole], max);
        expect(
          split(
            [...whole].map((byte) => Buffer.from([byte])),
            max,
          ),
        ).toEqual(lines);
        expect(lines.at(-1)?.offset ?? 0).toBe(whole.length);
        expect(lines.map(({ line }) => Buffer.byteLength(line) <= 3 * max)).not.toContain(false);
        if (lines.every(({ truncated }) => !truncated)) {
          expect(lines.map(({ line }) => line).join("\n")).toBe(whole.toString("utf8").replace(/\n$/, ""));
        }
      },
    ),
  );
});

test("a file that is being written, cut inside characters, is followed to its end", async () => {
  const path = join(scratchFolder(), "stdout");
  const lines = Array.from({ length: 400 }, (_, index) => `${index} ${"ä𝄞€".repeat(index % 40)}`);
  const writer = `
    const fs = require("node:fs");
    const bytes = Buffer.from(${JSON.stringify(`${lines.join("\n")}\nlast`)});
    const out = fs.openSync(process.argv[1], "a");
    let at = 0;
    const write = () => {
      at += fs.writeSync(out, bytes, at, Math.min(1 + (at * 7) % 613, bytes.length - at));
      if (at < bytes.length) setImmediate(write);
    };
    write();`;
  const child = spawn(process.execPath, ["-e", writer, path]);
  const closed = new Promise((resolve) => child.once("close", resolve));
  const items = await all(path, { ended: closed });
  expect(items.map((item) => item.kind === "line" && item.line)).toEqual([...lines, "last"]);
});

test("a line is delivered while the process goes on, and the first poll is enough where no notice comes", async () => {
  const path = join(scratchFolder(), "not-there-yet");
  const clock = new VirtualClock();
  let end = (): void => {};
  const tail = tailLines(path, { ended: new Promise<void>((resolve) => (end = resolve)), clock });
  const first = tail.next();
  await clock.pass(25);
  writeFileSync(path, "half");
  await clock.pass(200);
  appendFileSync(path, " and half\n");
  const found = new AbortController();
  void first.finally(() => found.abort());
  while (!found.signal.aborted) await clock.pass(200);
  expect(await first).toEqual({ done: false, value: line("half and half", 14) });
  const second = tail.next();
  appendFileSync(path, "tail");
  end();
  expect(await second).toEqual({ done: false, value: line("tail", 18) });
  expect(await tail.next()).toEqual({ done: true, value: undefined });
});

test("a reader that stops early leaves nothing open", async () => {
  const path = file("one\ntwo\n");
  const tail = tailLines(path, { ended: new Promise(() => {}) });
  for await (const item of tail) {
    expect(item).toEqual(line("one", 4));
    break;
  }
  expect(await tail.next()).toEqual({ done: true, value: undefined });
});

test("what cannot be read is told", async () => {
  await expect(all(scratchFolder())).rejects.toThrow("EISDIR");
});

test("a file that shrinks ends with its process", async () => {
  const path = file("one\ntwo\n");
  expect(await all(path, { from: 100 })).toEqual([]);
});
