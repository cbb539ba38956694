import { z } from "zod";

import { partKeys, splitKey, type Part } from "../domain/parts.ts";
import type { TaskId } from "../domain/ids.ts";
import { isTerminal } from "../domain/task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Given } from "../engine/writing/questions.ts";

/** The generation of each part that was FAILED when it was given back: that failure is settled. */
type Tried = Readonly<Record<TaskId, number>>;

const triedSchema = z.object({ tried: z.record(z.string(), z.number()) });
const endSchema = z.object({
  done: z.array(z.string()),
  failed: z.array(z.object({ id: z.string(), why: z.string() })),
});
type End = z.infer<typeof endSchema>;
const nextSchema = z.object({
  left: z.array(z.string()),
  rest: z.array(z.string()),
  tried: z.record(z.string(), z.number()),
});
type Next = z.infer<typeof nextSchema>;

/** Waits until all parts are over. One that fails is a question: a person decides what becomes of it. Returns what the task does itself after all. */
export async function awaitParts(work: TaskWork, parts: readonly Part[]): Promise<readonly Part[]> {
  let { tried } = await takeUp(work, parts);
  let left = parts;
  let rest: readonly Part[] = [];
  for (let n = 1; ; n += 1) {
    const key = `${partKeys}${n}`;
    const end = await nextEnd(work, key, left, tried);
    if (end.failed.length === 0) return rest;
    const given = await askAboutFailed(work, key, end, left);
    if (given.action === "abort")
      throw new TaskFailed({ type: "aborted", reason: "parts", message: given.text ?? `aborted by ${given.by}` });
    const next = await follow(work, key, given, end, left, tried);
    const of = (ids: readonly string[]): readonly Part[] => parts.filter(({ id }) => ids.includes(id));
    left = of(next.left);
    rest = [...rest, ...of(next.rest)];
    tried = next.tried;
  }
}

/** Parts that failed with their parent are tried again when that is. */
async function takeUp(work: TaskWork, parts: readonly Part[]): Promise<{ readonly tried: Tried }> {
  const { task } = work;
  return await task.once(
    `${partKeys}begin`,
    { inputs: {}, result: triedSchema, reason: "its parts" },
    async (effect) => {
      const { restartReason, generation } = task;
      // Parts of this generation have only just been split off.
      if (restartReason?.keep.includes(splitKey) !== true) return { tried: {} };
      effect.record({ type: "task.split", data: { generation, parts, why: "taken up again" } });
      const failed = (await work.parts.rows()).filter((row) => row.state === "FAILED" && isOne(parts, row.id));
      for (const { id } of failed) effect.record(work.parts.retried(id, `${task.id}, begun again`, restartReason.text));
      return { tried: Object.fromEntries(failed.map((row) => [row.id, row.generation])) };
    },
  );
}

const isOne = (parts: readonly Part[], task: TaskId): boolean => parts.some(({ id }) => id === task);

async function nextEnd(work: TaskWork, key: string, left: readonly Part[], tried: Tried): Promise<End> {
  return await work.task.awaitOutcome(
    key,
    {
      inputs: { parts: left.map(({ id }) => id) },
      result: endSchema,
      reason: ({ failed }) =>
        failed.length === 0 ? "its parts are done" : `${failed.map(({ id }) => id).join(", ")} failed`,
    },
    { kind: "parts", untilMs: null, reason: "its parts" },
    async () => {
      const rows = await work.parts.rows();
      const byId = new Map(rows.map((row) => [row.id, row]));
      const failed: { id: string; why: string }[] = [];
      for (const { id } of left) {
        const row = byId.get(id);
        if (row === undefined) failed.push({ id, why: "it was taken away" });
        else if (row.state === "FAILED" && row.generation > (tried[id] ?? 0))
          failed.push({ id, why: row.failure?.message ?? "it failed" });
      }
      const done = left.map(({ id }) => id).filter((id) => byId.get(id)?.state === "DONE");
      if (failed.length > 0) return { done, failed };
      // Also those that it goes on without are over first: nothing of a task runs when that is done.
      return done.length === left.length && rows.every(({ state }) => isTerminal(state)) ? { done, failed } : null;
    },
  );
}

async function askAboutFailed(work: TaskWork, key: string, end: End, left: readonly Part[]): Promise<Given> {
  const { id } = work.task;
  const names = end.failed.map((part) => part.id).join(", ");
  const open = left.filter((part) => !end.done.includes(part.id)).map((part) => part.id);
  const lost = lostWith(end, left).filter((part) => !end.failed.some((one) => one.id === part));
  const also =
    lost.length === 0 ? "" : `, and without ${lost.join(", ")}, which ${lost.length === 1 ? "needs" : "need"} it`;
  return await work.task.ask(`${key}/person`, {
    kind: "parts",
    reason: "part_failed",
    text: `${names} failed, of the parts of ${id}: ${end.failed.map(({ why }) => why).join("; ")}. Retry it; keep: ${id} goes on without it${also}, and what it was for stays unmet; restart: ${id} does itself, as a whole, what is not done by then; or abort ${id} with all its parts.`,
    actions: ["retry", "keep", "restart", "abort"],
    returnState: "IMPLEMENTING",
    evidence: {
      failed: end.failed.map((part) => `${part.id}: ${part.why}`),
      done: end.done,
      open,
    },
    to: ({ action }) => (action === "abort" ? null : "IMPLEMENTING"),
  });
}

/** The failed ones, and what needs them. */
function lostWith({ failed }: End, left: readonly Part[]): readonly TaskId[] {
  const lost = new Set(failed.map(({ id }) => id));
  for (let before = -1; before < lost.size;) {
    before = lost.size;
    for (const { id, needs } of left) if (needs.some((need) => lost.has(need))) lost.add(id);
  }
  return [...lost];
}

async function follow(
  work: TaskWork,
  key: string,
  given: Given,
  end: End,
  left: readonly Part[],
  tried: Tried,
): Promise<Next> {
  const { task, parts } = work;
  const all = left.map(({ id }) => id);
  return await task.once(
    `${key}/next`,
    { inputs: { action: given.action }, result: nextSchema, reason: `${given.action} by ${given.by}` },
    async (effect): Promise<Next> => {
      const rows = new Map((await parts.rows()).map((row) => [row.id, row]));
      if (given.action === "retry") {
        const again = { ...tried };
        for (const { id } of end.failed) {
          const row = rows.get(id);
          // A person may have given it back by themselves meanwhile.
          if (row?.state !== "FAILED") continue;
          effect.record(parts.retried(id, given.by, given.text));
          again[id] = row.generation;
        }
        return { left: all.filter((id) => rows.has(id)), rest: [], tried: again };
      }
      // Who was given back by hand meanwhile is not gone without.
      const failed = end.failed.filter(({ id }) => (rows.get(id)?.state ?? "FAILED") === "FAILED");
      const lost = lostWith({ ...end, failed }, left);
      const isGone = (id: TaskId): boolean =>
        given.action === "keep" ? lost.includes(id) : rows.get(id)?.state !== "DONE";
      const kept = left.filter(({ id }) => !isGone(id));
      const gone = all.filter(isGone);
      if (gone.length === 0) return { left: all, rest: [], tried: { ...tried } };
      const why = given.action === "keep" ? `without ${gone.join(", ")}` : `${gone.join(", ")} are done as a whole`;
      effect.record({ type: "task.split", data: { generation: task.generation, parts: kept, why } });
      return { left: kept.map(({ id }) => id), rest: given.action === "keep" ? [] : gone, tried: { ...tried } };
    },
  );
}
