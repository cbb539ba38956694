import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { UiMode } from "../../domain/screen-settings.ts";
import { chooseUi } from "../inputs/choose-ui.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { showScreen } from "./show-screen.ts";

/** Shows the current or last run of the repository until it is left or over. The answer is an exit code. */
export async function attach(
  context: RepositoryContext,
  how: {
    readonly plain: boolean;
    readonly json: boolean;
    readonly ui?: UiMode | null;
    readonly view?: "review";
    /** The task that the screen opens. */
    readonly task?: TaskId | null;
  },
): Promise<number> {
  const { program, ledger, repository } = context;
  const run = await lastRun(ledger, repository.id);
  if (run === null) return 0;
  const ui = await chooseUi(program, how);
  if (ui === "screen") return await showScreen(context, how.view ?? null, how.task ?? null);
  if (ui === "accessible") {
    const { followAccessible } = await import("./follow-accessible.ts");
    return await followAccessible(context, run.id, how.task ?? null);
  }
  if (run.state === "running")
    return await (await import("./follow-run.ts")).followRun(context, run.id, how.json ? "json" : "plain");
  if (how.json) return run.exitCode ?? 1;
  program.out.line(`run ${run.id} is over; ${brand.bin} run goes on`);
  await (await import("../output/print-end.ts")).printEnd(context, run.id);
  return 0;
}
