import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { landingEvents, lastLanding } from "../../policy/landed.ts";
import { counted } from "../../view/text/amounts.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";

/** Takes the last landing back, as long as nothing can be built on it. */
export const command = (program: Program, _input: InputOf<"undo">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const events = await ledger.log.since(0, { repository: repository.id, types: landingEvents });
    const last = lastLanding(events);
    if (last === null) throw new CommandError("nothing has landed here that could be taken back", 1);
    const { into, commit, tasks, from } = last.data;
    if (from === undefined) throw refused("an earlier version has landed it, and did not note where the branch stood");
    const workspace = await commandWorkspace(context, await requireSettings(context, null));
    const taken = await workspace.integration.takeBack({ branch: into, from: commit, to: from });
    if (taken.kind === "blocked") throw refused(taken.why);
    await ledger.log.append({
      repository: repository.id,
      run: last.run,
      events: [{ type: "land.undone", data: { into, from: commit, to: from, tasks } }],
    });
    return printDone(
      program,
      displays,
      `${into} stands at ${from.slice(0, 12)} again: ${counted(tasks.length, "task")} not landed any more`,
      [`what was merged is still there: ${brand.bin} land brings it again`],
    );
  });

const refused = (why: string): CommandError =>
  new CommandError(`the last landing stays: ${why}`, 1, [`${brand.bin} revert ID undoes one task by a commit`]);
