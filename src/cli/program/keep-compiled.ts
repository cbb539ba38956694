import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";

import { isOwnFolder, Paths } from "../wiring/paths.ts";
import type { Environment } from "./program.ts";

/** An engine that is killed has not kept anything at its end. */
const flushAfterMs = 1_000;

/**
 * Keeps what this program's files were compiled to beside the ledger, for the next start. Only where there is a folder of ours
 * already: it must not be made here, open to others. What is kept there is run, so it has to be a folder that nobody but its
 * owner, who starts this, may write to. Without it a start is slower, not wrong.
 */
export function keepCompiled(env: Environment): void {
  try {
    const { state } = new Paths(env);
    if (!isOwnFolder(state)) return;
    enableCompileCache(join(state, "compiled"));
    setTimeout(flushCompileCache, flushAfterMs).unref();
  } catch {
    // Whatever is wrong with the folder is said by the command that needs it.
  }
}
