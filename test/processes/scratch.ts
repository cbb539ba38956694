import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import type { ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { endGroup } from "../../src/processes/group.ts";
import { until } from "../until.ts";

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
export async function contentOf(path: string, fits = /\n$/): Promise<string> {
  const read = (): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  await until(`${path} with ${fits}`, () => fits.test(read()), read);
  return read();
}

/** Writes a script and returns its path. */
export function script(folder: string, name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
}
