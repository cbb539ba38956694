import { takenUp, type RoadmapRequest } from "../../domain/roadmap.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { RunnerParts } from "./runner-parts.ts";

/** What people asked of a task's roadmap since its first revision and was not refused, oldest first: what was asked of an earlier one is over. */
export async function roadmapRequests(
  { ledger, repository }: Pick<RunnerParts, "ledger" | "repository">,
  { id }: Pick<TaskRow, "id">,
): Promise<readonly RoadmapRequest[]> {
  const revised = await ledger.log.since(0, { repository, task: id, types: ["roadmap.revised"] });
  const first = revised.findLast((event) => event.type === "roadmap.revised" && event.data.rev === 1);
  if (first === undefined) return [];
  const told = await ledger.log.since(first.pos, { repository, types: ["command.given", "command.taken"] });
  const taken = new Set(
    told.flatMap(({ type, data }) => (type === "command.taken" && data.result === takenUp ? [data.id] : [])),
  );
  return told.flatMap((event): RoadmapRequest[] => {
    if (event.type !== "command.given" || !taken.has(event.data.given.id)) return [];
    const { id: command, command: asked, actor } = event.data.given;
    if ((asked.kind !== "skip_stage" && asked.kind !== "reopen_stage") || asked.task !== id) return [];
    const because = asked.kind === "reopen_stage" ? asked.because : null;
    const op = asked.kind === "skip_stage" ? "skip" : "reopen";
    return [{ id: command, by: actor.name, because, op, stage: asked.stage }];
  });
}
