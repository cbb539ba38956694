import { report } from "../commands/report.ts";
import { quietly } from "../wiring/quiet-program.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

const day = 86_400_000;

/** What the command `report` says of this repository. A person at the screen has seen what is new, so it is of the last day. */
export const screenReport = (context: RepositoryContext): Promise<string> =>
  quietly(context.program, async (program) => {
    const { id, top } = context.repository;
    await report({ ...context, program }, [id], { sinceMs: program.clock.now() - day, json: false, top });
    return 0;
  });
