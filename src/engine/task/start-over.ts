import type { NewEvent } from "../../domain/events.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskSpec, TaskState } from "../../domain/task.ts";
import { withoutGeneration } from "../../domain/unit-key.ts";
import { withSaidMode } from "../../policy/kept-keys.ts";
import type { StartOver } from "../waiting/interrupts.ts";
import { openQuestions, withdrawals } from "../writing/questions.ts";
import type { TaskWriter } from "../writing/task-writer.ts";
import { legalPath } from "./durable-task.ts";
import type { RunnerParts } from "./runner-parts.ts";

/**
 * Begins the next generation in one transaction: the keys it keeps, the moves to where they lead, the settings of now, and that
 * the command is `taken` that asked for it.
 * Returns the state it leads to.
 */
export async function startOver(
  parts: RunnerParts,
  row: TaskRow,
  writer: TaskWriter,
  over: StartOver,
  taken: readonly NewEvent[],
): Promise<TaskState> {
  const { keep, to } = await pointOf(parts, row, over);
  const generation = row.generation + 1;
  const changed = changedText(parts, row, over);
  const pipeline = parts.pipelines[changed?.spec.mode ?? row.spec.mode];
  const open = await openQuestions(parts.ledger, parts.repository, row.id);
  const path = legalPath(writer.state, to);
  const events: NewEvent[] = [...withdrawals(open, over.reason)];
  for (const [index, next] of path.entries()) {
    const from = path[index - 1];
    if (from !== undefined) events.push({ type: "task.moved", data: { from, to: next, reason: over.reason } });
  }
  if (changed !== null) events.push({ type: "task.changed", data: changed });
  if (over.spec !== null && row.staleDigest !== null)
    events.push({ type: "task.stale", data: { digest: row.staleDigest === "" ? null : row.staleDigest } });
  events.push(
    {
      type: "task.restarted",
      data: {
        generation,
        keep,
        reason: over.reason,
        to,
        commit: over.commit,
        model: over.model,
        text: over.text,
        ...(over.reopens === null ? {} : { reopens: over.reopens }),
      },
    },
    {
      type: "task.begun",
      data: {
        generation,
        settingsDigest: parts.settingsDigest,
        pipelineVersion: pipeline?.version ?? row.pipelineVersion,
      },
    },
    ...taken,
  );
  await writer.append(events);
  return to;
}

/** What a person says otherwise leaves open what the file says otherwise; without that a new generation has the file's text. */
function changedText(
  parts: RunnerParts,
  { id, spec, digest, staleDigest }: TaskRow,
  over: StartOver,
): { readonly spec: TaskSpec; readonly digest: string } | null {
  if (over.spec !== null) return { spec: over.spec, digest };
  const current = staleDigest === null ? null : parts.currentSpec(id);
  return current === null ? null : { ...current, spec: withSaidMode(spec, current.spec) };
}

/** Keys are kept up to the first that is not; the task is then in the state it had after the last of them. */
async function pointOf(
  parts: RunnerParts,
  row: TaskRow,
  over: StartOver,
): Promise<{ readonly keep: readonly string[]; readonly to: TaskState }> {
  const events = await parts.ledger.log.since(0, {
    repository: parts.repository,
    task: row.id,
    types: ["key.committed", "task.moved"],
  });
  const results = await parts.ledger.tasks.results(parts.repository, row.id, row.generation);
  const states = new Map<string, TaskState>();
  let state: TaskState = "NEW";
  for (const event of events) {
    if (event.type === "task.moved") state = event.data.to;
    else if (event.type === "key.committed") states.set(withoutGeneration(event.data.key), state);
  }
  const keep: string[] = [];
  let to: TaskState = "NEW";
  for (const { key } of results) {
    const name = withoutGeneration(key);
    if (!over.keep(name)) break;
    keep.push(name);
    to = states.get(name) ?? to;
  }
  return { keep, to: to === "AWAITING_HUMAN" || to === "DONE" || to === "FAILED" ? "NEW" : to };
}
