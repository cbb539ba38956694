import { stat } from "node:fs/promises";
import { join } from "node:path";

import { FatalFault } from "../domain/fatal-fault.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** Makes sure that the repository is still where it was; throws a FatalFault where it is gone. */
export function createPresent({ options, at }: WorkspaceContext): () => Promise<void> {
  let commonDir: string | null = null;
  return async () => {
    if (await isGone(options.repository)) throw gone(options.repository);
    try {
      commonDir ??= (await at()).commonDir;
    } catch {
      // Where it cannot be found is said by whoever needs it.
      return;
    }
    if (await isGone(join(commonDir, "HEAD"))) throw gone(commonDir);
  };
}

const gone = (path: string): FatalFault =>
  new FatalFault(
    `the repository ${path} is gone: it was removed or moved away while the engine worked; what the engine had started is ended`,
  );

/** Only what says that nothing is there: a disk that does not answer may answer later. */
async function isGone(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
  }
}
