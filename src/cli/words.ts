import type { Arguments } from "./arguments.ts";
import { branchNames } from "./checkout-facts.ts";
import { withRepository } from "./ground.ts";
import type { Program } from "./program.ts";
import { readSettings } from "./read-settings.ts";

/** Names for shells to complete, one a line. Silent where there are none. */
export function command(program: Program, args: Arguments): Promise<number> {
  return withRepository(program, async (ground) => {
    const { ledger, repository } = ground;
    const words =
      args.first === "task"
        ? (await ledger.tasks.list(repository.id)).map(({ id }) => id)
        : args.first === "branch"
          ? await branchNames(ground)
          : args.first === "model"
            ? (
                readSettings(program, { tasksFile: null, repositoryTop: repository.top, flags: {} }).known?.models ?? []
              ).map(({ name }) => name)
            : [];
    for (const word of words) program.out.line(word);
    return 0;
  });
}
