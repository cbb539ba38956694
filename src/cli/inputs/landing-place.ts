import { brand } from "../../domain/brand.ts";
import type { RunRow } from "../../domain/rows.ts";
import { CommandError } from "../program/command-error.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { lastRunFrom } from "../wiring/run-branches.ts";
import { readSettings } from "./read-settings.ts";
import { saysYes } from "./yes.ts";

/** What lands, and where. */
export interface LandingPlace {
  /** The newest run from the branch that was named, else from the one that is worked on, else of all. */
  readonly run: RunRow;
  readonly into: string;
}

/** CommandError where nothing ran here, or a branch that nobody works on now would move and nobody has said so. */
export async function landingPlace(context: RepositoryContext, named: string | undefined): Promise<LandingPlace> {
  const { program, ledger, repository } = context;
  const last = await lastRun(ledger, repository.id);
  if (last === null) throw new CommandError(`nothing ran here yet; ${brand.bin} run starts it`);
  const question = { tasksFile: null, repositoryTop: repository.top, flags: {} };
  const here = readSettings(program, question).settings?.git.base ?? repository.branch;
  const own = here === null ? null : await lastRunFrom(context, here);
  if (named !== undefined) return { run: (await lastRunFrom(context, named)) ?? own ?? last, into: named };
  const run = own ?? last;
  if (here === null || here === run.base) return { run, into: run.base };
  const what = `what was merged is from ${run.base}, and you work on ${here}`;
  if (!program.mayAsk) throw new CommandError(`${what}: nothing was landed`, 2, [`--into ${run.base} lands it there`]);
  if (await saysYes(program, `${what}. Land on ${run.base}?`)) return { run, into: run.base };
  throw new CommandError("nothing was landed", 1);
}
