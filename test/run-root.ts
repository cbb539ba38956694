import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { endLeftovers } from "./leftovers.ts";

/** The variable that tells test files where the folder of this run is. */
export const rootVariable = "TEST_RUN_ROOT";
/** The same on a disk, for tests with a wall: what is in there sees another /dev. */
export const diskRootVariable = "TEST_RUN_DISK_ROOT";

const memory = "/dev/shm";
/** Of a whole run, and as much again. */
const leastFreeBytes = 2_000_000_000;

/**
 * Folders for all that a run of the tests writes, in memory where that can be: a ledger waits for the disk at every commit. At
 * its end nothing may work in there any more; what does is ended and named.
 */
export function setup(): () => Promise<void> {
  const disk = madeIn(tmpdir());
  const root = inMemory() ?? disk;
  process.env[rootVariable] = root;
  process.env[diskRootVariable] = disk;
  // Hundreds of programs are started, all of the same files: each is compiled once.
  process.env["NODE_COMPILE_CACHE"] = join(root, "compiled");
  // Also of a run that is interrupted: memory is dear.
  const remove = (): void => {
    for (const folder of [root, disk]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", remove);
  return async () => {
    const left: string[] = [];
    for (const folder of new Set([root, disk])) {
      // The workers, which know the folders too, are children of this process.
      left.push(...(await endLeftovers(folder, ({ parent }) => parent === process.pid)));
    }
    remove();
    if (left.length === 0) return;
    process.stderr.write(`\nThese outlived their tests and were ended:\n${left.join("\n")}\n`);
    process.exitCode = 1;
  };
}

const madeIn = (folder: string): string => realpathSync(mkdtempSync(join(folder, "tests-")));

/** A folder in memory; null: there is none, it is small as in a container, or nothing may be started there, or somebody named another place. */
function inMemory(): string | null {
  if (process.env["TMPDIR"] !== undefined || !existsSync(memory)) return null;
  const { bavail, bsize } = statfsSync(memory);
  if (bavail * bsize < leastFreeBytes) return null;
  const folder = madeIn(memory);
  const program = join(folder, "program");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  if (spawnSync(program).status === 0) return folder;
  rmSync(folder, { recursive: true });
  return null;
}
