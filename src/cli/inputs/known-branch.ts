import { brand } from "../../domain/brand.ts";
import type { Workspace } from "../../engine/ports/workspace.ts";
import { isFollowedByHand } from "../../engine/watching/followed-by-hand.ts";
import { CommandError } from "../program/command-error.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { saysYes } from "./yes.ts";

const short = (commit: string | null): string => commit?.slice(0, 12) ?? "nothing";

/**
 * Before something is built on the integration branch or taken from it by a command: where somebody else has moved it, a person
 * says whether what stands there counts. CommandError where not, or where nobody can be asked.
 */
export async function requireKnownBranch(
  { program, ledger, repository }: RepositoryContext,
  { watch, history }: Pick<Workspace, "watch" | "history">,
  branch: string,
  base: string,
): Promise<void> {
  const moved = (await watch.look()).find(({ kind, name }) => kind === "ref" && name === `refs/heads/${branch}`);
  if (moved === undefined || moved.to === null) return;
  if (await isFollowedByHand(history, base, moved)) return await watch.settle([moved]);
  const what = `${branch} was moved by somebody else: it is at ${short(moved.to)}, and the last that was known of it is ${short(moved.from)}`;
  if (!program.mayAsk)
    throw new CommandError(`${what}; nothing was done`, 2, [
      `in a terminal the same command asks whether it counts; so does a task of the next ${brand.bin} run`,
      `what is new: git log ${short(moved.from)}..${short(moved.to)}`,
    ]);
  program.out.line(`${what}. What is new: git log ${short(moved.from)}..${short(moved.to)}`);
  if (!(await saysYes(program, "does what stands there count from now on?")))
    throw new CommandError("it does not count: nothing was done", 1);
  await watch.settle([moved]);
  const text = `${what}; a person said that it counts`;
  await ledger.log.append({
    repository: repository.id,
    run: null,
    events: [{ type: "note", data: { level: "warn", text } }],
  });
}
