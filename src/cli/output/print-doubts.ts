import { eventLine } from "../../view/log/event-lines.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

const shownForMs = 24 * 3_600_000;
/** Older ones stand in the log alone. */
const newest = 5_000;

/** Decisions of the last day that a person should look at again, and what tried to decide in a person's place. */
export async function printDoubts({ ledger, program, repository }: RepositoryContext): Promise<void> {
  const from = Math.max(0, (await ledger.log.head()) - newest);
  const types = ["decision.doubted", "decision.refused"] as const;
  for (const event of await ledger.log.since(from, { repository: repository.id, types })) {
    if (program.clock.now() - event.at > shownForMs) continue;
    const text = eventLine(event)?.text;
    if (text !== undefined) program.out.line(`${event.task === undefined ? "" : `${event.task}: `}${text}`);
  }
}
