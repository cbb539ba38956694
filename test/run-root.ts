import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { endLeftovers } from "./leftovers.ts";

/** The variable that tells test files where the folder of this run is. */
export const rootVariable = "TEST_RUN_ROOT";

/** One folder for all that a run of the tests writes. At its end nothing may work in there any more; what does is ended and named. */
export function setup(): () => Promise<void> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tests-")));
  process.env[rootVariable] = root;
  // Hundreds of programs are started, all of the same files: each is compiled once.
  process.env["NODE_COMPILE_CACHE"] = join(root, "compiled");
  return async () => {
    // The workers, which know the folder too, are children of this process.
    const left = await endLeftovers(root, ({ parent }) => parent === process.pid);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    if (left.length === 0) return;
    process.stderr.write(`\nThese outlived their tests and were ended:\n${left.join("\n")}\n`);
    process.exitCode = 1;
  };
}
