import { rm } from "node:fs/promises";

import { runCommand } from "../processes/run-command.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

type Site = Pick<WorkspaceContext, "environment">;

/**
 * Removes a folder with all that is in it, or a file. Package managers make folders nobody may write to, and so nobody may empty;
 * and some lie too deep for the system to take their names. Links are not followed.
 */
export async function removeAll(site: Site, path: string): Promise<void> {
  const go = (): Promise<void> => rm(path, { recursive: true, force: true });
  await go().catch(async () => {
    await run(site, ["chmod", "-R", "u+rwX", "--", path]);
    await run(site, ["rm", "-rf", "--", path]);
    await go();
  });
}

const run = ({ environment }: Site, argv: readonly string[]): ReturnType<typeof runCommand> =>
  runCommand({ argv, cwd: "/", env: { PATH: environment["PATH"] ?? "/usr/bin:/bin" }, timeoutMs: 60_000 });
