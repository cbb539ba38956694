import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import headless from "@xterm/headless";

import { noPty, Pty } from "../../pty/pty.ts";
import { inFolder, mean, median, ms, spread, type Figure } from "../figures.ts";
import type { Found, Scenario } from "./scenarios.ts";
import { screenStart } from "./start.ts";

type Renderer = "ours" | "ink";

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const wide: Size = { columns: 140, rows: 45 };
const middle: Size = { columns: 120, rows: 40 };
const app = join(import.meta.dirname, "app.ts");
const jsx = join(import.meta.dirname, "..", "..", "pty", "jsx-hooks.ts");

async function found(scenario: Scenario, renderer: Renderer, { columns, rows }: Size): Promise<Found> {
  return await inFolder(async (folder) => {
    const result = join(folder, "found.json");
    const argv = [process.execPath, "--import", jsx, app, scenario, renderer, result];
    const pty = new Pty({ argv, columns, rows, env: { NODE_ENV: "production", COLORTERM: "truecolor" } });
    try {
      if (scenario === "stall") {
        await pty.until("the first frame", () => pty.output.includes("T-0"));
        await pause(3_500);
        pty.stall(3);
      }
      await pty.until("the end", () => pty.exitCode !== null);
      // eslint-disable-next-line typescript/no-unsafe-type-assertion -- our own program wrote it
      return JSON.parse(readFileSync(result, "utf8")) as Found;
    } finally {
      await pty.close();
    }
  });
}

/** A row of the table: what, in which scenario, its figure and goal. */
interface Row {
  readonly what: string;
  readonly scenario: Scenario;
  readonly size: Size;
  readonly value: (found: Found) => number | Promise<number>;
  readonly shown: (value: number, found: Found) => string;
  readonly goal: string;
  readonly met: (value: number) => boolean;
}

const percent = (value: number): string => `${value.toFixed(2)} %`;
const keys = (what: string, scenario: Scenario, goalMs: number): Row => ({
  what: `CPU from a key to its frame, ${what}`,
  scenario,
  size: wide,
  value: ({ keyMs = [] }) => median(keyMs),
  shown: (_value, { keyMs = [] }) => spread(keyMs),
  goal: `p50 <= ${goalMs} ms`,
  met: (value) => value <= goalMs,
});
const busy = (what: string, scenario: Scenario, most: number): Row => ({
  what: `CPU of the screen, ${what}`,
  scenario,
  size: wide,
  value: ({ cpuPercent = Number.NaN }) => cpuPercent,
  shown: percent,
  goal: `<= ${most} %`,
  met: (value) => value <= most,
});

const rows: readonly Row[] = [
  keys("140x45, idle", "keysIdle", 6),
  keys("140x45, six streams", "keysStreams", 8),
  keys("140x45, 10,000 tasks", "large", 6),
  {
    what: "bytes a frame, 120x40, six streams",
    scenario: "streams",
    size: middle,
    value: ({ bytesPerFrame = Number.NaN }) => bytesPerFrame,
    shown: (value) => `${(value / 1_000).toFixed(2)} KB`,
    goal: "<= 2.3 KB",
    met: (value) => value <= 2_300,
  },
  {
    what: "frames of streamed text",
    scenario: "streams",
    size: middle,
    value: ({ framesPerSecond = Number.NaN }) => framesPerSecond,
    shown: (value) => `${value.toFixed(1)} a second`,
    goal: "13 to 16 a second",
    met: (value) => value >= 13 && value <= 16,
  },
  busy("six streams", "streams", 10),
  busy("waiting for a person", "waiting", 0.5),
  busy("idle", "idle", 0.5),
  {
    what: "wrong cells in the middle of a frame, 120x40",
    scenario: "streams",
    size: middle,
    value: async ({ written = [] }) => mean(await wrongCells(written, middle)),
    shown: (value) => `${value.toFixed(1)} on average`,
    goal: "0",
    met: (value) => value === 0,
  },
  {
    what: "longest gap of the loop, terminal that does not read for 3 s",
    scenario: "stall",
    size: wide,
    value: ({ gapMs = Number.NaN }) => gapMs,
    shown: ms,
    goal: "<= 50 ms",
    met: (value) => value <= 50,
  },
];

/** The screen in a real terminal, by the CPU clock of its own process; beside it the same screen drawn by stock Ink. */
export async function screen(): Promise<readonly Figure[]> {
  if (noPty !== null) return [{ what: "screen", figure: noPty, goal: "", met: null }];
  const known = new Map<string, Promise<Found>>();
  const figures: Figure[] = [];
  for (const row of rows) {
    const of = async (renderer: Renderer): Promise<{ readonly found: Found; readonly value: number }> => {
      const key = `${row.scenario} ${renderer} ${row.size.columns}`;
      const measured = known.get(key) ?? found(row.scenario, renderer, row.size);
      known.set(key, measured);
      return { found: await measured, value: await row.value(await measured) };
    };
    const ours = await of("ours");
    const ink = await of("ink");
    figures.push({
      what: row.what,
      figure: `${row.shown(ours.value, ours.found)} (stock Ink ${row.shown(ink.value, ink.found)})`,
      goal: row.goal,
      met: row.met(ours.value),
    });
  }
  return [...figures, ...(await screenStart())];
}

const pieceBytes = 256;
/** So many of the last frames. */
const looked = 60;

/** At each cut of each frame: how many cells are neither as they were before it nor as after. */
async function wrongCells(frames: readonly string[], { columns, rows: height }: Size): Promise<readonly number[]> {
  const terminal = new headless.Terminal({ cols: columns, rows: height, allowProposedApi: true });
  const write = (text: string | Uint8Array): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));
  const cells = (): readonly string[] =>
    Array.from({ length: columns * height }, (_, at) => {
      const cell = terminal.buffer.active.getLine(Math.floor(at / columns))?.getCell(at % columns);
      return `${cell?.getChars() || " "} ${cell?.getFgColor()} ${cell?.isInverse()}`;
    });
  const wrong: number[] = [];
  await write("\x1b[?1049h");
  for (const frame of frames.slice(0, -looked)) await write(frame);
  for (const frame of frames.slice(-looked)) {
    const bytes = Buffer.from(frame.replaceAll(/\x1b\[\?2026[hl]/g, ""));
    const before = cells();
    const between: (readonly string[])[] = [];
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      await write(bytes.subarray(from, from + pieceBytes));
      between.push(cells());
    }
    const after = cells();
    wrong.push(...between.map((seen) => seen.filter((cell, at) => cell !== before[at] && cell !== after[at]).length));
  }
  terminal.dispose();
  return wrong;
}
