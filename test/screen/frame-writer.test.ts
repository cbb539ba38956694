import { PassThrough, Writable } from "node:stream";
import { createElement, useEffect, useState, type ReactElement } from "react";
import { Box, render, Text } from "ink";
import headless from "@xterm/headless";
import { expect, test } from "vitest";

import { FrameWriter } from "../../src/screen/frame-writer.ts";
import { settled } from "../components/terminal.tsx";

/** A sink that takes everything at once, with the terminal behind it. */
function screenOf(columns: number, rows: number) {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  terminal.write("\x1b[?1049h");
  const sink = {
    columns,
    rows,
    written: [] as string[],
    size: () => ({ columns: sink.columns, rows: sink.rows }),
    onResize: () => () => {},
    write: (text: string) => void sink.written.push(text),
    draw: (frame: () => string) => void sink.written.push(frame()),
  };
  const shown = async (): Promise<readonly string[]> => {
    for (const text of sink.written.splice(0)) await new Promise<void>((done) => terminal.write(text, done));
    return Array.from(
      { length: sink.rows },
      (_, y) => terminal.buffer.active.getLine(y)?.translateToString(false, 0, sink.columns).trimEnd() ?? "",
    );
  };
  return { terminal, sink, shown };
}

class Collected extends Writable {
  readonly isTTY = true;
  readonly columns = 20;
  readonly rows = 3;
  readonly texts: string[] = [];
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.texts.push(chunk.toString("utf8"));
    done();
  }
}

test("Ink in its debug mode writes one whole frame a commit, and modes by themselves", async () => {
  const stdout = new Collected();
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {}, ref: () => {}, unref: () => {} });
  const told: ((text: string) => void)[] = [];
  function Three(): ReactElement {
    const [text, say] = useState("one");
    useEffect(() => {
      told.push(say);
    }, []);
    const lines = ["first", text, "last"].map((line) => createElement(Text, { key: line }, line));
    return createElement(Box, { width: 20, height: 3, flexDirection: "column" }, lines);
  }
  const ink = render(createElement(Three), {
    // eslint-disable-next-line typescript/no-unsafe-type-assertion -- as much of a terminal as Ink looks at
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout,
    debug: true,
    alternateScreen: true,
    interactive: true,
    patchConsole: false,
    kittyKeyboard: { mode: "auto", flags: ["disambiguateEscapeCodes"] },
  });
  await settled();
  told[0]?.("two");
  await settled();
  expect(stdout.texts).toEqual(["\x1b[?1049h", "\x1b[?25l", "\x1b[?u", "first\none\nlast", "first\ntwo\nlast"]);
  ink.unmount();
});

test("frames reach the terminal by what changed, modes in between, and after another screen was entered a frame is written whole", async () => {
  const { sink, shown } = screenOf(12, 3);
  const writer = new FrameWriter(sink);
  writer.take("\x1b[?1049h");
  writer.take("first\none\nlast");
  expect(await shown()).toEqual(["first", "one", "last"]);
  writer.take("first\ntwo\nlast");
  expect(sink.written.join("")).not.toMatch(/first|last/);
  writer.take("\x1b[?2004h");
  writer.take("first\ntwo\nlast");
  expect(sink.written.slice(1)).toEqual(["\x1b[?2004h", ""]);
  expect(await shown()).toEqual(["first", "two", "last"]);
  writer.take("\x1b[?1049h");
  writer.take("first\ntwo\nlast");
  expect(sink.written.join("")).toMatch(/first.*two.*last/s);
});

test("what a child wrote over the screen is gone after a repaint, and after a change of the size", async () => {
  const { terminal, sink, shown } = screenOf(12, 3);
  const writer = new FrameWriter(sink);
  const stray = "\x1b[2J\x1b[2;2H\x1b[41mSTRAY\nSTRAY";
  writer.take("first\none\nlast");
  await shown();
  sink.written.push(stray);
  expect(await shown()).not.toEqual(["first", "one", "last"]);
  writer.repaint();
  expect(await shown()).toEqual(["first", "one", "last"]);
  sink.written.push(stray);
  await shown();
  terminal.resize(9, 4);
  Object.assign(sink, { columns: 9, rows: 4 });
  writer.take("first\none\nlast\nmore");
  expect(await shown()).toEqual(["first", "one", "last", "more"]);
});

test("a storm of changes of the size ends in the frame of the last one", async () => {
  const { terminal, sink, shown } = screenOf(80, 24);
  const writer = new FrameWriter(sink);
  const frame = (columns: number, rows: number): string =>
    Array.from({ length: rows }, (_, y) => `${y} ${"x".repeat(columns)}`.slice(0, columns)).join("\n");
  for (let n = 0; n < 60; n += 1) {
    const [columns, rows] = [20 + ((n * 37) % 90), 3 + ((n * 13) % 40)];
    terminal.resize(columns, rows);
    Object.assign(sink, { columns, rows });
    writer.take(frame(columns, rows));
    expect(await shown()).toEqual(frame(columns, rows).split("\n"));
  }
});
