import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { Console } from "node:console";
import { expect, test, vi } from "vitest";

import { StreamSink } from "../../src/terminal/frame-sink.ts";
import { ModeTracker } from "../../src/terminal/modes.ts";
import { guardOutput } from "../../src/terminal/output-guard.ts";

class Collected extends Writable {
  text = "";
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}

test("what is written past the renderer goes to the listener and not to the terminal, until the guard ends", async () => {
  const stdout = new Collected();
  const stderr = new Collected();
  const strays: string[] = [];
  const end = guardOutput({ stdout, stderr }, (text, stream) => {
    strays.push(`${stream}: ${text}`);
    // A listener that writes itself must not come back to itself.
    stderr.write("again");
  });
  new Console(stdout, stderr).error("oops");
  stdout.write(new TextEncoder().encode("größe"));
  await new Promise((resolve) => stdout.write("called back", "utf8", resolve));
  await new Promise((resolve) => stdout.write("too", resolve));
  expect(strays).toEqual(["stderr: oops\n", "stdout: größe", "stdout: called back", "stdout: too"]);
  expect(stdout.text + stderr.text).toBe("");
  end();
  stdout.write("free");
  stderr.write("too");
  expect(stdout.text + stderr.text).toBe("freetoo");
});

test("a sink writes once a turn, tells its tracker, and is silent after it is closed", async () => {
  const tracker = new ModeTracker();
  const written: string[] = [];
  const stream = Object.assign(new EventEmitter(), { columns: 0, rows: 30 });
  const sink = new StreamSink(stream, (text) => written.push(text), tracker);
  sink.write("\x1b[?2026h");
  sink.write("frame");
  sink.write("\x1b[?2026l\x1b[?25l");
  expect(written).toEqual([]);
  await Promise.resolve();
  expect(written).toEqual(["\x1b[?2026hframe\x1b[?2026l\x1b[?25l"]);
  expect(tracker.leaving()).toBe("\x1b[?25h\x1b[0m");
  sink.write("last");
  sink.close();
  sink.write("too late");
  await Promise.resolve();
  expect(written).toEqual(["\x1b[?2026hframe\x1b[?2026l\x1b[?25l", "last"]);
});

test("a sink has the size of its terminal, or the usual one, and tells of changes", () => {
  const stream = Object.assign(new EventEmitter(), { columns: 0, rows: 30 });
  const sink = new StreamSink(stream, () => {}, new ModeTracker());
  expect(sink.size()).toEqual({ columns: 80, rows: 30 });
  const resized = vi.fn<() => void>();
  const stop = sink.onResize(resized);
  stream.columns = 120;
  stream.emit("resize");
  expect(sink.size()).toEqual({ columns: 120, rows: 30 });
  stop();
  stream.emit("resize");
  expect(resized).toHaveBeenCalledTimes(1);
});
