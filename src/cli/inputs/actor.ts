import { userInfo } from "node:os";

import { envName } from "../../domain/brand.ts";
import type { Actor } from "../../domain/question.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { startTimeOf } from "../../processes/identity.ts";
import { readProcess } from "../../processes/process-table.ts";
import { CommandError } from "../program/command-error.ts";
import type { Environment, Program } from "../program/program.ts";
import { repositoryHere, withLedger } from "../wiring/command-context.ts";

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

/** What somebody asked for that decides, as it is recorded where it is refused. */
export interface Wanted {
  readonly what: string;
  /** As it was typed; null: it is about no task. */
  readonly task: string | null;
}

/** The door of all decisions: lets only people go on. CommandError for an agent; what it wanted is recorded. */
export async function requirePerson(program: Program, { what, task }: Wanted): Promise<void> {
  await withLedger(program, async ({ ledger }) => {
    if (!(await isAgent(program.env, ledger))) return;
    const repository = (await repositoryHere(program))?.id ?? null;
    const row =
      repository === null || task === null
        ? null
        : ((await ledger.tasks.list(repository)).find(({ id }) => id.toLowerCase() === task.toLowerCase()) ?? null);
    const data = { actor: terminalActor(what), what, why: whyRefused };
    await ledger.log.append({
      repository,
      run: row?.run ?? null,
      events: [{ type: "decision.refused", ...(row === null ? {} : { task: row.id }), data }],
    });
    throw new CommandError(`refused: ${whyRefused}`);
  });
}

export const whyRefused = "it came from a process that an agent started; only people decide";
