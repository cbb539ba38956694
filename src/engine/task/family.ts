import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { RunnerParts } from "./runner-parts.ts";

/** What a task shares with its parts, and a part with its parent. */

/** What people noted for a task; for a part also what they noted for its parent. */
export async function notesOf(
  parts: Pick<RunnerParts, "ledger" | "repository">,
  { id, spec }: TaskRow,
): Promise<readonly string[]> {
  const own = await noted(parts, id);
  return spec.parent === undefined ? own : [...(await noted(parts, spec.parent)), ...own];
}

async function noted(
  { ledger, repository }: Pick<RunnerParts, "ledger" | "repository">,
  task: TaskId,
): Promise<readonly string[]> {
  const events = await ledger.log.since(0, { repository, task, types: ["task.added", "task.noted"] });
  // What a backlog dropped and names anew is another task.
  const last = events.findLastIndex(({ type }) => type === "task.added");
  return events.slice(last + 1).flatMap((event) => (event.type === "task.noted" ? [event.data.text] : []));
}

/**
 * The task's own time limit counts the time its models and checks worked, not the time it waited or nobody was there. Its parts
 * have it together with it.
 */
export async function timeLeft(
  { ledger, repository }: Pick<RunnerParts, "ledger" | "repository">,
  { id, spec }: TaskRow,
): Promise<number | null> {
  if (spec.timeoutMs === null) return null;
  const head = spec.parent ?? id;
  const parts = await ledger.tasks.list(repository, { parent: head });
  let used = 0;
  for (const task of [head, ...parts.map((part) => part.id)]) {
    const detail = await ledger.tasks.detail(repository, task);
    const tries = (detail?.calls ?? []).flatMap((call) => call.tries).filter(({ outcome }) => outcome !== "crashed");
    for (const { durationMs } of [...tries, ...(detail?.checks ?? [])]) used += durationMs ?? 0;
  }
  return spec.timeoutMs - used;
}

/** A part is begun again only as long as its parent waits for it. Null: it may be; else why not, and what may be done. */
export async function whyTooLate(
  { tasks }: { readonly tasks: Pick<Ledger["tasks"], "get" | "results"> },
  { id, repository, spec: { parent } }: TaskRow,
): Promise<string | null> {
  const of = parent === undefined ? null : await tasks.get(repository, parent);
  if (of === null) return null;
  const again = `${brand.bin} run --again ${of.id} does all of that over`;
  if (of.state === "DONE") return `${id} is a part of ${of.id}, which is done; ${again}`;
  if (of.state === "FAILED")
    return `${id} is a part of ${of.id}, which failed; ${brand.bin} task ${of.id} --retry goes on with both`;
  const joined = (await tasks.results(repository, of.id, of.generation)).some(({ key }) =>
    key.includes("/main/joined/"),
  );
  return joined ? `${id} is a part of ${of.id}, which has taken up what its parts brought; ${again}` : null;
}

/** What a task is undone and done again with: for a part of what is done that. */
export async function wholeOf(
  { tasks }: { readonly tasks: Pick<Ledger["tasks"], "get"> },
  row: TaskRow,
): Promise<TaskRow> {
  const { parent } = row.spec;
  const of = parent === undefined ? null : await tasks.get(row.repository, parent);
  return of?.state === "DONE" ? of : row;
}
