import type { Actor } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { toJson } from "../../domain/json.ts";
import { digestOf } from "../writing/digest.ts";
import type { PartsOfTask } from "./pipeline.ts";
import type { RunnerParts } from "./runner-parts.ts";

export function partsOfTask(parts: RunnerParts, { id: parent }: TaskRow): PartsOfTask {
  const { ledger, repository, clock, newId, settingsDigest, pipelines } = parts;
  return {
    rows: () => ledger.tasks.list(repository, { parent }),
    get: (id) => ledger.tasks.get(repository, id),
    taken: async (ids) => {
      const used = new Set((await ledger.tasks.list(repository)).map(({ id }) => id.toLowerCase()));
      return new Set(ids.filter((id) => used.has(id.toLowerCase())));
    },
    holds: async (id) => {
      const row = await ledger.tasks.get(repository, id);
      if (row?.state !== "DONE" || row.mergeCommit !== null) return row?.state === "DONE";
      const filter = { repository, task: id, types: ["merge.done", "merge.reverted"], limit: 1, last: true } as const;
      return (await ledger.log.since(0, filter))[0]?.type !== "merge.reverted";
    },
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
