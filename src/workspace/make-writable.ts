import { runCommand } from "../processes/run-command.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** Package managers make folders nobody may write to, and so nobody may empty. */
export async function makeWritable({ environment }: WorkspaceContext, path: string): Promise<void> {
  await runCommand({
    argv: ["chmod", "-R", "u+rwX", "--", path],
    cwd: "/",
    env: { PATH: environment["PATH"] ?? "/usr/bin:/bin" },
    timeoutMs: 60_000,
  });
}
