import { setTimeout as pause } from "node:timers/promises";

import { mean, ownCpuMs } from "../figures.ts";
import type { Found, Scenario } from "./scenarios.ts";

/** The screen that measures itself. */
export interface Screen {
  /** What was written so far, a turn of the event loop each. */
  readonly turns: readonly string[];
  /** Resolves when the turn ends that writes next. */
  nextWrite(): Promise<void>;
  key(text: string): void;
}

const warmUps = 100;
const keys = 100;
const watchMs = 4_000;

export const measures: Readonly<Record<Scenario, (screen: Screen) => Promise<Found>>> = {
  keysIdle: pressed,
  keysStreams: pressed,
  large: pressed,
  streams: watchedFor,
  waiting: watchedFor,
  idle: watchedFor,
  stall: stalled,
};

/** Right after a frame a key finds nothing else to draw; where none comes by itself it is not waited for. */
async function pressed(screen: Screen): Promise<Found> {
  const keyMs: number[] = [];
  await pause(1_500);
  for (let n = 0; n < warmUps + keys; n += 1) {
    await Promise.race([screen.nextWrite(), pause(5)]);
    const before = ownCpuMs();
    const drawn = screen.nextWrite();
    screen.key(n % 40 < 20 ? "j" : "k");
    await drawn;
    if (n >= warmUps) keyMs.push(ownCpuMs() - before);
  }
  return { keyMs };
}

async function watchedFor(screen: Screen): Promise<Found> {
  await pause(2_500);
  const from = screen.turns.length;
  const startedAt = performance.now();
  const before = ownCpuMs();
  await pause(watchMs);
  const tookMs = performance.now() - startedAt;
  const cpuPercent = ((ownCpuMs() - before) / tookMs) * 100;
  const written = screen.turns.slice(from);
  return {
    cpuPercent,
    framesPerSecond: (written.length / tookMs) * 1_000,
    bytesPerFrame: written.length === 0 ? 0 : mean(written.map((text) => Buffer.byteLength(text))),
    written: [...screen.turns],
  };
}

/** The terminal stops reading for three of these seconds. */
async function stalled(): Promise<Found> {
  await pause(2_000);
  let last = performance.now();
  let gapMs = 0;
  const looks = setInterval(() => {
    const now = performance.now();
    gapMs = Math.max(gapMs, now - last - 5);
    last = now;
  }, 5);
  await pause(7_000);
  clearInterval(looks);
  return { gapMs };
}
