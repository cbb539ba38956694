import { copyFileSync, openSync, readFileSync, rmSync, writeFileSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";

import { openLedger } from "../../../state/open-ledger.ts";
import { added, begun, event, moves, repository, run, runStarted, scratchFolder, StoppedClock } from "../sample.ts";

const folder = scratchFolder(afterAll);
const clock = new StoppedClock();
const open = (path: string) => openLedger({ path, mode: "engine", clock, random: () => 0 });
const commits = 60;

/** A ledger whose log file holds all of its commits, as a machine that lost its power would leave it. */
async function unfinished(): Promise<{ readonly file: string; readonly ends: ReadonlySet<number> }> {
  const path = join(folder, "whole.db");
  open(path).close();
  const file = join(folder, "cut.db");
  const ledger = open(path);
  const ends = new Set([0]);
  const put = async (...events: Parameters<typeof ledger.log.append>[0]["events"]): Promise<void> => {
    await ledger.log.append({ repository, run, events });
    ends.add(await ledger.log.head());
  };
  await put(runStarted(), added("A"), begun("A"), ...moves("A", "NEW", "IMPLEMENTING"));
  for (let i = 0; i < commits; i += 1) {
    await put(
      ...moves(
        "A",
        ...(i % 2 === 0 ? (["IMPLEMENTING", "CODE_REVIEW"] as const) : (["CODE_REVIEW", "IMPLEMENTING"] as const)),
      ),
      event("note", { level: "info", text: "x".repeat(i * 20) }, { task: "A" }),
    );
  }
  copyFileSync(path, file);
  copyFileSync(`${path}-wal`, `${file}-wal`);
  ledger.close();
  return { file, ends };
}

const damage = fc.record({
  kind: fc.constantFrom("cut", "flip", "garbage" as const),
  where: fc.integer({ min: 0, max: 1_000 }),
  byte: fc.integer({ min: 1, max: 255 }),
});

test("a log that is cut off, flipped or followed by garbage gives exactly a prefix of what was committed", async () => {
  const { file, ends } = await unfinished();
  const log = readFileSync(`${file}-wal`);
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(damage, async ({ kind, where, byte }) => {
      const torn = join(folder, "torn.db");
      for (const end of ["", "-wal", "-shm"]) rmSync(torn + end, { force: true });
      copyFileSync(file, torn);
      const at = Math.floor((where / 1_000) * (log.length - 1));
      const bytes = kind === "cut" ? log.subarray(0, at) : Buffer.from(log);
      if (kind === "flip") bytes[at] = (bytes[at] ?? 0) ^ byte;
      writeFileSync(`${torn}-wal`, bytes);
      if (kind === "garbage") append(`${torn}-wal`, Buffer.alloc(at % 9_000, byte));
      const ledger = open(torn);
      const head = await ledger.log.head();
      expect(ends).toContain(head);
      expect((await ledger.log.since(0)).length).toBe(head);
      expect(ledger.checkIntegrity()).toEqual([]);
      if (kind === "garbage") expect(head).toBe(Math.max(...ends));
      ledger.close();
      seen.add(head);
    }),
    { numRuns: 50 },
  );
  expect(seen.size).toBeGreaterThan(10);
});

function append(path: string, bytes: Buffer): void {
  const file = openSync(path, "a");
  writeSync(file, bytes);
  closeSync(file);
}
