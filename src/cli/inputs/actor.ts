import { userInfo } from "node:os";

import { envName } from "../../domain/brand.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Actor } from "../../domain/question.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { startTimeOf } from "../../processes/identity.ts";
import { readProcess } from "../../processes/process-table.ts";
import { CommandError } from "../program/command-error.ts";
import type { Environment, Program } from "../program/program.ts";

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

/** Variables that only processes of calls and checks carry. */
const marks = [envName("KEY"), envName("CORRELATION_ID")];

/**
 * Whether this process was started by an agent: it carries the variables of a call, or a running call is among its parents.
 * A tripwire: who can change its own environment and group can get around it.
 */
export async function isAgent(env: Environment, ledger: Ledger, pid = process.ppid): Promise<boolean> {
  if (marks.some((name) => (env[name] ?? "") !== "")) return true;
  const running = await ledger.account.running(null);
  if (running.length === 0) return false;
  let at = readProcess(pid);
  for (let depth = 0; at !== null && at.pid > 1 && depth < 200; depth += 1) {
    const { pid: own } = at;
    const startTime = startTimeOf(at);
    if (running.some((attempt) => attempt.pid === own && attempt.startTime === startTime)) return true;
    at = readProcess(at.parent);
  }
  return false;
}

/** Lets only people go on; what an agent wanted is recorded. */
export async function requirePerson(
  program: Program,
  ledger: Ledger,
  wanted: {
    readonly repository: RepositoryId | null;
    readonly task?: TaskId;
    readonly what: string;
    readonly actor: Actor;
  },
): Promise<void> {
  if (!(await isAgent(program.env, ledger))) return;
  const { repository, task, what, actor } = wanted;
  const run =
    repository === null || task === undefined ? null : ((await ledger.tasks.get(repository, task))?.run ?? null);
  await ledger.log.append({
    repository,
    run,
    events: [
      { type: "decision.refused", ...(task === undefined ? {} : { task }), data: { actor, what, why: whyRefused } },
    ],
  });
  throw new CommandError(`refused: ${whyRefused}`);
}

export const whyRefused = "it came from a process that an agent started; only people decide";
