import type { RepositoryId, RunId, TaskId } from "../domain/ids.ts";
import type { Command, GivenCommand } from "../domain/question.ts";
import { StartOver } from "./interrupts.ts";
import type { Ledger } from "./ports.ts";
import type { Interrupt } from "./task-runner.ts";

export interface CommandParts {
  readonly ledger: Ledger;
  readonly repository: RepositoryId;
  readonly run: RunId;
  readonly interrupt: (task: TaskId, interrupt: Interrupt) => Promise<boolean>;
}

/** Takes what people asked for, each once; a command that cannot be done is taken too and says why. */
export async function takeCommands(parts: CommandParts): Promise<void> {
  const { ledger, repository, run } = parts;
  for (const given of await ledger.decisions.pending(repository)) {
    const result = await apply(parts, given);
    await ledger.log.append({ repository, run, events: [{ type: "command.taken", data: { id: given.id, result } }] });
  }
}

async function apply(parts: CommandParts, given: GivenCommand): Promise<string> {
  const { ledger, repository, run } = parts;
  const { command, actor } = given;
  switch (command.kind) {
    case "pause":
      await ledger.log.append({ repository, run, events: [{ type: "run.paused", data: { actor } }] });
      return "paused";
    case "resume":
      await ledger.log.append({ repository, run, events: [{ type: "run.resumed", data: { actor } }] });
      return "resumed";
    case "stop":
      await ledger.log.append({
        repository,
        run,
        events: [{ type: "run.stopping", data: { now: command.now, actor } }],
      });
      return "stopping";
    case "abort":
      return await interruptTask(parts, command.task, {
        kind: "fail",
        failure: { type: "aborted", reason: null, message: command.reason },
      });
    case "again":
    case "retry":
    case "rewind": {
      const over = await overOf(parts, command, actor.name);
      return typeof over === "string"
        ? over
        : await interruptTask(parts, command.task, { kind: "start_over", by: over });
    }
  }
}

async function interruptTask(parts: CommandParts, task: TaskId, interrupt: Interrupt): Promise<string> {
  return (await parts.interrupt(task, interrupt)) ? "done" : `${task} is not known here, or another engine runs it`;
}

type TaskCommand = Extract<Command, { kind: "again" | "retry" | "rewind" }>;

/** Which keys the new generation keeps; a string says why it cannot be. */
async function overOf(parts: CommandParts, command: TaskCommand, by: string): Promise<StartOver | string> {
  if (command.kind === "again") return new StartOver(`done again for ${by}`, () => false, null, null);
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
  return new StartOver(`rewound to ${point} by ${by}`, (key) => unitOf(key) !== `main/${point}`, null, null);
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
    if (event.type === "key.committed" && event.pos < made.pos)
      before.add(event.data.key.slice(event.data.key.indexOf("/") + 1));
  return new StartOver(`rewound to snapshot ${n} by ${by}`, (key) => before.has(key), null, null, made.data.commit);
}

/** The part of the work that was under way last: a step, the plan, the gate. */
async function lastUnit(parts: CommandParts, task: TaskId): Promise<string | null> {
  const row = await parts.ledger.tasks.get(parts.repository, task);
  if (row === null) return null;
  const results = await parts.ledger.tasks.results(parts.repository, task, row.generation);
  const last = results.at(-1);
  return last === undefined ? null : unitOf(last.key.slice(last.key.indexOf("/") + 1));
}

/** main/S1/implement/2 belongs to the unit main/S1. */
const unitOf = (key: string): string => key.split("/").slice(0, 2).join("/");
