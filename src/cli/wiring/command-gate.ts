import type { Settings } from "../../domain/settings.ts";
import type { RunRow } from "../../domain/rows.ts";
import type { Brought, Verify, Workspace } from "../../engine/ports/workspace.ts";
import { checksOfChange } from "../../engine/task/checks-of-change.ts";
import { commandTrees } from "../../workspace/worktree-folder.ts";
import { CommandError } from "../program/command-error.ts";
import type { RepositoryContext } from "./command-context.ts";
import { requireSandbox } from "./walls.ts";

/** Ends the line that says which checks run. */
const announced = "on the result before anything moves";

/** What came of it, without what was announced before: in one line, for where there is but one. */
export const outcomeOf = (said: string): string =>
  said
    .split("\n")
    .filter((line) => line !== "" && !line.endsWith(announced))
    .join("; ");

/** Runs those of a run's checks that a change touches, for a command that is no engine, in worktrees of its own: one may work here. */
export function gateOf(
  context: RepositoryContext,
  { gate, history, endServices }: Workspace,
  settings: Settings,
  run: RunRow,
  says: (text: string) => void,
): Verify {
  const { program, ledger, repository } = context;
  return async (commit, base) => {
    const { env } = settings;
    const checks = await checksOfChange(history, settings.checks, null, { base, commit });
    if (checks.length === 0) return [];
    await requireSandbox(program, settings);
    says(`runs ${checks.map(({ name }) => name).join(", ")} ${announced}`);
    const waived = (await ledger.account.waived(repository.id)).map(({ check }) => check);
    const left = new AbortController();
    const off = program.onSignal(() => left.abort());
    try {
      const { signal } = left;
      const task = commandTrees.merge;
      return await gate.run({ run: run.id, task, commit, base, waived, checks, env, signal, anew: "red" });
    } catch (error) {
      if (left.signal.aborted) throw new CommandError("interrupted: nothing was moved", 130);
      throw error;
    } finally {
      off();
      await endServices();
    }
  };
}

type Refused = Extract<Brought, { kind: "conflict" | "red" | "blocked" }>;

const shownLines = 12;

/** Why nothing moved, and what to do. `both`: "main together with what would land". */
export function refusal(
  refused: Refused,
  { into, both, mend }: { readonly into: string; readonly both: string; readonly mend: string },
): CommandError {
  if (refused.kind === "blocked") return new CommandError(refused.why, 1);
  if (refused.kind === "conflict") {
    const files = refused.files.slice(0, 5).join(", ");
    return new CommandError(`${into} was not moved: ${both} changed the same lines (${files})`, 3, [
      `merge them by hand, or ${mend}`,
    ]);
  }
  const stopping = refused.checks.filter(({ result }) => result === "fail" || result === "environment");
  const red = stopping.filter(({ result }) => result === "fail");
  const names = (red.length === 0 ? stopping : red).map(({ name }) => name).join(", ");
  const what = red.length === 0 ? "cannot be measured" : red.length === 1 ? "is red" : "are red";
  const tails = stopping.flatMap(({ name, newFailures, tail }) => [
    `${name}: ${newFailures.slice(0, 5).join(", ")}`.replace(/: $/, ":"),
    ...tail
      .trim()
      .split("\n")
      .slice(-shownLines)
      .map((line) => `  ${line}`),
  ]);
  return new CommandError(`${into} was not moved: ${names} ${what} on ${both}`, 3, [...tails, mend]);
}
