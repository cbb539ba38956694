import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { Console } from "node:console";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

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

/** A terminal that takes so many bytes before it is full. */
function narrowOutput(room: number) {
  const output = {
    room,
    text: "",
    write(bytes: Uint8Array): number {
      const taken = Math.min(output.room, bytes.length);
      output.text += Buffer.from(bytes.subarray(0, taken)).toString("utf8");
      output.room -= taken;
      return taken;
    },
    close: () => {},
  };
  return output;
}

const stream = () => Object.assign(new EventEmitter(), { columns: 0, rows: 30 });
const turn = (): Promise<void> => Promise.resolve();

test("a sink writes once a turn, tells its tracker, and is silent after it is closed", async () => {
  const tracker = new ModeTracker();
  const output = narrowOutput(1_000);
  const sink = new StreamSink(stream(), output, tracker);
  sink.write("\x1b[?2026h");
  sink.draw(() => "never asked for");
  sink.draw(() => "frame");
  sink.write("\x1b[?2026l\x1b[?25l");
  expect(output.text).toBe("");
  await turn();
  expect(output.text).toBe("\x1b[?2026h\x1b[?2026l\x1b[?25lframe");
  expect(tracker.leaving()).toBe("\x1b[?25h\x1b[0m");
  output.text = "";
  sink.write("last");
  expect(sink.close()).toBe("");
  sink.write("too late");
  sink.draw(() => "too late");
  await turn();
  expect(output.text).toBe("last");
});

describe("a terminal that does not read", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("gets the rest of the write that was under way, then only the newest frame", async () => {
    const output = narrowOutput(3);
    const sink = new StreamSink(stream(), output, new ModeTracker());
    const asked: number[] = [];
    for (let frame = 1; frame <= 100; frame += 1) {
      sink.draw(() => {
        asked.push(frame);
        return `<frame ${frame}>`;
      });
      await turn();
    }
    expect([output.text, asked]).toEqual(["<fr", [1]]);
    output.room = 1_000;
    vi.runAllTimers();
    expect([output.text, asked]).toEqual(["<frame 1><frame 100>", [1, 100]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is told at the end that what it has half of is over, and the rest never follows", async () => {
    const tracker = new ModeTracker();
    const output = narrowOutput(12);
    const sink = new StreamSink(stream(), output, tracker);
    sink.write("\x1b[?1049h");
    sink.draw(() => "\x1b[?2026h\x1b[1;1Htext\x1b[?2026l");
    await turn();
    sink.write("\x1b[?1049l");
    await turn();
    output.room = 1_000;
    expect(sink.close()).toBe("\x18\x1b[?2026l\x1b[?25h\x1b[?1049l");
    expect(tracker.leaving()).toBe("");
    vi.runAllTimers();
    expect(output.text).toBe("\x1b[?1049h\x1b[?2");
  });
});

test("a sink has the size of its terminal, or the usual one, and tells of changes", () => {
  const terminal = stream();
  const sink = new StreamSink(terminal, narrowOutput(0), new ModeTracker());
  expect(sink.size()).toEqual({ columns: 80, rows: 30 });
  const resized = vi.fn<() => void>();
  const stop = sink.onResize(resized);
  terminal.columns = 120;
  terminal.emit("resize");
  expect(sink.size()).toEqual({ columns: 120, rows: 30 });
  stop();
  terminal.emit("resize");
  expect(resized).toHaveBeenCalledTimes(1);
});
