import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import { landingEvents, lastLanding } from "../../policy/landed.ts";
import { counted } from "../../view/text/amounts.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";
import { landingAlone } from "../wiring/landing-lock.ts";

/** Takes the last landing back, as long as nothing can be built on it. */
export const command = (program: Program, _input: InputOf<"undo">, displays: Displays): Promise<number> =>
  withRepository(program, (context) => landingAlone(context, displays, () => undo(context, displays)));

async function undo(context: RepositoryContext, displays: Displays): Promise<number> {
  const { program, ledger, repository } = context;
  const events = await ledger.log.since(0, { repository: repository.id, types: landingEvents });
  const last = lastLanding(events);
  if (last === null) throw new CommandError("nothing has landed here that could be taken back", 1);
  const { into, commit, tasks, from, undone = [] } = last.data;
  if (from === undefined)
    throw refused(
      `it is not known where ${into} stood before: it was landed by hand, by a command that was cut off, or by an earlier version`,
    );
  const workspace = await commandWorkspace(context, await requireSettings(context, null));
  const taken = await workspace.integration.takeBack({ branch: into, from: commit, to: from });
  if (taken.kind === "blocked") throw refused(taken.why);
  await ledger.log.append({
    repository: repository.id,
    run: last.run,
    events: [{ type: "land.undone", data: { into, from: commit, to: from, tasks } }],
  });
  return printDone(program, displays, `${into} stands at ${from.slice(0, 12)} again: ${goneWords(tasks, undone)}`, [
    `what was merged is still there: ${brand.bin} land brings it again`,
  ]);
}

/** `2 tasks not landed any more`, `1 undone task landed again`. */
function goneWords(tasks: readonly TaskId[], undone: readonly TaskId[]): string {
  const gone = `${counted(tasks.length, "task")} not landed any more`;
  if (undone.length === 0) return gone;
  const back = `${undone.join(", ")} not undone there any more`;
  return tasks.length === 0 ? back : `${gone}, ${back}`;
}

const refused = (why: string): CommandError =>
  new CommandError(`the last landing stays: ${why}`, 1, [`${brand.bin} revert ID undoes one task by a commit`]);
