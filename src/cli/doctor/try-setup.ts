import type { Settings } from "../../domain/settings.ts";
import { WorkspaceError } from "../../domain/workspace-error.ts";
import { detachedWorktree } from "../../workspace/check-place.ts";
import { openSite } from "../../workspace/workspace-context.ts";
import { engineTrees } from "../../workspace/worktree-folder.ts";
import type { Trusted } from "../inputs/trust.ts";
import { runningEngine } from "../running/engine-lease.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { commandSite } from "../wiring/engine-parts.ts";

/** Runs the project's setup in the worktree that is kept for bases; null: it works, else why not. */
export async function trySetup(
  context: RepositoryContext,
  _trusted: Trusted,
  settings: Settings,
): Promise<string | null> {
  const { ledger, program, repository } = context;
  if ((await runningEngine(ledger, repository.id, program.clock.now())) !== null)
    return "an engine works here; try again when it is through";
  const { options, deps } = await commandSite(context, settings);
  try {
    await detachedWorktree(openSite(options, deps), engineTrees.base, repository.head, { setupAgain: true });
    return null;
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    const [last = ""] = error.detail.trim().split("\n").slice(-1);
    return last === "" ? error.message : `${error.message}: ${last}`;
  }
}
