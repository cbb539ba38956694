import { z } from "zod";

import type { SlotUse } from "../../domain/slot.ts";
import type { CheckSettings, EnvSettings } from "../../domain/settings.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Footprints } from "../../engine/ports/footprints.ts";
import type { Enclose } from "../../processes/enclose.ts";
import { ownVariables, runUserCommand, tailOf } from "../../processes/user-command.ts";
import type { WorktreeGit } from "./worktree-git.ts";
import { realRoot, shown } from "./worktree-paths.ts";
import { ToolRefusal, worktreeTool, type WorktreeTool } from "./worktree-tool.ts";

/** Runs a check when its turn has come among all checks of this engine. Rejects when the signal aborts. */
export type InTurn = <T>(
  check: Pick<CheckSettings, "exclusive">,
  work: () => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

export interface CheckParts {
  readonly workdir: string;
  readonly git: WorktreeGit;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the settings. */
  readonly env: EnvSettings;
  /** Whose tree it is, and what its traces are tied to. */
  readonly task: string;
  readonly correlation: string;
  readonly slot?: SlotUse;
  readonly checks: readonly CheckSettings[];
  /** What is offered, the same in all tasks; those of them that this task has to pass can be run. */
  readonly names: readonly string[];
  readonly inTurn: InTurn;
  readonly footprints?: Footprints;
  /** Puts a wall around the check; absent: nobody does. */
  readonly enclose?: Enclose;
}

const mostNamed = 20;
const passedLines = 10;

/** Runs one of the user's checks, once, in the worktree as it is now. */
export const checkTool = (parts: CheckParts): WorktreeTool => {
  const { names } = parts;
  return worktreeTool({
    name: "run_check",
    description: `Runs one of the project's checks on the files as they are now and shows the end of its output. The checks: ${names.join(", ")}.`,
    input: z.object({ name: z.string().describe(`One of: ${names.join(", ")}.`) }),
    isWriting: true,
    detail: ({ name }) => name,
    async work({ name }, signal) {
      const check = parts.checks.find((one) => one.name === name);
      if (check === undefined)
        throw new ToolRefusal(
          `this task has no check ${JSON.stringify(name)}; it has: ${parts.checks.map((one) => one.name).join(", ") || "none"}`,
        );
      const root = await realRoot(parts.workdir);
      const before = new Set(await changedIn(parts, root, signal));
      const run = (): Promise<string> => runCheck(parts, check, root, signal);
      const said = await parts.inTurn(check, run, signal);
      const left = (await changedIn(parts, root, signal)).filter((path) => !before.has(path));
      return [said, ...leftLines(left)].join("\n");
    },
  });
};

async function runCheck(parts: CheckParts, check: CheckSettings, root: string, signal: AbortSignal): Promise<string> {
  const startedAt = parts.clock.now();
  const ended = await runUserCommand({
    command: check.run,
    cwd: root,
    env: parts.env,
    parent: parts.environment,
    own: ownVariables(parts.task, parts.correlation, parts.slot ?? null),
    timeoutMs: check.timeoutMs,
    signal,
    ...(parts.footprints === undefined
      ? {}
      : { footprint: { kind: "check" as const, task: parts.task, keeper: parts.footprints } }),
    ...(parts.enclose === undefined ? {} : { enclose: parts.enclose }),
  });
  if (ended.aborted) throw new ToolRefusal("the work was stopped");
  const seconds = (Math.max(0, parts.clock.now() - startedAt) / 1_000).toFixed(1);
  const tail = tailOf(ended.output);
  if (!ended.ok) return `${check.name} failed after ${seconds} s: ${ended.why}\n${tail}`;
  return `${check.name} passed in ${seconds} s\n${tail.split("\n").slice(-passedLines).join("\n")}`;
}

/** Files that are new or differ from what git has staged. */
async function changedIn({ git }: CheckParts, root: string, signal: AbortSignal): Promise<readonly string[]> {
  const args = ["ls-files", "-z", "--others", "--modified", "--deleted", "--exclude-standard"];
  return (await git(root, args, signal)).stdout.split("\0").slice(0, -1);
}

function leftLines(left: readonly string[]): readonly string[] {
  if (left.length === 0) return [];
  const names = [...new Set(left)].slice(0, mostNamed).map(shown).join(", ");
  const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : "";
  return [
    `[the check changed files that git does not ignore: ${names}${more}; delete those that are not part of the work]`,
  ];
}
