import type { NewEvent } from "../../domain/events.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { withSaidMode } from "../../policy/kept-keys.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { RunWriter } from "./run-writer.ts";
import { isOpen, type IndexedTask, type TaskIndex } from "./task-index.ts";

/** What a backlog says now. Tasks of other files (file null: given on the command line) are not its business. */
export interface Backlog {
  readonly file: string | null;
  readonly tasks: readonly { readonly spec: TaskSpec; readonly digest: string }[];
}

export const idsOf = ({ tasks }: Backlog): ReadonlySet<TaskId> => new Set(tasks.map(({ spec }) => spec.id));

export interface SyncParts {
  readonly writer: RunWriter;
  readonly settingsDigest: string;
  readonly pipelineVersion: (spec: TaskSpec) => number;
  /** Whether it was worked on, or is just being started. */
  readonly hasBegun: (task: IndexedTask) => boolean;
}

/** The file that named each task last; one that none ever named was given on the command line. */
export async function filesOfTasks(log: EventLog, repository: RepositoryId): Promise<ReadonlyMap<TaskId, string>> {
  const files = new Map<TaskId, string>();
  for (const event of await log.since(0, { repository, types: ["backlog.read"] })) {
    if (event.type !== "backlog.read") continue;
    for (const task of [...event.data.added, ...event.data.changed]) files.set(task, event.data.file);
  }
  return files;
}

/** What a person added beside the backlog does not get lost in silence. */
const replaced = ({ id, spec }: IndexedTask): NewEvent => {
  const text = `the backlog has a task ${id} of its own, which takes the place of the one that was added: ${spec.goal}`;
  return { type: "note", task: id, data: { level: "warn", text } };
};

/** Its id is that of a part. */
const hidden = (said: TaskId, { id, spec: { parent } }: IndexedTask): NewEvent => {
  const text = `the backlog has a task ${said} of its own, which is not done: ${id} is a part of ${parent}; give it another id`;
  return { type: "note", task: id, data: { level: "warn", text } };
};

/**
 * Takes a backlog over: new tasks are added, tasks that have not begun get their new text, unfinished ones become a question,
 * finished ones are shown as stale, until the file says again what they were made from. Nothing that was worked on is ever
 * dropped by a file.
 */
export async function syncBacklog(
  parts: SyncParts,
  index: TaskIndex,
  backlog: Backlog,
  fileOf: ReadonlyMap<TaskId, string>,
): Promise<void> {
  const events: NewEvent[] = [];
  const diff = { added: [] as TaskId[], changed: [] as TaskId[], removed: [] as TaskId[] };
  const partsByName = new Map(
    [...index.all()].flatMap((task) =>
      task.spec.parent === undefined ? [] : [[task.id.toLowerCase(), task] as const],
    ),
  );
  for (const { spec, digest } of backlog.tasks) {
    const known = index.get(spec.id) ?? partsByName.get(spec.id.toLowerCase());
    if (known === undefined) {
      diff.added.push(spec.id);
      events.push({
        type: "task.added",
        task: spec.id,
        data: { spec, digest, settingsDigest: parts.settingsDigest, pipelineVersion: parts.pipelineVersion(spec) },
      });
    } else if (known.spec.parent !== undefined) {
      if (fileOf.has(spec.id)) continue;
      diff.changed.push(spec.id);
      events.push(hidden(spec.id, known));
    } else if (parts.hasBegun(known)) {
      const says = known.digest === digest ? null : digest;
      if (says === known.staleDigest) continue;
      if (says !== null) diff.changed.push(spec.id);
      events.push({ type: "task.stale", task: spec.id, data: { digest } });
    } else if (known.digest !== digest) {
      diff.changed.push(spec.id);
      if (!fileOf.has(spec.id)) events.push(replaced(known));
      events.push({ type: "task.changed", task: spec.id, data: { spec: withSaidMode(known.spec, spec), digest } });
    }
  }
  const names = new Set(backlog.tasks.map(({ spec }) => spec.id));
  for (const task of index.all()) {
    // Parts are not the file's: what becomes of them is their parent's to say.
    if (names.has(task.id) || !isOpen(task) || task.spec.parent !== undefined) continue;
    if (!fileOf.has(task.id) && task.staleDigest === "") {
      // An earlier version took a task of the command line for one that is gone from the file.
      events.push({ type: "task.stale", task: task.id, data: { digest: task.digest } });
    }
    if (backlog.file === null || fileOf.get(task.id) !== backlog.file || task.staleDigest === "") continue;
    diff.removed.push(task.id);
    if (parts.hasBegun(task)) events.push({ type: "task.stale", task: task.id, data: { digest: null } });
    else events.push({ type: "task.dropped", task: task.id, data: { reason: "removed from the backlog" } });
  }
  if (events.length === 0) return;
  if (backlog.file !== null) events.unshift({ type: "backlog.read", data: { file: backlog.file, ...diff } });
  await parts.writer.append(events);
  await index.refresh();
}
