import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Command, GivenCommand } from "../../domain/question.ts";
import { takenUp } from "../../domain/roadmap.ts";
import { whyNot } from "../../policy/roadmap-request.ts";
import { isTerminal, type Mode } from "../../domain/task.ts";
import { withoutGeneration } from "../../domain/unit-key.ts";
import { sayMode } from "../../policy/kept-keys.ts";
import type { Ledger } from "../ports/ledger.ts";
import { whyTooLate } from "../task/family.ts";
import type { Interrupt } from "../task/runner-parts.ts";
import { StartOver } from "../waiting/interrupts.ts";
import { keptByMode, overInMode } from "./mode-change.ts";
import type { RunWriter } from "./run-writer.ts";

/** later: another command for the task is under way, or its lease is another engine's, which may be dead. */
export type Interrupted = "begun" | "unknown" | "later";

export interface CommandParts {
  readonly ledger: Ledger;
  readonly repository: RepositoryId;
  readonly writer: RunWriter;
  readonly isRunning: (task: TaskId) => boolean;
  /** Whether a task is being ended or begun anew for this command. */
  readonly isUnderWay: (command: string) => boolean;
  readonly interrupt: (task: TaskId, interrupt: Interrupt) => Promise<Interrupted>;
}

/**
 * Takes what people asked for, each once; a command that cannot be done is taken too and says why. What is to become of a task is
 * taken by the task itself, together with what it makes of it: until then it is looked at again.
 */
export async function takeCommands(parts: CommandParts): Promise<void> {
  const { ledger, repository, writer } = parts;
  for (const { id } of await ledger.decisions.pending(repository)) {
    if (parts.isUnderWay(id)) continue;
    // What was under way when they were read may be taken by now.
    const given = (await ledger.decisions.pending(repository)).find((one) => one.id === id);
    if (given === undefined) continue;
    const result = await apply(parts, given);
    if (result !== null) await writer.append([{ type: "command.taken", data: { id: given.id, result } }]);
  }
}

async function apply(parts: CommandParts, given: GivenCommand): Promise<string | null> {
  const { ledger, repository, writer } = parts;
  const { command, actor } = given;
  switch (command.kind) {
    case "pause":
      await writer.append([{ type: "run.paused", data: { actor } }]);
      return "paused";
    case "resume":
      await writer.append([{ type: "run.resumed", data: { actor } }]);
      return "resumed";
    case "stop":
      await writer.append([{ type: "run.stopping", data: { now: command.now, actor } }]);
      return "stopping";
    case "abort": {
      const row = await ledger.tasks.get(repository, command.task);
      if (row !== null && isTerminal(row.state)) return `${command.task} is ${row.state} already`;
      return await interruptTask(parts, command.task, {
        kind: "fail",
        failure: { type: "aborted", reason: null, message: command.reason },
        command: given.id,
      });
    }
    case "skip_stage":
    case "reopen_stage": {
      const row = await ledger.tasks.get(repository, command.task);
      if (row === null) return `${command.task} is not known here`;
      if (isTerminal(row.state)) return `${command.task} is ${row.state} already`;
      const detail = await ledger.tasks.detail(repository, command.task);
      if (detail?.roadmap === undefined) return `${command.task} has no stages`;
      const { stage } = command;
      const refused = whyNot(
        detail.roadmap,
        command.kind === "skip_stage" ? { op: "skip", stage } : { op: "reopen", stage, because: command.because },
      );
      return refused ?? takenUp;
    }
    case "mode":
      return await changeMode(parts, given.id, command.task, command.mode, actor.name);
    case "again":
    case "reopen":
    case "retry":
    case "rewind": {
      const over = await overOf(parts, command, actor.name);
      return typeof over === "string"
        ? over
        : await interruptTask(parts, command.task, { kind: "start_over", by: over, command: given.id });
    }
  }
}

/** Where it has not begun its text is another from now on; one that is just about to waits until it has. */
async function changeMode(
  parts: CommandParts,
  command: string,
  task: TaskId,
  mode: Mode,
  by: string,
): Promise<string | null> {
  const { ledger, repository, writer } = parts;
  const row = await ledger.tasks.get(repository, task);
  if (row === null) return `${task} is not known here`;
  const kept = await keptByMode(ledger, repository, row, mode);
  if (kept.kind === "refused") return kept.why;
  if (row.generation > 0)
    return await interruptTask(parts, task, { kind: "start_over", by: overInMode(row, mode, kept, by), command });
  if (parts.isRunning(task)) return null;
  const data = { spec: sayMode(row.spec, mode, by), digest: row.digest };
  await writer.append([{ type: "task.changed", task, data }]);
  return "done";
}

