import type { TaskId } from "../../domain/ids.ts";
import { countWhole } from "../../domain/parts.ts";
import { proofWords } from "../../domain/proof.ts";
import { landedOn, landingEvents } from "../../policy/landed.ts";
import { counted } from "../../view/text/amounts.ts";
import { landingPlace } from "../inputs/landing-place.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { outcomeOf } from "../wiring/command-gate.ts";
import { quietly } from "../wiring/quiet-program.ts";
import { command as land } from "../commands/land.ts";

const mostNamed = 12;

/** The branch on the first line, "" where nothing would land; then what `land` would bring there, for a person to look at. */
export async function landingPreview(context: RepositoryContext): Promise<string> {
  const { ledger, repository } = context;
  const quiet = { ...context, program: { ...context.program, mayAsk: false } };
  const { run, into } = await landingPlace(quiet, undefined);
  const events = await ledger.log.since(0, { repository: repository.id, types: landingEvents });
  const { waiting, undone } = landedOn(events, { into, integration: run.integration });
  if (waiting.size + undone.size === 0)
    return `\n${into} has all that was merged, as far as this program has landed it.`;
  const all = await ledger.tasks.list(repository.id);
  const rows = new Map(all.map((row) => [row.id, row]));
  const named = (id: TaskId): string => {
    const row = rows.get(id);
    const proof = row?.proof == null ? "nobody measured what proves it" : proofWords(row.proof);
    return `  ${id}  ${row?.spec.goal ?? ""} (${proof})`;
  };
  const tasks = [...waiting.keys()];
  return [
    into,
    `${counted(countWhole(tasks, all), "task")} would go from ${run.integration} to ${into}:`,
    ...tasks.slice(0, mostNamed).map(named),
    ...(tasks.length > mostNamed ? [`  and ${tasks.length - mostNamed} more`] : []),
    ...(undone.size === 0 ? [] : [`undone there, as they were reverted: ${[...undone.keys()].join(", ")}`]),
    `Where ${into} has commits of its own the checks run on both together first; red or in conflict, nothing moves. The command undo takes a landing back.`,
  ].join("\n");
}

/** Does it as the command does, and says in one line what came of it. */
export const landOn = async (context: RepositoryContext, into: string): Promise<string> =>
  outcomeOf(
    await quietly(context.program, (program) =>
      land(program, { task: [], into, trust: false }, { json: false, plain: false, detach: false }),
    ),
  );
