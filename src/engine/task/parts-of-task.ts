import type { TaskId } from "../../domain/ids.ts";
import type { NewEvent } from "../../domain/events.ts";
import type { Actor } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { toJson } from "../../domain/json.ts";
import { digestOf } from "../writing/digest.ts";
import type { RunnerParts } from "./runner-parts.ts";

/** What the pipeline of a task that is split needs of its parts. */
export interface PartsOfTask {
  /** All that were ever split off it, those of earlier generations too, oldest first. */
  rows(): Promise<readonly TaskRow[]>;
  /** The task of this id, whoever's it is. */
  get(id: TaskId): Promise<TaskRow | null>;
  /** What the last reviewer said of a part; null: nobody did. */
  report(id: TaskId): Promise<string | null>;
  /** What makes tasks of parts. */
  added(specs: readonly TaskSpec[]): readonly NewEvent[];
  /** What has a part tried again, as if a person had asked for it. */
  retried(id: TaskId, by: string, text: string | null): NewEvent;
}

export function partsOfTask(parts: RunnerParts, { id: parent }: TaskRow): PartsOfTask {
  const { ledger, repository, clock, newId, settingsDigest, pipelines } = parts;
  return {
    rows: () => ledger.tasks.list(repository, { parent }),
    get: (id) => ledger.tasks.get(repository, id),
    report: async (id) => {
      const row = await ledger.tasks.get(repository, id);
      if (row === null) return null;
      const results = await ledger.tasks.results(repository, id, row.generation);
      const said = results.map(({ result }) => (isReview(result) ? result.summary : null));
      return said.findLast((text) => text !== null) ?? null;
    },
    added: (specs) =>
      specs.map((spec) => ({
        type: "task.added",
        task: spec.id,
        data: {
          spec,
          digest: digestOf(toJson(spec)),
          settingsDigest,
          pipelineVersion: pipelines[spec.mode]?.version ?? 0,
        },
      })),
    retried: (task, by, text) => {
      const actor: Actor = { kind: "engine", name: by, pid: null };
      const command = { kind: "retry", task, model: null, text } as const;
      return { type: "command.given", data: { given: { id: newId(), command, actor, givenAt: clock.now() } } };
    },
  };
}

const isReview = (result: unknown): result is { readonly summary: string } =>
  typeof result === "object" &&
  result !== null &&
  "kind" in result &&
  result.kind === "reviewed" &&
  "summary" in result &&
  typeof result.summary === "string";