async function interruptTask(parts: CommandParts, task: TaskId, interrupt: Interrupt): Promise<string | null> {
  return (await parts.interrupt(task, interrupt)) === "unknown" ? `${task} is not known here` : null;
}

type TaskCommand = Extract<Command, { kind: "again" | "reopen" | "retry" | "rewind" }>;

/** Which keys the new generation keeps; a string says why it cannot be. */
async function overOf(parts: CommandParts, command: TaskCommand, by: string): Promise<StartOver | string> {
  const row = await parts.ledger.tasks.get(parts.repository, command.task);
  if (row === null) return `${command.task} is not known here`;
  if (row.generation === 0) return `${command.task} has not begun`;
  const tooLate = await whyTooLate(parts.ledger, row);
  if (tooLate !== null) return tooLate;
  if (command.kind === "again") return new StartOver(`done again for ${by}`, () => false, null, null);
  if (command.kind === "reopen") {
    const { reopens, text } = command;
    // Done again, undone or dropped meanwhile: there is nothing to reopen any more.
    if (row.state !== "DONE" || row.mergeCommit !== reopens.commit) return `${command.task} is not merged any more`;
    return new StartOver(`${reopens.check} is red by it`, () => false, null, text, null, reopens);
  }
  if (command.kind === "retry") {
    const unit = await lastUnit(parts, command.task);
    return new StartOver(
      `retried by ${by}`,
      (key) => unit === null || unitOf(key) !== unit,
      command.model,
      command.text,
    );
  }
  const point = command.to;
  if (point.startsWith("snapshot/"))
    return await toSnapshot(parts, command.task, Number(point.slice("snapshot/".length)), by);
  const unit = pointUnit(point);
  const units = new Set((await keysOf(parts, command.task)).map(unitOf));
  if (!units.has(unit)) return `${command.task} has not come to ${point}`;
  return new StartOver(`rewound to ${point} by ${by}`, (key) => unitOf(key) !== unit, null, null);
}

async function toSnapshot(parts: CommandParts, task: TaskId, n: number, by: string): Promise<StartOver | string> {
  const events = await parts.ledger.log.since(0, {
    repository: parts.repository,
    task,
    types: ["key.committed", "snapshot.made"],
  });
  const made = events.find((event) => event.type === "snapshot.made" && event.data.n === n);
  if (made?.type !== "snapshot.made") return `${task} has no snapshot ${n}`;
  const before = new Set<string>();
  for (const event of events)
    if (event.type === "key.committed" && event.pos < made.pos) before.add(withoutGeneration(event.data.key));
  return new StartOver(`rewound to snapshot ${n} by ${by}`, (key) => before.has(key), null, null, made.data.commit);
}

/** The part of the work that was under way last: a step, the plan, the gate. */
async function lastUnit(parts: CommandParts, task: TaskId): Promise<string | null> {
  const last = (await keysOf(parts, task)).at(-1);
  return last === undefined ? null : unitOf(last);
}

/** What a task has committed in its generation, oldest first, without the generation. */
async function keysOf({ ledger, repository }: CommandParts, task: TaskId): Promise<readonly string[]> {
  const row = await ledger.tasks.get(repository, task);
  const results = row === null ? [] : await ledger.tasks.results(repository, task, row.generation);
  return results.map(({ key }) => withoutGeneration(key));
}

/** main/S1/implement/2 belongs to the unit main/S1, road/checks/ST1.1/2 to road/checks/ST1.1. */
const unitOf = (key: string): string =>
  key
    .split("/")
    .slice(0, key.startsWith("road/") ? 3 : 2)
    .join("/");

/** A stage is gone back to where it was first opened, ST1.2 to where it was opened for the second time. */
const pointUnit = (point: string): string =>
  /^ST\d+(\.\d+)?$/.test(point) ? `road/open/${point}${point.includes(".") ? "" : ".1"}` : `main/${point}`;
