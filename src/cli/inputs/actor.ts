import { userInfo } from "node:os";

import { brand, tokenName } from "../../domain/brand.ts";
import type { NewEvent } from "../../domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../../domain/ids.ts";
import type { Actor } from "../../domain/question.ts";
import type { Batch } from "../../engine/ports/event-log.ts";
import { judgeCaller, type Verdict } from "../../policy/person.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { repositoryHere, withLedger, type CommandContext } from "../wiring/command-context.ts";
import { callerFacts } from "./caller-facts.ts";

/** The person at this terminal: "anna via task --approve". */
export function terminalActor(how: string): Actor {
  return { kind: "person", name: `${userName()} via ${how}`, pid: process.pid };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}

/** What somebody asked for that decides, as it is recorded where it is refused. */
export interface Wanted {
  readonly what: string;
  /** As it was typed; null: it is about no task. */
  readonly task: string | null;
}

/**
 * The door of all decisions: lets only people go on. CommandError for anybody else. What came from an agent is recorded; what there
 * is to doubt about a decision that was let through is recorded together with the decision, if one comes of it. Returns what is to
 * be said to whoever has decided; null: nothing.
 */
export async function requirePerson(program: Program, wanted: Wanted): Promise<string | null> {
  return await withLedger(program, async (context) => {
    const verdict = await judge(context, async () => (await repositoryHere(program))?.id ?? null, wanted);
    if (verdict.kind === "agent") throw new CommandError(`refused: ${verdict.why}`);
    if (verdict.kind === "needs_token") throw new CommandError(`refused: ${verdict.why}; ${wayToToken}`);
    return verdict.kind === "unproven"
      ? `${brand.bin}: warning: decided without a terminal and without a token, which the next version refuses; ${wayToToken}`
      : null;
  });
}

/** For decisions of which nothing is written down: records what there is to doubt about one that took effect. */
export async function recordDoubts(program: Program): Promise<void> {
  const owed = program.owed.take();
  if (owed !== null) await withLedger(program, ({ ledger }) => ledger.log.append(owed));
}

/** The same for a screen, in which more may follow: of a decision that took no effect nothing is recorded. */
export async function settleDoubts({ program, ledger }: CommandContext, tookEffect: boolean): Promise<void> {
  const owed = program.owed.take();
  if (owed !== null && tookEffect) await ledger.log.append(owed);
}

/** Whether an agent, or something it left, started this process. Nothing is recorded. */
export const isFromAgent = async (context: CommandContext): Promise<boolean> =>
  judgeCaller(await callerFacts(context)).kind === "agent";

/** The same for a screen: why it is refused; null: it may. */
export async function refusalOf(
  context: CommandContext,
  repository: RepositoryId,
  wanted: Wanted,
): Promise<string | null> {
  const verdict = await judge(context, () => Promise.resolve(repository), wanted);
  return verdict.kind === "agent" || verdict.kind === "needs_token" ? verdict.why : null;
}

const wayToToken = `make a token with ${brand.bin} token in a terminal and give it as ${tokenName} or with --token-file`;

async function judge(
  context: CommandContext,
  find: () => Promise<RepositoryId | null>,
  wanted: Wanted,
): Promise<Verdict> {
  const verdict = judgeCaller(await callerFacts(context));
  const { what, task } = wanted;
  const actor = terminalActor(what);
  // What was wanted before came to nothing.
  context.program.owed.set(null);
  const doubts = "doubts" in verdict ? verdict.doubts : [];
  if (verdict.kind !== "agent" && doubts.length === 0) return verdict;
  const repository = await find();
  const about = await placeOf(context, repository, task);
  if (verdict.kind === "agent") {
    const { why, from } = verdict;
    const own = from === null ? null : await placeOf(context, from.repository ?? repository, from.task);
    const place = own?.task === undefined ? about : own;
    const named = task === null || place.task === about.task ? what : `${what} of ${task}`;
    await context.ledger.log.append(batchOf(place, { type: "decision.refused", data: { actor, what: named, why } }));
  }
  const doubted = { type: "decision.doubted", data: { actor, what, why: doubts } } as const;
  context.program.owed.set(doubts.length === 0 ? null : batchOf(about, doubted));
  return verdict;
}

/** Where an event belongs. */
interface Place {
  readonly repository: RepositoryId | null;
  readonly run: RunId | null;
  readonly task?: TaskId;
}

const batchOf = ({ repository, run, task }: Place, event: NewEvent): Batch => ({
  repository,
  run,
  events: [task === undefined ? event : { ...event, task }],
});

async function placeOf(
  { ledger }: CommandContext,
  repository: RepositoryId | null,
  task: string | null,
): Promise<Place> {
  if (repository === null || task === null) return { repository, run: null };
  const rows = await ledger.tasks.list(repository);
  const row = rows.find(({ id }) => id.toLowerCase() === task.toLowerCase());
  return row === undefined ? { repository, run: null } : { repository, run: row.run, task: row.id };
}
