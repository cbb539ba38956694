import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";

import type { ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { endGroup } from "../../src/processes/group.ts";

/** A folder of this test alone, removed after it. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "processes-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Nothing of this child outlives the test. */
export function endAfterTest(record: ProcessRecord, marker?: string): void {
  onTestFinished(async () => {
    await endGroup(record, { signalSteps: [{ signal: "SIGKILL", waitMs: 5_000 }], ...(marker ? { marker } : {}) });
  });
}

export const environment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };

/** The content of a file once it is there and fits. */
export const contentOf = (path: string, fits = /\n$/): Promise<string> =>
  vi.waitFor(
    () => {
      const text = readFileSync(path, "utf8");
      if (!fits.test(text)) throw new Error(`${path} holds ${JSON.stringify(text)}`);
      return text;
    },
    { interval: 10, timeout: 10_000 },
  );

/** Waits until something is so. */
export const until = (what: () => boolean): Promise<void> =>
  vi.waitFor(
    () => {
      if (!what()) throw new Error("not so yet");
    },
    { interval: 10, timeout: 10_000 },
  );

/** Writes a script and returns its path. */
export function script(folder: string, name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
}
